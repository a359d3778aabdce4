package lualib

import (
	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
)

// openIterators opens pairs and ipairs, which share their iterators among
// all loops.
func (lib *library) openIterators(L *lua.LState) {
	next, _ := L.G.Global.RawGetString("next").(*lua.LFunction)
	step := L.NewFunction(lib.ipairsStep)
	lib.register(L, L.G.Global, "", map[string]lua.LGFunction{
		"ipairs": func(L *lua.LState) int {
			t := CheckAny(L, 1)
			L.Push(step)
			L.Push(t)
			L.Push(smallInts[0])
			return 3
		},
		"pairs": func(L *lua.LState) int {
			t := CheckAny(L, 1)
			if m := metamethod(L, t, "__pairs"); m != lua.LNil {
				L.Push(m)
				L.Push(t)
				lib.callYieldable(L, 1, 3)
				return 3
			}
			L.Push(next)
			L.Push(t)
			L.Push(lua.LNil)
			return 3
		},
	})
}

func (lib *library) ipairsStep(L *lua.LState) int {
	i := CheckInteger(L, 2) + 1
	v := lib.index(L, L.Get(1), i)
	if v == lua.LNil {
		L.Push(lua.LNil)
		return 1
	}
	if 0 <= i && i < int64(len(smallInts)) {
		L.Push(smallInts[i])
	} else {
		L.Push(lua54.Integer(i))
	}
	L.Push(v)
	return 2
}

func baseNext(L *lua.LState) int {
	t := CheckTable(L, 1)
	key, value := t.Next(L.Get(2))
	if key == lua.LNil {
		// Only at the end, where nobody waits for speed.
		if before := L.Get(2); before != lua.LNil && !lua54.HadKey(t, before) {
			L.Error(lua.LString("invalid key to 'next'"), 0)
		}
		L.Push(lua.LNil)
		return 1
	}
	L.Push(key)
	L.Push(value)
	return 2
}
