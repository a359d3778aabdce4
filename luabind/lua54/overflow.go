package lua54

import (
	"fmt"
	"runtime"

	lua "github.com/yuin/gopher-lua"
)

// When the VM's registry is full at a call with many arguments, the VM looks
// for the line of the function that has not begun, and panics; so it does again
// in its own PCall, which makes a traceback. The panic has to become an error
// before it gets there.

// overflowed is deferred around what the VM's PCall calls.
func (rt *Runtime) overflowed(L *lua.LState) {
	if !rt.atStart(L) {
		return
	}
	if cause := recover(); cause != nil {
		panic(rt.overflow(L, cause))
	}
}

// atStart says whether the running function is a Lua function that has not
// begun.
func (rt *Runtime) atStart(L *lua.LState) bool {
	f := rt.frame(L)
	return f != nil && !f.Fn.IsG && f.Pc == 0
}

// overflow returns the error for what a call has panicked with, when that is
// for a full registry, and the cause as it is otherwise.
func (rt *Runtime) overflow(L *lua.LState, cause any) any {
	if _, ok := cause.(runtime.Error); !ok || !rt.atStart(L) {
		return cause
	}
	f := rt.frame(L)
	f.Pc = 1 // it has a line now, that of its first instruction
	p := f.Fn.Proto
	err := &lua.ApiError{Type: lua.ApiErrorRun, StackTrace: "\n"}
	rt.noRoom = lua.LString(fmt.Sprintf("%s:%d: "+stackOverflow, p.SourceName, p.DbgSourcePositions[0]))
	err.Object = rt.noRoom
	if rt.traced {
		err.StackTrace = rt.Traceback(L, 0)
	}
	return err
}
