package lualib

import (
	"runtime/metrics"
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

// heapMetric is the size of all objects on the Go heap. Reading it takes
// about a microsecond and, unlike runtime.ReadMemStats, stops nobody.
const heapMetric = "/memory/classes/heap/objects:bytes"

// baseCollectgarbage leaves the collector alone: memory belongs to the whole
// process, and one script must not stop the others. The options answer what a
// script expects from a collector that runs by itself.
func (lib *library) baseCollectgarbage(L *lua.LState) int {
	switch option := OptString(L, 1, "collect"); option {
	case "collect", "stop", "restart":
		L.Push(smallInts[0])
	case "count":
		sample := []metrics.Sample{{Name: heapMetric}}
		metrics.Read(sample)
		L.Push(lua.LNumber(sample[0].Value.Uint64()) / 1024)
	case "step", "isrunning":
		L.Push(lua.LTrue)
	case "setpause":
		L.Push(lua.LNumber(200))
	case "setstepmul":
		L.Push(lua.LNumber(100))
	case "incremental", "generational":
		before := "incremental"
		if lib.generational {
			before = "generational"
		}
		lib.generational = option == "generational"
		L.Push(lua.LString(before))
	default:
		ArgError(L, 1, "invalid option '"+option+"'")
	}
	return 1
}
