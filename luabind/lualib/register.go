package lualib

import (
	lua "github.com/yuin/gopher-lua"
)

// Register sets functions as fields of a table of a VM that Open has filled.
// The prefix and the field's name are what errors call a function that no Lua
// code has called by a name.
func Register(L *lua.LState, table *lua.LTable, prefix string, funcs map[string]lua.LGFunction) {
	from(L).register(L, table, prefix, funcs)
}
