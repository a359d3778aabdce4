package modules

import (
	"context"
	"errors"
	"net/netip"
	"os"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lualib"
	"github.com/spoa-lua/spoa-lua/luabind/remote"
)

// toIP is socket.dns.toip(host): its first address and a table of all.
func (m *socketModule) toIP(L *lua.LState) int {
	host := lualib.CheckString(L, 1)
	network := m.network(L, "toip")
	var addrs []netip.Addr
	err := m.host.Wait(L, func(ctx context.Context) (err error) {
		addrs, err = network.Lookup(ctx, host)
		return err
	})
	if err = m.lookupError(L, err); err != nil {
		return fail(L, err)
	}
	var texts []string
	for _, ipv4 := range []bool{true, false} { // LuaSocket knows no others than IPv4
		for _, a := range addrs {
			if a = a.Unmap(); a.Is4() == ipv4 {
				texts = append(texts, a.String())
			}
		}
	}
	if len(texts) == 0 {
		return fail(L, remote.ErrNoHost)
	}
	return pushHost(L, texts[0], host, texts)
}

// toHostname is socket.dns.tohostname(address): a name of it and a table of all.
func (m *socketModule) toHostname(L *lua.LState) int {
	address := lualib.CheckString(L, 1)
	network := m.network(L, "tohostname")
	var names []string
	err := m.host.Wait(L, func(ctx context.Context) (err error) {
		names, err = network.Names(ctx, address)
		return err
	})
	if err = m.lookupError(L, err); err != nil || len(names) == 0 {
		return fail(L, remote.ErrNoHost)
	}
	name := strings.TrimSuffix(names[0], ".")
	return pushHost(L, name, name, []string{address})
}

// lookupError is an error of DNS in LuaSocket's words.
func (m *socketModule) lookupError(L *lua.LState, err error) error {
	if err == nil {
		return nil
	}
	if err = m.networkError(L, err); errors.Is(err, errHost) {
		return remote.ErrNoHost
	}
	return err
}

func pushHost(L *lua.LState, result, name string, addresses []string) int {
	list := L.CreateTable(len(addresses), 0)
	for _, a := range addresses {
		list.Append(lua.LString(a))
	}
	t := L.CreateTable(0, 3)
	t.RawSetString("name", lua.LString(name))
	t.RawSetString("ip", list)
	t.RawSetString("alias", L.CreateTable(0, 0))
	L.Push(lua.LString(result))
	L.Push(t)
	return 2
}

// getHostname is socket.dns.gethostname().
func getHostname(L *lua.LState) int {
	name, err := os.Hostname()
	if err != nil {
		return fail(L, err)
	}
	L.Push(lua.LString(name))
	return 1
}
