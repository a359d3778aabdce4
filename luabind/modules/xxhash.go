package modules

import (
	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
	"github.com/spoa-lua/spoa-lua/luabind/lualib"
	"github.com/spoa-lua/spoa-lua/luabind/xxhash"
)

// openXXHash makes the module xxhash: hashes as integers, for a text and a seed.
// Those of 64 bits may be negative, as in HAProxy.
func openXXHash(e env) lua.LValue {
	return e.table(map[string]lua.LGFunction{
		"xxh32": hasher(func(s string, seed uint64) uint64 { return uint64(xxhash.Sum32(s, uint32(seed))) }),
		"xxh64": hasher(xxhash.Sum64),
		"xxh3":  hasher(xxhash.Sum3),
	})
}

func hasher(hash func(string, uint64) uint64) lua.LGFunction {
	return func(L *lua.LState) int {
		s, seed := lualib.CheckString(L, 1), lualib.OptInteger(L, 2, 0)
		L.Push(lua54.Integer(int64(hash(s, uint64(seed)))))
		return 1
	}
}
