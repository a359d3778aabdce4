package haproxy

import (
	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lualib"
	"github.com/spoa-lua/spoa-lua/spop"
)

// streamMethod is a method of TXN that sets what concerns the stream, nil when
// there is none of that name. StreamRules make it true.
func (api *API) streamMethod(name string) lua.LGFunction {
	switch name {
	case "set_loglevel":
		return api.setLogLevel
	case "set_mark", "set_fc_mark":
		return api.streamSetter(name, setMark, unbounded)
	case "set_tos", "set_fc_tos":
		return api.streamSetter(name, setTOS, unbounded)
	case "set_priority_class":
		return api.streamSetter(name, setPrioClass, func(n int64) int64 { return min(max(n, -2047), 2047) })
	case "set_priority_offset":
		return api.streamSetter(name, setPrioShift, func(n int64) int64 { return min(max(n, -524287), 524287) })
	}
	return nil
}

func unbounded(n int64) int64 { return n }

// setLogLevel is txn:set_loglevel(level), as 3.2 has it.
func (api *API) setLogLevel(L *lua.LState) int {
	needArgs(L, "set_loglevel", 1)
	level := lualib.CheckInteger(L, 2)
	// HAProxy 3.2 counts one too many, and takes 8 for debug.
	if level < -1 || level > levelDebug {
		lualib.Raise(L, "set_loglevel: %d is no level: core.silent (-1) to core.debug (7) are", level)
	}
	api.set(L, setLogLevel, spop.Int64(level))
	return 0
}

// streamSetter is a method with one integer, which HAProxy puts into bounds.
func (api *API) streamSetter(method, name string, bound func(int64) int64) lua.LGFunction {
	return func(L *lua.LState) int {
		needArgs(L, method, 1)
		api.set(L, name, spop.Int64(bound(lualib.CheckInteger(L, 2))))
		return 0
	}
}
