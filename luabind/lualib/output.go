package lualib

import (
	"strings"

	lua "github.com/yuin/gopher-lua"
)

func (lib *library) basePrint(L *lua.LState) int {
	var line strings.Builder
	for i := 1; i <= L.GetTop(); i++ {
		if i > 1 {
			line.WriteByte('\t')
		}
		s := lib.toText(L, L.Get(i))
		lib.checkSize(L, line.Len()+len(s))
		line.WriteString(s)
	}
	lib.Print(line.String())
	return 0
}

// baseWarn is off until a script says warn("@on"), as in the lua program.
func (lib *library) baseWarn(L *lua.LState) int {
	var text strings.Builder
	CheckString(L, 1)
	for i := 1; i <= L.GetTop(); i++ {
		s := CheckString(L, i)
		lib.checkSize(L, text.Len()+len(s))
		text.WriteString(s)
	}
	msg := text.String()
	switch {
	case L.GetTop() == 1 && strings.HasPrefix(msg, "@"):
		if msg == "@on" || msg == "@off" {
			lib.warnOn = msg == "@on"
		}
	case lib.warnOn:
		lib.Print("Lua warning: " + msg)
	}
	return 0
}
