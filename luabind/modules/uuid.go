package modules

import (
	"github.com/google/uuid"
	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lualib"
)

// openUUID makes the module uuid. Calling it is calling v4.
func openUUID(e env) lua.LValue {
	t := e.table(map[string]lua.LGFunction{
		"v4": newUUID(uuid.NewRandom), "v7": newUUID(uuid.NewV7), "parse": parseUUID,
	})
	t.Metatable = e.table(map[string]lua.LGFunction{"__call": newUUID(uuid.NewRandom)})
	return t
}

func newUUID(random func() (uuid.UUID, error)) lua.LGFunction {
	return func(L *lua.LState) int {
		u, err := random()
		if err != nil {
			lualib.Raise(L, "%s", err)
		}
		L.Push(lua.LString(u.String()))
		return 1
	}
}

// parseUUID is parse(text): the usual form of it and its version, or nil and
// what is wrong.
func parseUUID(L *lua.LState) int {
	u, err := uuid.Parse(lualib.CheckString(L, 1))
	if err != nil {
		return fail(L, err)
	}
	L.Push(lua.LString(u.String()))
	L.Push(lua.LNumber(u.Version()))
	return 2
}
