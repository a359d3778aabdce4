package modules

import (
	_ "embed" // the text of ltn12

	lua "github.com/yuin/gopher-lua"
)

//go:embed ltn12.lua
var ltn12Source []byte

var ltn12Text = &source{name: "ltn12.lua", text: ltn12Source}

// openLTN12 makes LuaSocket's module ltn12, without what reads and writes files.
func openLTN12(e env) lua.LValue { return e.run(ltn12Text) }
