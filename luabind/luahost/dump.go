package luahost

import (
	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
	"github.com/spoa-lua/spoa-lua/luabind/lualib"
)

// openDump adds string.dump, whose result load takes from now on.
func (h *Host) openDump(L *lua.LState) {
	dumps := lua54.OpenDumps(L)
	h.module(L, "string", map[string]lua.LGFunction{"dump": func(L *lua.LState) int {
		fn := lualib.CheckFunction(L, 1)
		if fn.IsG {
			lualib.Raise(L, "unable to dump given function")
		}
		L.Push(lua.LString(dumps.Dump(fn.Proto, lua.LVAsBool(L.Get(2)))))
		return 1
	}})
}
