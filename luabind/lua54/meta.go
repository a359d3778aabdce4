package lua54

import (
	lua "github.com/yuin/gopher-lua"
)

// metamethod returns the raw field of the value's metatable, or LNil.
func (rt *Runtime) metamethod(L *lua.LState, v lua.LValue, event string) lua.LValue {
	return L.GetMetaField(v, event)
}

// typeName is the type's name in messages: the __name of the metatable, or
// the basic type.
func (rt *Runtime) typeName(L *lua.LState, v lua.LValue) string {
	switch v.(type) {
	case Int:
		return "number"
	case *lua.LTable, *lua.LUserData:
		if name, ok := rt.metamethod(L, v, "__name").(lua.LString); ok {
			return string(name)
		}
	}
	return v.Type().String()
}

// callHandler calls the metamethod of an event for one result.
func (rt *Runtime) callHandler(L *lua.LState, event string, fn, a, b lua.LValue) lua.LValue {
	if fn.Type() != lua.LTFunction && rt.metamethod(L, fn, "__call") == lua.LNil {
		L.RaiseError("%s", rt.handlerText(L, fn, event))
	}
	L.Push(fn)
	L.Push(a)
	L.Push(b)
	L.Call(2, 1)
	v := L.Get(-1)
	L.Pop(1)
	return v
}

// lessThan is a < b for any two values.
func (rt *Runtime) lessThan(L *lua.LState, a, b lua.LValue) bool {
	if IsNumber(a) && IsNumber(b) {
		return less(a, b)
	}
	s, oks := a.(lua.LString)
	t, okt := b.(lua.LString)
	if oks && okt {
		return s < t
	}
	return rt.compareHandler(L, a, b, "__lt")
}

// lessOrEqual is a <= b for any two values.
func (rt *Runtime) lessOrEqual(L *lua.LState, a, b lua.LValue) bool {
	if IsNumber(a) && IsNumber(b) {
		return lessEqual(a, b)
	}
	s, oks := a.(lua.LString)
	t, okt := b.(lua.LString)
	if oks && okt {
		return s <= t
	}
	return rt.compareHandler(L, a, b, "__le")
}

func (rt *Runtime) compareHandler(L *lua.LState, a, b lua.LValue, event string) bool {
	m := rt.binaryHandler(L, a, b, event)
	if m == lua.LNil {
		L.RaiseError("%s", rt.compareText(L, a, b))
	}
	return lua.LVAsBool(rt.callHandler(L, event, m, a, b))
}

// concat is a .. b. The number is a's among the operands of the instruction.
func (rt *Runtime) concat(L *lua.LState, a, b lua.LValue, operand int) lua.LValue {
	s, oks := concatText(a)
	t, okt := concatText(b)
	if oks && okt {
		rt.checkSize(L, len(s)+len(t))
		return lua.LString(s + t)
	}
	m := rt.binaryHandler(L, a, b, "__concat")
	if m != lua.LNil {
		return rt.callHandler(L, "__concat", m, a, b)
	}
	if oks {
		a, operand = b, operand+1
	}
	L.RaiseError("attempt to concatenate a %s value%s", rt.typeName(L, a), rt.callerNote(L, operand))
	return lua.LNil
}

// checkSize refuses a string longer than the limit.
func (rt *Runtime) checkSize(L *lua.LState, n int) {
	if n > rt.maxString() {
		L.RaiseError("resulting string is too large: %d bytes, limit %d", n, rt.maxString())
	}
}

// concatText is the text of an operand of `..`, if it has one.
func concatText(v lua.LValue) (string, bool) {
	switch s := v.(type) {
	case lua.LString:
		return string(s), true
	case lua.LNumber, Int:
		return FormatNumber(s), true
	}
	return "", false
}
