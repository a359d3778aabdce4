package haproxy

import (
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lualib"
)

// tokenize is core.tokenize(text, separators[, noblank]): each byte of
// separators separates. Texts end at a zero byte, as in C.
func tokenize(L *lua.LState) int {
	text := cString(lualib.CheckString(L, 1))
	separators := cString(lualib.CheckString(L, 2))
	noblank := false
	if L.GetTop() > 2 {
		b, ok := L.Get(3).(lua.LBool)
		if !ok {
			lualib.TypeError(L, 3, "boolean")
		}
		noblank = bool(b)
	}
	t := L.CreateTable(4, 0)
	for {
		i := indexByteOf(text, separators)
		field := text
		if i >= 0 {
			field = text[:i]
		}
		if field != "" || !noblank {
			t.Append(lua.LString(field))
		}
		if i < 0 {
			break
		}
		text = text[i+1:]
	}
	L.Push(t)
	return 1
}

// indexByteOf is strings.IndexAny by bytes.
func indexByteOf(s, set string) int {
	for i := range len(s) {
		if strings.IndexByte(set, s[i]) >= 0 {
			return i
		}
	}
	return -1
}

func cString(s string) string {
	s, _, _ = strings.Cut(s, "\x00")
	return s
}
