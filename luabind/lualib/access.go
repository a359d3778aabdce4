package lualib

import (
	"math"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
)

// index is v[i], with metamethods.
func (lib *library) index(L *lua.LState, v lua.LValue, i int64) lua.LValue {
	if t, ok := v.(*lua.LTable); ok {
		if i > 0 && i < int64(lua.MaxArrayIndex) {
			if r := t.RawGetInt(int(i)); r != lua.LNil || t.Metatable == lua.LNil {
				return r
			}
		}
		if t.Metatable == lua.LNil {
			return t.RawGet(lua54.Integer(i))
		}
	}
	return lib.getTable(L, v, lua54.Integer(i))
}

// getTable is v[key], with metamethods.
func (lib *library) getTable(L *lua.LState, v, key lua.LValue) lua.LValue {
	lib.checkIndexable(L, v, "__index")
	r := L.GetTable(v, key)
	checkAlive(L)
	return r
}

// setIndex is v[i] = value, with metamethods.
func (lib *library) setIndex(L *lua.LState, v lua.LValue, i int64, value lua.LValue) {
	if t, ok := v.(*lua.LTable); ok && t.Metatable == lua.LNil {
		if i > 0 && i < int64(lua.MaxArrayIndex) {
			t.RawSetInt(int(i), value)
			return
		}
		t.RawSet(lua54.Integer(i), value)
		return
	}
	lib.setTable(L, v, lua54.Integer(i), value)
}

func (lib *library) setTable(L *lua.LState, v, key, value lua.LValue) {
	lib.checkIndexable(L, v, "__newindex")
	L.SetTable(v, key, value)
	checkAlive(L)
}

func (lib *library) checkIndexable(L *lua.LState, v lua.LValue, event string) {
	if v.Type() != lua.LTTable && metamethod(L, v, event) == lua.LNil {
		raiseVM(L, "attempt to index a %s value", TypeName(L, v))
	}
}

// rawLength is a border of the table. The VM counts the array part only;
// what grew beyond lua.MaxArrayIndex is found by bisection.
func rawLength(t *lua.LTable) int {
	n := t.Len()
	if n < lua.MaxArrayIndex-1 {
		return n
	}
	low, high := n, n+1
	for t.RawGet(lua.LNumber(high)) != lua.LNil {
		low, high = high, high*2
	}
	for high-low > 1 {
		if mid := (low + high) / 2; t.RawGet(lua.LNumber(mid)) != lua.LNil {
			low = mid
		} else {
			high = mid
		}
	}
	return low
}

// length is #v, with metamethods.
func (lib *library) length(L *lua.LState, v lua.LValue) int64 {
	if s, ok := v.(lua.LString); ok {
		return int64(len(s))
	}
	if t, ok := v.(*lua.LTable); ok && t.Metatable == lua.LNil {
		return int64(rawLength(t))
	}
	if m := metamethod(L, v, "__len"); m != lua.LNil {
		n, ok := lua54.ToInteger(lib.call1(L, m, v))
		if !ok {
			raisef(L, "object length is not an integer")
		}
		return n
	}
	t, ok := v.(*lua.LTable)
	if !ok {
		raiseVM(L, "attempt to get length of a %s value", TypeName(L, v))
	}
	return int64(rawLength(t))
}

// less is a < b, with metamethods.
func (lib *library) less(L *lua.LState, a, b lua.LValue) bool {
	switch x := a.(type) {
	case lua.LNumber:
		if y, ok := b.(lua.LNumber); ok {
			return x < y
		}
	case lua.LString:
		if y, ok := b.(lua.LString); ok {
			return x < y
		}
	}
	if lua54.IsNumber(a) && lua54.IsNumber(b) {
		return lessNumbers(a, b)
	}
	m := metamethod(L, a, "__lt")
	if m == lua.LNil || lua54.IsNumber(a) {
		m = lua.LNil
		if !lua54.IsNumber(b) {
			m = metamethod(L, b, "__lt")
		}
	}
	if m == lua.LNil {
		raiseCompare(L, a, b)
	}
	return lua.LVAsBool(lib.call1(L, m, a, b))
}

func raiseCompare(L *lua.LState, a, b lua.LValue) {
	s, t := TypeName(L, a), TypeName(L, b)
	if s == t {
		raiseVM(L, "attempt to compare two %s values", s)
	}
	raiseVM(L, "attempt to compare %s with %s", s, t)
}

// lessNumbers compares exactly where one number is a lua54.Int.
func lessNumbers(a, b lua.LValue) bool {
	x, okx := lua54.ToInteger(a)
	y, oky := lua54.ToInteger(b)
	if okx && oky {
		return x < y
	}
	f, _ := lua54.ToFloat(a)
	g, _ := lua54.ToFloat(b)
	if math.IsNaN(f) || math.IsNaN(g) {
		return false
	}
	return f < g
}
