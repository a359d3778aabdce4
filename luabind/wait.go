package luabind

import (
	"context"
	"errors"
	"io"
	"math"
	"sync/atomic"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/haproxy"
)

// errLoading says that nothing can be waited for yet.
var errLoading = errors.New("yield not allowed while scripts are loaded: actions, tasks and services may wait")

// wait runs fn, which may take its time, in the place of the script. Nobody else
// waits for it: the exchange gives its connection away first. ctx ends when the
// exchange, the task or the service does; fn must then return soon, and leave no
// goroutine behind. The script goes on with what the binding makes of the
// result, unless it is to stop.
func (vm *VM) wait(L *lua.LState, fn func(ctx context.Context) error) error {
	if !vm.mayWait() {
		raisef(L, "%s", errLoading)
	}
	switch {
	case vm.exchange != nil:
		return vm.waitInExchange(fn)
	case vm.work != nil:
		return vm.waitInWork(fn)
	}
	return waitForFlag(vm.deadline.stop, fn)
}

func (vm *VM) mayWait() bool { return vm.phase > phaseInit || vm.interactive }

// timeLeft is how long wait may take; false means that nothing may wait now.
func (vm *VM) timeLeft() (time.Duration, bool) {
	if !vm.mayWait() {
		return 0, false
	}
	var (
		end     time.Time
		limited bool
	)
	switch {
	case vm.exchange != nil:
		end, limited = vm.exchange.Deadline()
	case vm.work != nil:
		end, limited = vm.work.ctx.Deadline()
	}
	if !limited {
		return math.MaxInt64, true
	}
	return time.Until(end), true
}

func (vm *VM) waitInExchange(fn func(ctx context.Context) error) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	vm.exchange.OnStop(cancel)
	defer vm.exchange.OnStop(nil)
	vm.exchange.HandOver()
	return fn(ctx)
}

// logEvery is how often a task may log as many lines as a handler in one run.
const logEvery = time.Second

// waitInWork is wait in a task or a service. A task may run for ever, and may log
// as long, but no faster for all its waits.
func (vm *VM) waitInWork(fn func(ctx context.Context) error) error {
	w := vm.work
	w.ran.end()
	defer w.ran.begin()
	err := fn(w.ctx)
	if now := time.Now(); now.Sub(w.logSince) >= logEvery {
		vm.logged, w.logSince = 0, now
	}
	return err
}

// flagTick is how often a flag is looked at that nobody tells about.
const flagTick = time.Millisecond

// waitForFlag is wait where there is but a flag to stop by, as in tests and in
// an Interpreter.
func waitForFlag(stop *atomic.Bool, fn func(ctx context.Context) error) error {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(flagTick)
		defer tick.Stop()
		for !stop.Load() {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
		}
		cancel()
	}()
	defer func() {
		cancel()
		<-done
	}()
	return fn(ctx)
}

// work is a run of a script that answers no message: a task or a service.
type work struct {
	ctx  context.Context
	http haproxy.HTTP // nil in a task
	ran  *Stretch
	// logSince is when it could last log as many lines as there may be.
	logSince time.Time
}

// maxOpened is how many things a run may have open at a time.
const maxOpened = 256

// opened has c closed when the run ends. false means that there are too many.
func (vm *VM) opened(c io.Closer) bool {
	if len(vm.closers) >= maxOpened {
		return false
	}
	vm.closers = append(vm.closers, c)
	return true
}

// closed forgets c, which the script has closed.
func (vm *VM) closed(c io.Closer) {
	for i, other := range vm.closers {
		if other == c {
			last := len(vm.closers) - 1
			vm.closers[i], vm.closers[last] = vm.closers[last], nil
			vm.closers = vm.closers[:last]
			return
		}
	}
}

// closeOpened closes what the run has left open.
func (vm *VM) closeOpened() {
	for i, c := range vm.closers {
		c.Close()
		vm.closers[i] = nil
	}
	vm.closers = vm.closers[:0]
}
