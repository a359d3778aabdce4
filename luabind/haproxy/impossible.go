package haproxy

import (
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lualib"
)

// What cannot be done through SPOE, and what to do instead.
const (
	errYield   = "act.YIELD is not supported: SPOE arguments are a snapshot"
	errCLI     = "register_cli: no HAProxy stats socket here; this command stays in HAProxy (lua-load)"
	errFilter  = "register_filter: filters need the stream's buffers; keep this script in HAProxy (lua-load)"
	errEvents  = "event_sub: server and ACME events are not sent over SPOE; keep this script in HAProxy (lua-load)"
	errMailers = "disable_legacy_mailers: mailers are HAProxy's; keep this script in HAProxy (lua-load)"
	errCert    = "CertCache.set: certificates live in HAProxy; its stats socket takes new ones: set ssl cert"
	errTCP     = "register_service: TCP services need the client's connection; this one stays in HAProxy (lua-load)"
	errEffect  = "%s: side effect in HAProxy; set a var and use http-request sc-inc-gpc"
	errServers = "core.%s['%s']: no haproxy.cfg tells it: give --haproxy-cfg FILE, or put a copy into the script folder"
	errChannel = "Channel:%s: the agent cannot touch HAProxy's buffers; answer by txn:done(txn:reply{...}), or keep this script in HAProxy (lua-load)"

	errChannelData  = "Channel:%s: HAProxy gives no data in HTTP mode; in TCP mode args req.payload(0,0)=req.payload(0,0) and txn.f:req_payload(0,0)"
	errChannelState = "Channel:%s: the agent does not see HAProxy's buffers: args req.len=req.len and txn.f:req_len()"
)

// raises is a function that raises text.
func raises(text string) lua.LGFunction {
	return func(L *lua.LState) int {
		lualib.Raise(L, "%s", text)
		return 0
	}
}

// openImpossible makes what raises an error, and the constants that scripts
// read beside it when they are loaded.
func (api *API) openImpossible(L *lua.LState, core *lua.LTable) {
	for name, text := range map[string]string{
		"event_sub": errEvents, "use_native_mailers_config": errEvents,
		"disable_legacy_mailers": errMailers,
	} {
		core.RawSetString(name, api.host.NewFunction(raises(text)))
	}
	core.RawSetString("get_info", api.host.NewFunction(api.getInfo))
	core.RawSetString("register_filter", api.host.NewFunction(api.elsewhere(errFilter)))
	core.RawSetString("register_cli", api.host.NewFunction(api.registerCLI))
	core.RawSetString("register_service", api.host.NewFunction(api.registerService))
	api.openProxies(L, core)
	filter := api.table(L, map[string]lua.LGFunction{
		"register_data_filter":   raises(errFilter),
		"unregister_data_filter": raises(errFilter),
		"wake_time":              raises(errFilter),
	})
	for name, n := range map[string]lua.LNumber{"CONTINUE": 1, "WAIT": 0, "ERROR": -1, "FLT_CFG_FL_HTX": 1} {
		filter.RawSetString(name, n)
	}
	L.G.Global.RawSetString("filter", filter)
	L.G.Global.RawSetString("CertCache", api.table(L, map[string]lua.LGFunction{"set": raises(errCert)}))
	L.G.Global.RawSetString("ACME", api.table(L, map[string]lua.LGFunction{"challenge_ready": raises(errEvents)}))
}

// elsewhere is a function that registers what haproxy.cfg calls by name. It warns:
// the rest of the script works, and HAProxy refuses a configuration that calls
// what no script of its own registers.
func (api *API) elsewhere(text string) lua.LGFunction {
	return func(L *lua.LState) int {
		name, _, _ := strings.Cut(text, ":")
		api.mustLoad(L, name)
		api.host.WarnOnce(L, "elsewhere", text)
		return 0
	}
}

// registerCLI is core.register_cli(words, usage, fn).
func (api *API) registerCLI(L *lua.LState) int {
	if L.GetTop() != 3 {
		lualib.Raise(L, "'register_cli' needs 3 arguments")
	}
	lualib.CheckTable(L, 1)
	lualib.CheckString(L, 2)
	lualib.CheckFunction(L, 3)
	return api.elsewhere(errCLI)(L)
}

// channelMethod is a method of txn.req and txn.res. All but the direction is in
// HAProxy's buffers.
func (api *API) channelMethod(name string) lua.LGFunction {
	switch name {
	case "is_resp":
		return func(L *lua.LState) int {
			needArgs(L, "is_resp", 0)
			L.Push(lua.LBool(L.Get(1) == lua.LValue(api.response)))
			return 1
		}
	case "append", "prepend", "insert", "set", "remove", "send", "forward":
		return raises(fmt.Sprintf(errChannel, name))
	case "data", "line", "get", "getline", "dup":
		return raises(fmt.Sprintf(errChannelData, name))
	case "input", "output", "get_in_len", "get_out_len", "is_full", "may_recv":
		return raises(fmt.Sprintf(errChannelState, name))
	}
	return nil
}
