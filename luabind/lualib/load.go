package lualib

import (
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
)

// baseLoad compiles text. Binary chunks are there for programs only that have
// string.dump: code as bytes could not be trusted.
func (lib *library) baseLoad(L *lua.LState) int {
	var src, name string
	switch L.Get(1).(type) {
	case lua.LString, lua.LNumber, lua54.Int:
		src = CheckString(L, 1)
		name = OptString(L, 2, src)
	default:
		CheckFunction(L, 1)
		name = OptString(L, 2, "=(load)")
	}
	mode := OptString(L, 3, "bt")
	if _, ok := L.Get(1).(*lua.LFunction); ok {
		var failure lua.LValue
		if src, failure = lib.readChunk(L); failure != nil {
			return fail(L, failure)
		}
	}
	if len(src) > lib.Limits.MaxString {
		return fail(L, lua.LString("chunk too large"))
	}
	if strings.HasPrefix(src, "\x1b") {
		return lib.loadBinary(L, src, name, mode)
	}
	if !strings.Contains(mode, "t") {
		return fail(L, lua.LString("attempt to load a text chunk (mode is '"+mode+"')"))
	}
	display := chunkName(name)
	if strings.HasPrefix(src, "#") || strings.HasPrefix(src, "\xef") {
		src = " " + src // only in files a first line or byte order mark is skipped
	}
	proto, err := lib.Compile(display, []byte(src))
	if err != nil {
		return fail(L, lua.LString(err.Error()))
	}
	return lib.pushChunk(L, proto)
}

// loadBinary loads what string.dump has returned. Policies have no such chunks.
func (lib *library) loadBinary(L *lua.LState, src, name, mode string) int {
	dumps := lua54.DumpsOf(L)
	if dumps == nil || !strings.Contains(mode, "b") {
		return fail(L, lua.LString("attempt to load a binary chunk (mode is '"+mode+"')"))
	}
	proto, err := dumps.Undump(src)
	if err != nil {
		return fail(L, lua.LString(chunkName(name)+": "+err.Error()))
	}
	return lib.pushChunk(L, proto)
}

// pushChunk pushes the function that load returns, with argument 4 as its _ENV
// if there is one.
func (lib *library) pushChunk(L *lua.LState, proto *lua.FunctionProto) int {
	if L.GetTop() < 4 {
		L.Push(lib.rt.Restore(proto, L.G.Global))
		return 1
	}
	env := L.Get(4)
	globals := lib.environment(L, env)
	fn := lib.rt.Restore(proto, globals)
	for _, uv := range fn.Upvalues {
		if uv.Value() == lua.LValue(globals) {
			uv.SetValue(env) // what the chunk calls _ENV
		}
	}
	L.Push(fn)
	return 1
}

// maxChunkName is the length of a chunk's name in messages, as in PUC Lua.
const maxChunkName = 59

// chunkName returns how messages call a chunk of that name (manual, lua_Debug
// short_src): "=text" is text as it is, "@path" is a file, and anything else
// is source text, of which the first line is shown.
func chunkName(name string) string {
	switch {
	case strings.HasPrefix(name, "="):
		return name[1:min(len(name), maxChunkName+1)]
	case strings.HasPrefix(name, "@"):
		if name = name[1:]; len(name) > maxChunkName {
			name = "..." + name[len(name)-maxChunkName+3:]
		}
		return name
	}
	const room = maxChunkName - len(`[string "..."]`)
	line, _, more := strings.Cut(name, "\n")
	if more || len(line) > room {
		return `[string "` + line[:min(len(line), room)] + `..."]`
	}
	return `[string "` + line + `"]`
}

// compile is the default of Config.Compile.
func compile(name string, src []byte) (*lua.FunctionProto, error) {
	return lua54.Compile(name, src, lua54.Options{})
}

// environment is the table of globals for a chunk. The VM knows only tables
// there; for another value, accesses go through a table that fails as an
// access to the value would.
func (lib *library) environment(L *lua.LState, env lua.LValue) *lua.LTable {
	if t, ok := env.(*lua.LTable); ok {
		return t
	}
	proxy, mt := L.CreateTable(0, 0), L.CreateTable(0, 2)
	mt.RawSetString("__index", L.NewFunction(func(L *lua.LState) int {
		L.Push(lib.getTable(L, env, L.Get(2)))
		return 1
	}))
	mt.RawSetString("__newindex", L.NewFunction(func(L *lua.LState) int {
		lib.setTable(L, env, L.Get(2), L.Get(3))
		return 0
	}))
	proxy.Metatable = mt
	return proxy
}

// fail returns nil and the message, as load does.
func fail(L *lua.LState, msg lua.LValue) int {
	L.Push(lua.LNil)
	L.Push(msg)
	return 2
}

// readChunk joins the pieces that the reader function returns. An error in
// the reader is load's result, not an error of load.
func (lib *library) readChunk(L *lua.LState) (src string, failure lua.LValue) {
	var buf strings.Builder
	for {
		L.Push(L.Get(1))
		top := L.GetTop()
		lib.unyieldable++
		failure, ok := lib.protect(L, 0, nil)
		lib.unyieldable--
		checkAlive(L)
		if !ok {
			return "", failure
		}
		piece := L.Get(top)
		L.SetTop(top - 1)
		if lua54.IsNumber(piece) {
			piece = lua.LString(lua54.FormatNumber(piece))
		}
		switch s := piece.(type) {
		case *lua.LNilType:
			return buf.String(), nil
		case lua.LString:
			if s == "" {
				return buf.String(), nil
			}
			if buf.Len()+len(s) > lib.Limits.MaxString {
				return "", lua.LString("chunk too large")
			}
			buf.WriteString(string(s))
		default:
			return "", lua.LString(where(L, 1) + "reader function must return a string")
		}
	}
}
