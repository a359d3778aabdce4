package lualib

import (
	"context"
	"iter"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
)

// A coroutine runs on a goroutine of its own (iter.Pull, some 100 ns a
// switch), so that it may yield from wherever Lua allows it: through pcall, metamethods and
// iterators. The VM's own coroutines crash there, because they
// unwind Go frames that the resumed code still needs.
//
// The price is that a suspended coroutine that nobody will resume is not
// garbage; hence the limit on their number, and EndCoroutines.

type coroutine struct {
	lib     *library
	th      *lua.LState
	fn      lua.LValue
	ctx     context.Context // of whoever resumed it last
	parent  *coroutine
	state   coState
	depth   int          // calls from Go into Lua that it is inside of
	values  []lua.LValue // handed over at a switch
	err     lua.LValue   // what it died of
	resume  func() (struct{}, bool)
	stop    func()
	yield   func(struct{}) bool
	closing bool // unwinds; no pcall may stop it
	killed  bool // as closing, and no instruction of it runs any more
}

type coState uint8

const (
	coSuspended coState = iota
	coRunning
	coNormal
	coDead
)

var stateNames = [...]string{"suspended", "running", "normal", "dead"}

// coroutines is what a VM knows of its coroutines.
type coroutines struct {
	main    *lua.LState
	current *coroutine // nil on the main thread
	started map[*coroutine]struct{}
}

// threadContext is the context of a coroutine's threads. It leads from the
// thread to the coroutine and ends those that are killed.
type threadContext struct {
	context.Context
	co *coroutine
}

var closedChannel = func() chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}()

func (c *threadContext) Done() <-chan struct{} {
	if c.co.killed {
		return closedChannel
	}
	if c.co.ctx == nil {
		return nil
	}
	return c.co.ctx.Done()
}

func (c *threadContext) Err() error {
	if c.co.killed {
		return context.Canceled
	}
	if c.co.ctx == nil {
		return nil
	}
	return c.co.ctx.Err()
}

func (c *threadContext) Value(key any) any {
	if c.co.ctx == nil {
		return nil
	}
	return c.co.ctx.Value(key)
}

// baseContext is the deadline that L runs under, without the wrapping of a
// coroutine.
func baseContext(L *lua.LState) context.Context {
	ctx := L.Context()
	if c, ok := ctx.(*threadContext); ok {
		return c.co.ctx
	}
	return ctx
}

// coroutineFrames is how deep calls within a coroutine may nest; a stack for
// so many takes about 20 kB. Message handlers keep 16 to themselves.
const coroutineFrames = 236

// initialRegistry is how many values fit on a new coroutine before its
// registry grows.
const initialRegistry = 256

// newThread makes a thread with stacks that suit a coroutine.
func newThread(L *lua.LState) *lua.LState {
	saved := L.Options
	L.Options.CallStackSize = min(saved.CallStackSize, coroutineFrames)
	L.Options.RegistryMaxSize = max(saved.RegistryMaxSize, saved.RegistrySize)
	L.Options.RegistrySize = min(initialRegistry, L.Options.RegistryMaxSize)
	L.Options.RegistryGrowStep = max(saved.RegistryGrowStep, initialRegistry)
	th, cancel := L.NewThread()
	L.Options, th.Options = saved, saved
	if cancel != nil {
		cancel() // the coroutine gets a context that sees a later deadline
	}
	return th
}

func (lib *library) newCoroutine(L *lua.LState, fn lua.LValue) *coroutine {
	co := &coroutine{lib: lib, th: newThread(L), fn: fn}
	co.th.SetContext(&threadContext{Context: context.Background(), co: co})
	lib.rt.Adopt(co.th)
	return co
}

// closing says whether the running coroutine is being closed.
func (lib *library) closing() bool {
	co := lib.routines.current
	return co != nil && co.closing
}

