package haproxy

import (
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lualib"
)

// ConfigFile is the file whose sections scripts see as core.backends and the
// like. It lies below the script folders.
const ConfigFile = "haproxy.cfg"

// errRuntime is for what only HAProxy itself can do or tell.
const errRuntime = "%s:%s: needs HAProxy's runtime API, which SPOE does not carry"

// proxy is a section of haproxy.cfg.
type proxy struct {
	name, mode        string
	frontend, backend bool
	servers           []server
}

// server is a server line of a section.
type server struct {
	name, addr string
	backup     bool
}

// readProxies returns the sections of a haproxy.cfg that are proxies.
func readProxies(text []byte) []proxy {
	var list []proxy
	mode, in := "tcp", false
	for line := range strings.Lines(string(text)) {
		line, _, _ = strings.Cut(line, "#")
		words := strings.Fields(line)
		switch {
		case len(words) == 0:
		case startsSection(words[0]):
			in = len(words) > 1 && words[0] != "defaults" && isProxy(words[0])
			if in {
				list = append(list, proxy{name: words[1], mode: mode, frontend: words[0] != "backend", backend: words[0] != "frontend"})
			}
		case words[0] == "mode" && len(words) > 1 && in:
			list[len(list)-1].mode = words[1]
		case words[0] == "mode" && len(words) > 1:
			mode = words[1]
		case words[0] == "server" && len(words) > 2 && in:
			p := &list[len(list)-1]
			p.servers = append(p.servers, newServer(words))
		}
	}
	return list
}

func isProxy(keyword string) bool {
	return keyword == "frontend" || keyword == "backend" || keyword == "listen"
}

func startsSection(keyword string) bool {
	switch keyword {
	case "global", "defaults", "resolvers", "peers", "cache", "userlist", "program", "mailers", "ring", "http-errors", "crt-store", "log-forward", "traces", "acme":
		return true
	}
	return isProxy(keyword)
}

func newServer(words []string) server {
	s := server{name: words[1], addr: strings.TrimPrefix(strings.TrimPrefix(words[2], "ipv4@"), "ipv6@")}
	for _, w := range words[3:] {
		s.backup = s.backup || w == "backup"
	}
	return s
}

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
		v := api.newProxy(L, &p, proxyClass, serverClass)
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
	v, servers := L.CreateTable(0, 6), L.CreateTable(0, len(p.servers)+1)
	kind := "FE"
	if p.backend {
		kind = "BE"
	}
	active, backup := 0, 0
	for _, s := range p.servers {
		object := L.CreateTable(0, 4)
		object.RawSetString("name", lua.LString(s.name))
		object.RawSetString("addr", lua.LString(s.addr))
		object.RawSetString("backup", lua.LBool(s.backup))
		object.RawSetString("proxy", v)
		object.Metatable = serverClass
		servers.RawSetString(s.name, object)
		if s.backup {
			backup++
		} else {
			active++
		}
	}
	v.RawSetString("name", lua.LString(p.name))
	v.RawSetString("servers", servers)
	v.RawSetString("listeners", L.CreateTable(0, 0))
	v.RawSetString("mode", lua.LString(p.mode))
	v.RawSetString("cap", lua.LString(kind))
	v.RawSetString("active", lua.LNumber(active))
	v.RawSetString("backups", lua.LNumber(backup))
	v.Metatable = class
	return v
}

// proxyClass is the metatable of proxies.
func (api *API) proxyClass(L *lua.LState) *lua.LTable {
	return api.facade(L, "Proxy", map[string]lua.LGFunction{
		"get_name": ownField("name"), "get_mode": ownField("mode"), "get_cap": ownField("cap"),
		"get_srv_act": ownField("active"), "get_srv_bck": ownField("backups"),
	})
}

// serverClass is the metatable of servers.
func (api *API) serverClass(L *lua.LState) *lua.LTable {
	return api.facade(L, "Server", map[string]lua.LGFunction{
		"get_name": ownField("name"), "get_addr": ownField("addr"), "get_proxy": ownField("proxy"),
		"is_backup": ownField("backup"),
		"get_stats": api.serverStats,
	})
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
	mt.RawSetString("__name", lua.LString(class))
	return mt
}

// runtimeMethods are how the methods begin that only HAProxy can have.
var runtimeMethods = []string{"get_", "set_", "is_", "check_", "agent_", "shut_", "pause", "resume", "stop", "tracking"}

// ownField returns a method that returns a field.
func ownField(name string) lua.LGFunction {
	return func(L *lua.LState) int {
		L.Push(lualib.CheckTable(L, 1).RawGetString(name))
		return 1
	}
}

// serverStats is Server:get_stats(): what the file says.
func (api *API) serverStats(L *lua.LState) int {
	s := lualib.CheckTable(L, 1)
	api.host.WarnOnce(L, "stats", "Server:get_stats: SPOE carries no statistics: every server has the status 'no check'")
	t := L.CreateTable(0, 6)
	t.RawSetString("svname", s.RawGetString("name"))
	t.RawSetString("addr", s.RawGetString("addr"))
	t.RawSetString("status", lua.LString("no check"))
	if p, ok := s.RawGetString("proxy").(*lua.LTable); ok {
		t.RawSetString("pxname", p.RawGetString("name"))
		t.RawSetString("mode", p.RawGetString("mode"))
	}
	L.Push(t)
	return 1
}
