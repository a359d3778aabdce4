package modules

import (
	"sync"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
)

// source is a module, or a part of one, that is written in Lua. It is compiled
// when the first VM asks for it.
type source struct {
	name string
	text []byte

	once  sync.Once
	proto *lua.FunctionProto
	err   error
}

// IsOwn reports whether name is that of a module's text, and not of a script.
func IsOwn(name string) bool {
	return name == ltn12Text.name || name == socketText.name || name == socketHTTPText.name
}

// run runs the text of s with arguments and returns its result.
func (e env) run(s *source, args ...lua.LValue) lua.LValue {
	s.once.Do(func() { s.proto, s.err = lua54.Compile(s.name, s.text, lua54.Options{}) })
	if s.err != nil {
		e.host.Raise(e.caller, s.err)
	}
	L := e.caller
	L.Push(lua54.From(L).NewFunction(s.proto, L.G.Global))
	for _, a := range args {
		L.Push(a)
	}
	L.Call(len(args), 1)
	v := L.Get(-1)
	L.Pop(1)
	return v
}
