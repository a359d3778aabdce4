package lualib

import (
	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
)

// checkAlive raises the context's error once the deadline has passed. The VM
// looks at the context between instructions; Go loops call this instead.
func checkAlive(L *lua.LState) {
	if ctx := L.Context(); ctx != nil {
		if err := ctx.Err(); err != nil {
			raise(L, 1, err.Error())
		}
	}
}

// call calls the function below the nargs topmost values. It bounds the Go
// stack, and it raises again after a callback that swallowed the deadline's
// error, so that no Go loop outlives it.
func (lib *library) call(L *lua.LState, nargs, nret int) {
	if lib.depth >= lib.Limits.MaxDepth {
		raiseVM(L, "C stack overflow")
	}
	lib.checkCallable(L, L.Get(-nargs-1))
	lib.depth++
	lib.unyieldable++
	defer lib.leave()
	L.Call(nargs, nret)
	checkAlive(L)
}

func (lib *library) leave() {
	lib.depth--
	lib.unyieldable--
}

// callYieldable is call for the few functions that Lua allows to be suspended
// while they call back.
func (lib *library) callYieldable(L *lua.LState, nargs, nret int) {
	lib.unyieldable--
	defer func() { lib.unyieldable++ }()
	lib.call(L, nargs, nret)
}

// checkCallable raises Lua's error for a value that cannot be called.
func (lib *library) checkCallable(L *lua.LState, v lua.LValue) {
	if !callable(L, v) {
		raiseVM(L, "attempt to call a %s value", TypeName(L, v))
	}
}

func callable(L *lua.LState, v lua.LValue) bool {
	return v.Type() == lua.LTFunction || metamethod(L, v, "__call").Type() == lua.LTFunction
}

// metamethod is the raw field of the value's metatable, or LNil.
func metamethod(L *lua.LState, v lua.LValue, event string) lua.LValue {
	if t, ok := v.(*lua.LTable); ok && t.Metatable == lua.LNil {
		return lua.LNil
	}
	return L.GetMetaField(v, event)
}

// call1 calls fn for one result.
func (lib *library) call1(L *lua.LState, fn lua.LValue, args ...lua.LValue) lua.LValue {
	L.Push(fn)
	for _, arg := range args {
		L.Push(arg)
	}
	lib.call(L, len(args), 1)
	v := L.Get(-1)
	L.Pop(1)
	return v
}

// toText is what tostring returns.
func (lib *library) toText(L *lua.LState, v lua.LValue) string {
	switch s := v.(type) {
	case lua.LString:
		return string(s)
	case lua.LNumber, lua54.Int:
		return lua54.FormatNumber(s)
	}
	if m := metamethod(L, v, "__tostring"); m != lua.LNil {
		switch s := lib.call1(L, m, v).(type) {
		case lua.LString:
			return string(s)
		case lua.LNumber, lua54.Int:
			return lua54.FormatNumber(s)
		}
		raisef(L, "'__tostring' must return a string")
	}
	if name, ok := metamethod(L, v, "__name").(lua.LString); ok && v.Type() != lua.LTString {
		return string(name) + ": " + address(v)
	}
	return v.String()
}
