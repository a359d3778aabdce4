package haproxy

import (
	"fmt"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lualib"
)

// ConfigFile is the file whose sections scripts see as core.backends and the
// like. It lies below the script folders, unless the
// operator names another one.
const ConfigFile = "haproxy.cfg"

// errSticks is for Proxy.stktable.
const errSticks = "stick tables live in HAProxy; pass sc_*/table_* fetches as arguments"

// errRuntime is for what only HAProxy itself can do or tell.
const errRuntime = "%s:%s: needs HAProxy's runtime API, which SPOE does not carry"

// openProxies makes core.proxies, core.backends and core.frontends. They are
// filled when a script first looks into them.
func (api *API) openProxies(L *lua.LState, core *lua.LTable) {
	for _, list := range []string{"proxies", "backends", "frontends"} {
		t, mt := L.CreateTable(0, 1), L.CreateTable(0, 2)
		mt.RawSetString("__index", api.host.NewFunction(func(L *lua.LState) int {
			if !api.fillProxies(L, core) {
				lualib.Raise(L, errServers, list, L.Get(2).String())
			}
			L.Push(t.RawGet(L.Get(2)))
			return 1
		}))
		mt.RawSetString("__pairs", api.host.NewFunction(func(L *lua.LState) int {
			if !api.fillProxies(L, core) {
				lualib.Raise(L, errServers, list, "?")
			}
			L.Push(L.G.Global.RawGetString("next"))
			L.Push(t)
			return 2
		}))
		t.Metatable = mt
		core.RawSetString(list, t)
	}
}

// fillProxies makes the objects, once. false means that there is no file.
func (api *API) fillProxies(L *lua.LState, core *lua.LTable) bool {
	if api.proxies != proxiesUnread {
		return api.proxies == proxiesRead
	}
	api.proxies = proxiesMissing
	text, ok := api.host.Config()
	if !ok {
		return false
	}
	api.proxies = proxiesRead
	lists := map[string]*lua.LTable{}
	for _, name := range []string{"proxies", "backends", "frontends"} {
		lists[name], _ = core.RawGetString(name).(*lua.LTable)
	}
	put := func(list string, name string, v *lua.LTable) {
		if t := lists[list]; t != nil {
			t.RawSetString(name, v)
		}
	}
	proxyClass, serverClass := api.proxyClass(L), api.serverClass(L)
	for _, p := range readProxies(text) {
		v := api.newProxy(L, p, proxyClass, serverClass)
		put("proxies", p.name, v)
		if p.backend {
			put("backends", p.name, v)
		}
		if p.frontend {
			put("frontends", p.name, v)
		}
	}
	return true
}

// What is known of the file.
const (
	proxiesUnread = iota
	proxiesRead
	proxiesMissing
)

func (api *API) newProxy(L *lua.LState, p *proxy, class, serverClass *lua.LTable) *lua.LTable {
	v, servers := L.CreateTable(0, 8), L.CreateTable(0, len(p.servers)+1)
	active, backup := 0, 0
	for i := range p.servers {
		s := &p.servers[i]
		servers.RawSetString(s.name, newServer(L, s, v, serverClass))
		switch {
		case s.disabled || s.weight == 0:
		case s.backup:
			backup++
		default:
			active++
		}
	}
	v.RawSetString("name", lua.LString(p.name))
	v.RawSetString("uuid", lua.LString(strconv.Itoa(p.uuid)))
	v.RawSetString("servers", servers)
	v.RawSetString("listeners", L.CreateTable(0, 0))
	v.RawSetString("mode", lua.LString(p.mode))
	v.RawSetString("cap", lua.LString(p.capability()))
	v.RawSetString("status", lua.LString(p.status(active+backup)))
	v.RawSetString("active", lua.LNumber(active))
	v.RawSetString("backups", lua.LNumber(backup))
	v.RawSetString("sticks", lua.LBool(p.sticks))
	v.Metatable = class
	return v
}

func newServer(L *lua.LState, s *server, of, class *lua.LTable) *lua.LTable {
	v := L.CreateTable(0, 8)
	v.RawSetString("name", lua.LString(s.name))
	v.RawSetString("addr", lua.LString(s.addr))
	v.RawSetString("puid", lua.LString(strconv.Itoa(s.puid)))
	v.RawSetString("weight", lua.LNumber(s.weight))
	v.RawSetString("backup", lua.LBool(s.backup))
	v.RawSetString("status", lua.LString(s.status()))
	v.RawSetString("proxy", of)
	v.Metatable = class
	return v
}

// capability is what Proxy:get_cap says.
func (p *proxy) capability() string {
	switch {
	case p.frontend && p.backend:
		return "proxy"
	case p.frontend:
		return "frontend"
	}
	return "backend"
}

