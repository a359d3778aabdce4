package luahost

import (
	"bytes"
	"io"
	"os"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lualib"
)

func (h *Host) openLoadfile(L *lua.LState) {
	h.openDump(L)
	lualib.Register(L, L.G.Global, "", map[string]lua.LGFunction{"loadfile": h.loadfile, "dofile": h.dofile})
}

// chunk reads a file, standard input for nil, and calls load with it. It
// returns load's results: a function, or nil and a message. Extra are further
// arguments of load.
func (h *Host) chunk(L *lua.LState, path lua.LValue, extra ...lua.LValue) (fn, msg lua.LValue) {
	name := "=stdin"
	var src []byte
	var err error
	if p, ok := path.(lua.LString); ok {
		name = "@" + string(p)
		src, err = os.ReadFile(string(p))
	} else {
		src, err = io.ReadAll(h.Stdin)
	}
	if err != nil {
		text, _ := errorText(err)
		return lua.LNil, lua.LString("cannot open " + name[1:] + ": " + text)
	}
	L.Push(h.load)
	L.Push(lua.LString(skipComment(src)))
	L.Push(lua.LString(name))
	for _, v := range extra {
		L.Push(v)
	}
	L.Call(2+len(extra), 2)
	fn, msg = L.Get(-2), L.Get(-1)
	L.Pop(2)
	return fn, msg
}

// skipComment drops what only files may begin with: a byte order mark, and a
// first line for the shell, of which the line end stays.
func skipComment(src []byte) []byte {
	src = bytes.TrimPrefix(src, []byte("\xef\xbb\xbf"))
	if len(src) > 0 && src[0] == '#' {
		end := bytes.IndexByte(src, '\n')
		if end < 0 {
			end = len(src)
		}
		src = src[end:]
	}
	return src
}

// pathArg is a file's name in argument 1, or nil.
func pathArg(L *lua.LState) lua.LValue {
	if L.Get(1) == lua.LNil {
		return lua.LNil
	}
	return lua.LString(lualib.CheckString(L, 1))
}

// loadfile is loadfile([name [, mode [, env]]]).
func (h *Host) loadfile(L *lua.LState) int {
	extra := []lua.LValue{lua.LString(lualib.OptString(L, 2, "bt"))}
	if L.GetTop() >= 3 {
		extra = append(extra, L.Get(3))
	}
	fn, msg := h.chunk(L, pathArg(L), extra...)
	L.Push(fn)
	if fn != lua.LNil {
		return 1
	}
	L.Push(msg)
	return 2
}

func (h *Host) dofile(L *lua.LState) int {
	fn, msg := h.chunk(L, pathArg(L))
	if fn == lua.LNil {
		L.Error(msg, 0)
	}
	L.SetTop(0)
	L.Push(fn)
	L.Call(0, lua.MultRet)
	return L.GetTop()
}