// run resumes co with the values and returns what it yielded or returned, or
// the error that ended it.
func (lib *library) run(L *lua.LState, co *coroutine, values []lua.LValue) ([]lua.LValue, bool) {
	if msg := lib.refuse(co); msg != "" {
		return []lua.LValue{lua.LString(msg)}, false
	}
	if co.resume == nil {
		co.resume, co.stop = iter.Pull(co.body)
		lib.routines.started[co] = struct{}{}
	}
	co.ctx = baseContext(L)
	co.values = values
	lib.enter(co, func() { co.resume() })
	if co.state != coDead {
		co.state = coSuspended
	} else if co.err != nil {
		return []lua.LValue{co.err}, false
	}
	values, co.values = co.values, nil
	return values, true
}

// refuse says why co cannot be resumed.
func (lib *library) refuse(co *coroutine) string {
	switch {
	case co.state == coDead:
		return "cannot resume dead coroutine"
	case co.state != coSuspended:
		return "cannot resume non-suspended coroutine"
	case lib.depth+co.depth >= lib.Limits.MaxDepth:
		return "C stack overflow"
	case co.resume == nil && len(lib.routines.started) >= lib.Limits.MaxCoroutines:
		return "too many suspended coroutines"
	}
	return ""
}

// enter makes co the running coroutine while f switches to it.
func (lib *library) enter(co *coroutine, f func()) {
	depth, unyieldable := lib.depth, lib.unyieldable
	lib.unyieldable = 0
	co.parent = lib.routines.current
	if co.parent != nil {
		co.parent.state = coNormal
	}
	lib.routines.current, co.state = co, coRunning
	lib.depth += co.depth + 1
	f()
	co.depth = max(lib.depth-depth-1, 0)
	lib.depth, lib.unyieldable = depth, unyieldable
	lib.routines.current = co.parent
	if co.parent != nil {
		co.parent.state = coRunning
	}
	co.parent = nil
}

// body runs on the coroutine's goroutine.
func (co *coroutine) body(yield func(struct{}) bool) {
	co.yield = yield
	co.th.Push(co.fn)
	for _, v := range co.values {
		co.th.Push(v)
	}
	err := co.lib.rt.PCall(co.th, len(co.values), lua.MultRet, nil)
	co.values = nil
	if err == nil {
		co.values = arguments(co.th, 1)
	} else {
		co.err = lua54.ErrorValue(err)
	}
	co.finish()
}

func (co *coroutine) finish() {
	co.state = coDead
	co.fn = nil
	co.th.SetTop(0)
	delete(co.lib.routines.started, co)
}

// end closes a coroutine that is suspended.
func (lib *library) end(co *coroutine) {
	co.closing = true
	if co.resume == nil {
		co.finish()
		return
	}
	co.err = nil
	lib.enter(co, co.stop)
	co.state = coDead
}

func (lib *library) coYield(L *lua.LState) int {
	co := lib.routines.current
	switch {
	case co == nil:
		raisef(L, "attempt to yield from outside a coroutine")
	case co.closing || lib.unyieldable > 0:
		raisef(L, "attempt to yield across a C-call boundary")
	}
	n := L.GetTop()
	values := make([]lua.LValue, n)
	for i := range values {
		values[i] = L.Get(i + 1)
	}
	co.values = values
	if !co.yield(struct{}{}) {
		L.Error(lua54.Closing, 0)
	}
	values, co.values = co.values, nil
	for _, v := range values {
		L.Push(v)
	}
	return len(values)
}

// SuspendedCoroutines returns a function that tells how many coroutines of the VM
// have yielded and wait to be resumed. Each holds a goroutine and a few kilobytes.
// The VM must have been given to Open.
func SuspendedCoroutines(L *lua.LState) func() int {
	lib := from(L)
	return func() int { return len(lib.routines.started) }
}

// EndCoroutines ends all suspended coroutines of the VM, without running
// their to-be-closed variables. Call it from outside of any coroutine before
// the VM is dropped, and whenever coroutines of a finished request must not
// pile up: the garbage collector does not take suspended ones.
func EndCoroutines(L *lua.LState) {
	lib := from(L)
	if lib == nil {
		return
	}
	for co := range lib.routines.started {
		co.killed = true
		lib.end(co)
	}
}
