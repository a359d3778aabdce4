package luahost

import (
	"os"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lualib"
)

func (h *Host) openOS(L *lua.LState) {
	h.module(L, "os", map[string]lua.LGFunction{
		"execute": h.osExecute, "exit": h.osExit, "getenv": osGetenv, "remove": osRemove,
		"rename": osRename, "setlocale": osSetlocale, "tmpname": osTmpname,
	})
}

// osExit ends the program.
func (h *Host) osExit(L *lua.LState) int {
	code := 0
	switch v := L.Get(1).(type) {
	case *lua.LNilType:
	case lua.LBool:
		if !v {
			code = 1
		}
	default:
		code = clampInt(lualib.CheckInteger(L, 1))
	}
	h.Exit(L, code)
	return 0
}

func osGetenv(L *lua.LState) int {
	v, ok := os.LookupEnv(lualib.CheckString(L, 1))
	if !ok {
		L.Push(lua.LNil)
		return 1
	}
	L.Push(lua.LString(v))
	return 1
}

func osRemove(L *lua.LState) int {
	path := lualib.CheckString(L, 1)
	return result(L, os.Remove(path), path)
}

func osRename(L *lua.LState) int {
	from := lualib.CheckString(L, 1)
	return result(L, os.Rename(from, lualib.CheckString(L, 2)), "")
}

// osSetlocale knows the one locale that the library has.
func osSetlocale(L *lua.LState) int {
	name := lualib.OptString(L, 1, "")
	option(L, 2, "all", "all", "collate", "ctype", "monetary", "numeric", "time")
	if name != "" && name != "C" && name != "POSIX" {
		L.Push(lua.LNil)
		return 1
	}
	L.Push(lua.LString("C"))
	return 1
}

func osTmpname(L *lua.LState) int {
	f, err := os.CreateTemp("", "lua_")
	if err != nil {
		lualib.Raise(L, "unable to generate a unique filename")
	}
	defer f.Close()
	L.Push(lua.LString(f.Name()))
	return 1
}
