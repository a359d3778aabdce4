package lua54

import (
	"errors"
	"fmt"
	"slices"

	lua "github.com/yuin/gopher-lua"
)

// enter makes the thread raise errors through the Runtime. It has to be called
// on every thread that runs compiled code, and again after the VM's own PCall.
func (rt *Runtime) enter(L *lua.LState) {
	L.Panic = rt.onError
	rt.keepUpvalues(L)
}

// PCall calls the function below the nargs values on the stack in protected
// mode, like lua.LState.PCall, which must not be used with compiled code: it
// leaves variables and their closures apart after an error, and knows nothing
// of to-be-closed variables. The handler, if any, is called with the error
// value where the error was raised, and its first result replaces the value.
//
// The error is a *lua.ApiError; see ErrorValue.
func (rt *Runtime) PCall(L *lua.LState, nargs, nret int, handler *lua.LFunction) error {
	s := stateOf(L)
	mark := len(rt.pending[L])
	outer := s.uvcache
	s.uvcache = nil
	traced := rt.traced
	rt.traced = s.currentFrame == nil
	var err error
	if handler == nil {
		rt.enter(L)
		err = rt.recoverCall(L, nargs, nret)
	} else {
		L.Insert(rt.guard, L.GetTop()-nargs)
		err = L.PCall(nargs+1, nret, handler)
		rt.enter(L)
	}
	rt.traced = traced
	if err != nil {
		rt.closeUpvalues(L)
	}
	s.uvcache = outer
	if err != nil {
		rt.skipped = false
		s.stack.fixed.shorten()
		err = rt.unwind(L, mark, err)
	}
	return err
}

// recoverCall is the VM's PCall for calls without a handler. The VM's saves and
// restores what does not change here: its error function is ours.
func (rt *Runtime) recoverCall(L *lua.LState, nargs, nret int) (err error) {
	base := L.GetTop() - nargs - 1
	depth := stateOf(L).stack.fixed.sp
	defer func() {
		v := recover()
		if v == nil {
			return
		}
		v = rt.overflow(L, v)
		api, ok := v.(*lua.ApiError)
		if !ok {
			api = &lua.ApiError{Type: lua.ApiErrorPanic, Object: lua.LString(fmt.Sprint(v)), StackTrace: rt.Traceback(L, 0)}
		}
		err = api
		s := stateOf(L)
		s.stack.fixed.sp = depth
		s.currentFrame = s.stack.fixed.last()
		L.SetTop(base)
	}()
	if !callPlain(L, nargs, nret) {
		L.Call(nargs, nret)
	}
	return nil
}

// callPlain is the VM's Call of a Lua function, or returns false when there is more
// to it.
func callPlain(L *lua.LState, nargs, nret int) bool {
	s := stateOf(L)
	a := s.reg.top - nargs - 1
	fn, ok := s.reg.array[a].(*lua.LFunction)
	if !ok || fn.IsG || s.G.MainThread == nil || s.stack.fixed.full() || !s.callLua(fn, s.currentFrame, a, nargs, nret) {
		return false
	}
	s.mainLoop(L, s.currentFrame)
	if nret != lua.MultRet {
		s.reg.setTop(a + nret)
	}
	return true
}

// guarded is the function that PCall really calls: the VM has just installed
// its own error function.
func (rt *Runtime) guarded(L *lua.LState) int {
	rt.enter(L)
	defer rt.overflowed(L)
	L.Call(L.GetTop()-1, lua.MultRet)
	return L.GetTop()
}

// ErrorValue returns the Lua value that a failed PCall raised; a Go error of
// another kind becomes its text.
func ErrorValue(err error) lua.LValue {
	var api *lua.ApiError
	if !errors.As(err, &api) {
		return lua.LString(err.Error())
	}
	if api.Object == nil {
		return lua.LString(api.Error())
	}
	return api.Object
}

// Coroutine returns the function to start a coroutine with in place of fn, so
// that errors in it are raised as PCall needs it.
func (rt *Runtime) Coroutine(fn *lua.LFunction) *lua.LFunction {
	co := &lua.LFunction{Env: fn.Env, Proto: bootProto(), Upvalues: make([]*lua.Upvalue, 2)}
	for i, v := range []lua.LValue{rt.start, fn} {
		co.Upvalues[i] = &lua.Upvalue{}
		co.Upvalues[i].SetValue(v)
	}
	return co
}

// CloseThread closes the pending to-be-closed variables of a coroutine that
// ended with an error (nil for none) or will not be resumed. The handlers run
// on L. It returns the error as they leave it.
func (rt *Runtime) CloseThread(L, thread *lua.LState, err error) error {
	values := rt.pending[thread]
	delete(rt.pending, thread)
	for _, value := range slices.Backward(values) {
		err = rt.closeValue(L, value, err)
	}
	return err
}

// CanYield says whether the running function may yield: it must have been
// reached from the coroutine's first function by calls in compiled code only.
// Otherwise the VM would take the yield for a return.
func (rt *Runtime) CanYield(L *lua.LState) bool {
	if L.Parent == nil {
		return false
	}
	f := rt.frame(L)
	for f != nil && f.Parent != nil {
		f = f.Parent
		if f.Fn.IsG || f.Pc == 0 {
			return false
		}
		switch int(f.Fn.Proto.Code[f.Pc-1] >> 26) {
		case lua.OP_CALL, lua.OP_TAILCALL:
		default:
			return false
		}
	}
	return true
}
