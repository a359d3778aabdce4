package lua54

import (
	lua "github.com/yuin/gopher-lua"
)

// What the VM would do otherwise than Lua 5.4, though there is no error that
// trap could take up.

// unary does OP_UNM and OP_LEN for a value with a metamethod, which gets its
// operand twice. It returns whether there is one.
func (rt *Runtime) unary(L *lua.LState, s *state, f *frame, in uint32) bool {
	event := "__unm"
	if in>>26 == uint32(lua.OP_LEN) {
		event = "__len"
	}
	v := s.operand(f, in&0x1ff)
	switch v := v.(type) {
	case lua.LNumber, lua.LString, Int:
		return false
	case *lua.LTable:
		if v.Metatable == lua.LNil {
			return false
		}
	}
	m := rt.metamethod(L, v, event)
	if m == lua.LNil {
		return false
	}
	result := rt.callHandler(L, event, m, v, v)
	s.reg.set(registerOf(f, in), result)
	return true
}

// compareOdd does OP_EQ and OP_LE where the VM has no right answer: for a float
// and an integer that are the same number, for objects of which only one has the
// metamethod or each another one, and for a string that is compared with something
// that has one.
func (rt *Runtime) compareOdd(L *lua.LState, s *state, f *frame, in uint32) bool {
	a, b := s.operand(f, in&0x1ff), s.operand(f, in>>9&0x1ff)
	var holds bool
	switch in >> 26 {
	case uint32(lua.OP_EQ):
		var odd bool
		if holds, odd = rt.equalOdd(L, a, b); !odd {
			return false
		}
	case uint32(lua.OP_LE):
		_, isString := a.(lua.LString)
		if !isString || rt.binaryHandler(L, a, b, "__le") == lua.LNil {
			return false
		}
		holds = rt.lessOrEqual(L, a, b)
	default:
		return false
	}
	f.Pc += skips(holds, int(in>>18&0xff))
	return true
}

// equalOdd is a == b, if that is odd.
func (rt *Runtime) equalOdd(L *lua.LState, a, b lua.LValue) (holds, odd bool) {
	if hasInt(a, b) {
		x, okx := ToInteger(a)
		y, oky := ToInteger(b)
		return okx && oky && x == y, true
	}
	x, y := objectMeta(a), objectMeta(b)
	if a == b || x == y || a.Type() != b.Type() {
		return false, false
	}
	for _, mt := range []lua.LValue{x, y} {
		if t, ok := mt.(*lua.LTable); ok {
			if m := t.RawGetString("__eq"); m != lua.LNil {
				return lua.LVAsBool(rt.callHandler(L, "__eq", m, a, b)), true
			}
		}
	}
	return false, false
}

// objectMeta is the metatable of a table or a userdata, LNil for all else.
func objectMeta(v lua.LValue) lua.LValue {
	switch v := v.(type) {
	case *lua.LTable:
		return v.Metatable
	case *lua.LUserData:
		return v.Metatable
	}
	return lua.LNil
}
