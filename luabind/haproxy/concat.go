package haproxy

import (
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lualib"
)

func (api *API) openConcat(L *lua.LState) {
	api.concat = api.class(L, "Concat", map[string]lua.LGFunction{
		"add":  concatAdd,
		"dump": concatDump,
	})
}

// newConcat is core.concat().
func (api *API) newConcat(L *lua.LState) int {
	L.Push(&lua.LUserData{Value: new(strings.Builder), Metatable: api.concat})
	return 1
}

func concatArg(L *lua.LState) *strings.Builder {
	ud, _ := L.Get(1).(*lua.LUserData)
	if ud != nil {
		if b, ok := ud.Value.(*strings.Builder); ok {
			return b
		}
	}
	lualib.TypeError(L, 1, "Concat")
	return nil
}

// maxConcat bounds the text that one object gathers.
const maxConcat = 16 << 20

// concatAdd is object:add(text).
func concatAdd(L *lua.LState) int {
	b, s := concatArg(L), lualib.CheckString(L, 2)
	if b.Len()+len(s) > maxConcat {
		lualib.Raise(L, "the text of a Concat may have %d bytes", maxConcat)
	}
	b.WriteString(s)
	return 0
}

// concatDump is object:dump().
func concatDump(L *lua.LState) int {
	L.Push(lua.LString(concatArg(L).String()))
	return 1
}
