package lua54

import (
	lua "github.com/yuin/gopher-lua"
)

// mark is the helper for a new to-be-closed variable: its value and name.
func (rt *Runtime) mark(L *lua.LState) int {
	v := L.Get(1)
	if lua.LVAsBool(v) && rt.metamethod(L, v, "__close") == lua.LNil {
		L.RaiseError("variable '%s' got a non-closable value", L.Get(2).String())
	}
	rt.pending[L] = append(rt.pending[L], v)
	return 0
}

// closeNewest is the helper at the normal end of a variable's scope.
func (rt *Runtime) closeNewest(L *lua.LState) int {
	rt.closeTop(L)
	return 0
}

// closeAndReturn is the helper of a return statement: it closes as many
// variables as its first argument says and returns the others.
func (rt *Runtime) closeAndReturn(L *lua.LState) int {
	results := L.GetTop() - 1
	for range int(lua.LVAsNumber(L.Get(1))) {
		rt.closeTop(L)
	}
	return results
}

func (rt *Runtime) closeTop(L *lua.LState) {
	v := rt.popPending(L)
	if !lua.LVAsBool(v) {
		return
	}
	L.Push(rt.closeHandler(L, v))
	L.Push(v)
	L.Push(lua.LNil)
	L.Call(2, 0)
}

func (rt *Runtime) popPending(L *lua.LState) lua.LValue {
	list := rt.pending[L]
	n := len(list) - 1
	v := list[n]
	if n == 0 {
		delete(rt.pending, L)
	} else {
		rt.pending[L] = list[:n]
	}
	return v
}

// closeHandler is the metamethod, which may have gone since the declaration.
func (rt *Runtime) closeHandler(L *lua.LState, v lua.LValue) lua.LValue {
	m := rt.metamethod(L, v, "__close")
	if m.Type() != lua.LTFunction && rt.metamethod(L, m, "__call") == lua.LNil {
		L.RaiseError("%s", rt.handlerText(L, m, "__close"))
	}
	return m
}

// unwind closes the variables above mark after an error.
func (rt *Runtime) unwind(L *lua.LState, mark int, err error) error {
	for len(rt.pending[L]) > mark {
		err = rt.closeValue(L, rt.popPending(L), err)
	}
	return err
}

// Closing is the error that unwinds a coroutine which is being closed. No
// script sees it: for the handlers of to-be-closed variables it is no error.
var Closing lua.LValue = &lua.LUserData{Metatable: lua.LNil}

// closeValue calls one handler with the error so far; an error in it takes
// its place.
func (rt *Runtime) closeValue(L *lua.LState, v lua.LValue, err error) error {
	if !lua.LVAsBool(v) {
		return err
	}
	cause := lua.LNil
	if err != nil {
		cause = ErrorValue(err)
	}
	if cause == Closing {
		cause = lua.LNil
	}
	m := rt.metamethod(L, v, "__close")
	if m.Type() != lua.LTFunction && rt.metamethod(L, m, "__call") == lua.LNil {
		text := lua.LString("attempt to call a " + rt.typeName(L, m) + " value")
		return &lua.ApiError{Type: lua.ApiErrorRun, Object: text}
	}
	L.Push(m)
	L.Push(v)
	L.Push(cause)
	if failed := rt.PCall(L, 2, 0, nil); failed != nil {
		return failed
	}
	return err
}
