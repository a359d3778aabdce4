package lualib

import (
	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
)

// protect calls the function below the nargs topmost values in protected
// mode, leaves the results in their place, and returns the error value and
// false if it failed. It raises on when it must not be stopped: while the
// running coroutine is being closed, an error is its way out.
func (lib *library) protect(L *lua.LState, nargs int, handler *lua.LFunction) (lua.LValue, bool) {
	if lib.depth >= lib.Limits.MaxDepth {
		L.SetTop(L.GetTop() - nargs - 1)
		return lua.LString("C stack overflow"), false
	}
	if fn := L.Get(-nargs - 1); !callable(L, fn) {
		L.SetTop(L.GetTop() - nargs - 1)
		return lua.LString("attempt to call a " + TypeName(L, fn) + " value"), false
	}
	depth, unyieldable := lib.depth, lib.unyieldable
	lib.depth++
	err := lib.rt.PCall(L, nargs, lua.MultRet, handler)
	lib.depth, lib.unyieldable = depth, unyieldable
	if err == nil {
		return nil, true
	}
	obj := lua54.ErrorValue(err)
	if lib.closing() {
		L.Error(obj, 0)
	}
	return obj, false
}

func (lib *library) basePcall(L *lua.LState) int {
	CheckAny(L, 1)
	return lib.protected(L, 1, nil)
}

func (lib *library) baseXpcall(L *lua.LState) int {
	handler := CheckFunction(L, 2)
	L.Remove(2)
	var handled bool
	results := lib.protected(L, 1, lua54.Hide(L.NewFunction(func(L *lua.LState) int {
		if obj := L.Get(1); obj != lua54.Closing && !lib.rt.NoRoom(obj) {
			handled = true
			L.Push(lib.handle(L, handler, obj))
		}
		return 1
	})))
	if !handled && lib.rt.NoRoom(L.Get(-1)) {
		obj := lib.handle(L, handler, L.Get(-1))
		L.Push(lua.LFalse)
		L.Push(obj)
	}
	return results
}

// maxHandlerErrors is how often a message handler may fail on its own errors.
const maxHandlerErrors = 10

// handlerDepth is how deep calls from Go into Lua may nest in a message handler
// when those outside of it nest as deep as they may.
const handlerDepth = 10

// handle calls a message handler. As in Lua, it handles its own errors too,
// until that is pointless.
func (lib *library) handle(L *lua.LState, handler *lua.LFunction, obj lua.LValue) lua.LValue {
	depth := lib.depth
	defer func() { lib.depth = depth }()
	lib.depth = min(depth, lib.Limits.MaxDepth-handlerDepth)
	for range maxHandlerErrors {
		top := L.GetTop()
		L.Push(handler)
		L.Push(obj)
		lib.unyieldable++
		failure, ok := lib.protect(L, 1, nil)
		lib.unyieldable--
		if ok {
			L.SetTop(top + 1)
			return L.Get(-1)
		}
		obj = failure
	}
	return lua.LString("error in error handling")
}

// protected is pcall of the function at index first with what is above it.
func (lib *library) protected(L *lua.LState, first int, handler *lua.LFunction) int {
	obj, ok := lib.protect(L, L.GetTop()-first, handler)
	if !ok {
		L.Push(lua.LFalse)
		L.Push(obj)
		return 2
	}
	L.Insert(lua.LTrue, first)
	return L.GetTop() - first + 1
}