// status is that of Proxy:get_stats with so many servers that count.
func (p *proxy) status(usable int) string {
	switch {
	case p.disabled:
		return "STOP"
	case !p.backend:
		return "OPEN"
	case usable == 0 && len(p.servers) > 0:
		return "DOWN"
	}
	return "UP"
}

// proxyClass is the metatable of proxies.
func (api *API) proxyClass(L *lua.LState) *lua.LTable {
	mt := api.facade(L, "Proxy", map[string]lua.LGFunction{
		"get_name": ownField("name"), "get_uuid": ownField("uuid"), "get_mode": ownField("mode"), "get_cap": ownField("cap"),
		"get_srv_act": ownField("active"), "get_srv_bck": ownField("backups"),
		"get_stats": proxyStats,
	})
	methods := mt.RawGetString("__index")
	mt.RawSetString("__index", api.host.NewFunction(func(L *lua.LState) int {
		p, ok := L.Get(1).(*lua.LTable)
		if ok && L.Get(2) == lua.LString("stktable") && p.RawGetString("sticks") == lua.LTrue {
			lualib.Raise(L, "%s", errSticks)
		}
		L.Push(L.GetTable(methods, L.Get(2)))
		return 1
	}))
	return mt
}

// serverClass is the metatable of servers.
func (api *API) serverClass(L *lua.LState) *lua.LTable {
	return api.facade(L, "Server", map[string]lua.LGFunction{
		"get_name": ownField("name"), "get_addr": ownField("addr"), "get_proxy": ownField("proxy"), "get_puid": ownField("puid"),
		"is_backup": ownField("backup"), "get_weight": ownField("weight"),
		"get_stats": api.serverStats,
	})
}

// proxyStats is Proxy:get_stats(): what the file says.
func proxyStats(L *lua.LState) int {
	p := lualib.CheckTable(L, 1)
	t := L.CreateTable(0, 8)
	t.RawSetString("pxname", p.RawGetString("name"))
	t.RawSetString("svname", lua.LString("BACKEND"))
	if p.RawGetString("cap") == lua.LString("frontend") {
		t.RawSetString("svname", lua.LString("FRONTEND"))
	}
	t.RawSetString("status", p.RawGetString("status"))
	t.RawSetString("mode", p.RawGetString("mode"))
	t.RawSetString("act", p.RawGetString("active"))
	t.RawSetString("bck", p.RawGetString("backups"))
	L.Push(t)
	return 1
}

// facade is a class whose other methods, in lower case, raise an error.
func (api *API) facade(L *lua.LState, class string, methods map[string]lua.LGFunction) *lua.LTable {
	mt := L.CreateTable(0, 2)
	mt.RawSetString("__index", api.lazyTable(L, func(name string) lua.LGFunction {
		if fn := methods[name]; fn != nil {
			return fn
		}
		for _, prefix := range runtimeMethods {
			if strings.HasPrefix(name, prefix) {
				return raises(fmt.Sprintf(errRuntime, class, name))
			}
		}
		return nil
	}))
	api.name(mt, class)
	return mt
}

// runtimeMethods are how the methods begin that only HAProxy can have.
var runtimeMethods = []string{"get_", "set_", "is_", "check_", "agent_", "shut_", "pause", "resume", "stop", "tracking", "event_sub"}

// ownField returns a method that returns a field.
func ownField(name string) lua.LGFunction {
	return func(L *lua.LState) int {
		L.Push(lualib.CheckTable(L, 1).RawGetString(name))
		return 1
	}
}

// status is that of Server:get_stats: of a server that HAProxy checks it is what it
// has been found to be, and a server is taken for well.
func (s *server) status() string {
	switch {
	case s.disabled:
		return "MAINT"
	case s.checked:
		return "UP"
	}
	return "no check"
}

// counters are figures of Server:get_stats that scripts add up and compare.
var counters = []string{"qcur", "qmax", "scur", "smax", "stot", "rate"}

// serverStats is Server:get_stats(): what the file says.
func (api *API) serverStats(L *lua.LState) int {
	s := lualib.CheckTable(L, 1)
	api.host.WarnOnce(L, "stats", "Server:get_stats: SPOE carries no statistics: a server with 'check' is taken to be UP, and sessions and queues are 0")
	t := L.CreateTable(0, 6+len(counters))
	t.RawSetString("svname", s.RawGetString("name"))
	t.RawSetString("addr", s.RawGetString("addr"))
	t.RawSetString("status", s.RawGetString("status"))
	for _, name := range counters {
		t.RawSetString(name, lua.LNumber(0))
	}
	t.RawSetString("weight", s.RawGetString("weight"))
	if p, ok := s.RawGetString("proxy").(*lua.LTable); ok {
		t.RawSetString("pxname", p.RawGetString("name"))
		t.RawSetString("mode", p.RawGetString("mode"))
	}
	L.Push(t)
	return 1
}
