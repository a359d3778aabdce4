package lualib

import (
	"runtime/metrics"

	lua "github.com/yuin/gopher-lua"
)

// collector is what scripts have told collectgarbage. Nothing depends on it:
// memory belongs to the whole process, and one script must not stop the others.
type collector struct {
	stopped      bool
	generational bool
	pause        int64
	stepmul      int64
}

// heapMetric is the size of all objects on the Go heap. Reading it takes
// about a microsecond and, unlike runtime.ReadMemStats, stops nobody.
const heapMetric = "/memory/classes/heap/objects:bytes"

// baseCollectgarbage leaves the collector alone. The options answer what a
// script expects from one that it can stop and set.
func (lib *library) baseCollectgarbage(L *lua.LState) int {
	gc := &lib.collector
	switch option := OptString(L, 1, "collect"); option {
	case "collect", "stop", "restart":
		if option != "collect" {
			gc.stopped = option == "stop"
		}
		L.Push(smallInts[0])
	case "count":
		sample := []metrics.Sample{{Name: heapMetric}}
		metrics.Read(sample)
		L.Push(lua.LNumber(sample[0].Value.Uint64()) / 1024)
	case "step":
		L.Push(lua.LTrue)
	case "isrunning":
		L.Push(lua.LBool(!gc.stopped))
	case "setpause":
		pushInt(L, int(gc.pause))
		gc.pause = OptInteger(L, 2, 0)
	case "setstepmul":
		pushInt(L, int(gc.stepmul))
		gc.stepmul = OptInteger(L, 2, 0)
	case "incremental", "generational":
		L.Push(lua.LString(gc.mode(L, option == "generational")))
	default:
		ArgError(L, 1, "invalid option '"+option+"'")
	}
	return 1
}

// mode changes the mode, and returns the one before.
func (gc *collector) mode(L *lua.LState, generational bool) string {
	before := "incremental"
	if gc.generational {
		before = "generational"
	}
	gc.generational = generational
	if generational {
		return before
	}
	for i, value := range []*int64{&gc.pause, &gc.stepmul} {
		if n := OptInteger(L, i+2, 0); n != 0 {
			*value = n
		}
	}
	return before
}
