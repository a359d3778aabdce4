package luabind

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync/atomic"
	"testing"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/spop"
)

// TestWaitWhileLoading raises where nothing can be waited for.
func TestWaitWhileLoading(t *testing.T) {
	vm := (&Program{}).newVM(nil)
	defer vm.Close()
	vm.state.Push(vm.newFunction(func(L *lua.LState) int {
		_ = vm.wait(L, func(context.Context) error { t.Error("waited"); return nil })
		return 0
	}))
	if err := vm.call(0); err == nil || !strings.Contains(err.Error(), "yield not allowed while scripts are loaded") {
		t.Errorf("got %v, want an error", err)
	}
}

// TestWaitWithoutExchange ends a wait by the flag that Begin was given.
func TestWaitWithoutExchange(t *testing.T) {
	vm := newTestVM(t, &Program{}, `core.register_action("a", {"http-req"}, function() core.sleep(3600) end)`)
	var stop atomic.Bool
	vm.Begin(spop.NewAck(16380), &stop)
	var waited error
	vm.phase = phaseHandler
	waited = vm.wait(vm.state, func(ctx context.Context) error {
		stop.Store(true)
		<-ctx.Done()
		return ctx.Err()
	})
	if !errors.Is(waited, context.Canceled) {
		t.Errorf("got %v, want what fn returned", waited)
	}
	if err := vm.Call(0, newMessage(t, "a")); !errors.Is(err, ErrStopped) {
		t.Errorf("got %v, want ErrStopped", err)
	}
	if vm.End() {
		t.Error("a VM that was stopped is reusable")
	}
}

type closeCounter struct{ n int }

func (c *closeCounter) Close() error { c.n++; return nil }

// TestOpened closes what a run leaves open, once, and bounds it.
func TestOpened(t *testing.T) {
	vm := newTestVM(t, &Program{}, ``)
	vm.Begin(spop.NewAck(16380), nil)
	left, closed := new(closeCounter), new(closeCounter)
	for _, c := range []io.Closer{left, closed} {
		if !vm.opened(c) {
			t.Fatal("nothing may be opened")
		}
	}
	vm.closed(closed)
	for vm.opened(new(closeCounter)) {
		if len(vm.closers) > maxOpened {
			t.Fatal("there is no bound")
		}
	}
	vm.End()
	if left.n != 1 || closed.n != 0 || len(vm.closers) != 0 {
		t.Errorf("closed %d and %d times, %d left", left.n, closed.n, len(vm.closers))
	}
}
