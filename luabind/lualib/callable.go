package lualib

import (
	"sync"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
)

// callThrough makes a function that calls a value, with tail calls so that
// chains of them need no stack.
var callThrough = sync.OnceValue(func() *lua.FunctionProto {
	const source = "local f = ...; return function(...) return f(...) end"
	proto, err := lua54.Compile("=[C]", []byte(source), lua54.Options{})
	if err != nil {
		panic(err)
	}
	return proto.FunctionPrototypes[0]
})

// makeCallable lets the VM, which takes only functions for a __call, call an
// object whose __call is another object with __call: a function that calls it
// takes its place in the metatable.
func (lib *library) makeCallable(L *lua.LState, mt *lua.LTable) {
	target := mt.RawGetString("__call")
	if target == lua.LNil || target.Type() == lua.LTFunction || !callable(L, target) {
		return
	}
	proto := callThrough()
	fn := &lua.LFunction{Env: L.G.Global, Proto: proto, Upvalues: []*lua.Upvalue{{}}}
	fn.Upvalues[0].SetValue(target)
	mt.RawSetString("__call", fn)
}
