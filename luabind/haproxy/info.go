package haproxy

import (
	"os"

	lua "github.com/yuin/gopher-lua"
)

// getInfo is core.get_info(): what scripts ask for when they are loaded, to tell
// somebody who they are. There are no statistics.
func (api *API) getInfo(L *lua.LState) int {
	api.host.WarnOnce(L, "info", "core.get_info: SPOE carries no statistics: there are Name, node, Pid and Process_num, of the agent, and the rest is nil")
	t := L.CreateTable(0, 4)
	t.RawSetString("Name", lua.LString("HAProxy"))
	if node, err := os.Hostname(); err == nil {
		t.RawSetString("node", lua.LString(node))
	}
	t.RawSetString("Pid", lua.LNumber(os.Getpid()))
	t.RawSetString("Process_num", lua.LNumber(1))
	L.Push(t)
	return 1
}
