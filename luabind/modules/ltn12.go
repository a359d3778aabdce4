package modules

import (
	_ "embed" // the text of ltn12
	"sync"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
)

//go:embed ltn12.lua
var ltn12Source []byte

// ltn12 is compiled when the first VM asks for it.
var ltn12 = sync.OnceValues(func() (*lua.FunctionProto, error) {
	return lua54.Compile("ltn12.lua", ltn12Source, lua54.Options{})
})

// openLTN12 makes LuaSocket's module ltn12, without what reads and writes files.
func openLTN12(e env) lua.LValue {
	proto, err := ltn12()
	if err != nil {
		e.host.Raise(e.caller, err)
	}
	L := e.caller
	L.Push(lua54.From(L).NewFunction(proto, L.G.Global))
	L.Call(0, 1)
	v := L.Get(-1)
	L.Pop(1)
	return v
}
