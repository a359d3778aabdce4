package haproxy

import (
	"context"
	"errors"
	"math"
	"strconv"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
	"github.com/spoa-lua/spoa-lua/luabind/lualib"
	"github.com/spoa-lua/spoa-lua/luabind/remote"
)

// socketClass is what all Sockets of the VM share, made for the first of them.
func (api *API) socketClass(L *lua.LState) *lua.LTable {
	if api.socket != nil {
		return api.socket
	}
	api.socket = api.class(L, "Socket", map[string]lua.LGFunction{
		"connect":     func(L *lua.LState) int { return api.connect(L, false) },
		"connect_ssl": func(L *lua.LState) int { return api.connect(L, true) },
		"send":        api.socketSend,
		"receive":     api.socketReceive,
		"settimeout":  socketSetTimeout,
		"setoption":   func(*lua.LState) int { return 0 },
		"close":       api.socketClose,
		"getpeername": func(L *lua.LState) int { return socketName(L, remote.Conn.Remote) },
		"getsockname": func(L *lua.LState) int { return socketName(L, remote.Conn.Local) },
	})
	api.socket.RawSetString("__newindex", api.host.NewFunction(ownFields))
	return api.socket
}

// ownFields gives an object fields of its own when it is assigned the first one,
// as scripts do that put their own receive in front of the one of a socket.
func ownFields(L *lua.LState) int {
	ud := L.CheckUserData(1)
	class, ok := ud.Metatable.(*lua.LTable)
	if !ok {
		return 0
	}
	fields, behind, mt := L.CreateTable(0, 2), L.CreateTable(0, 1), L.CreateTable(0, 4)
	behind.RawSetString("__index", class.RawGetString("__index"))
	fields.Metatable = behind
	class.ForEach(func(name, v lua.LValue) { mt.RawSet(name, v) })
	mt.RawSetString("__index", fields)
	mt.RawSetString("__newindex", fields)
	ud.Metatable = mt
	fields.RawSet(L.Get(2), L.Get(3))
	return 0
}

// coreTCP is core.tcp().
func (api *API) coreTCP(L *lua.LState) int {
	L.Push(&lua.LUserData{Value: &remote.Socket{Max: lua54.DefaultMaxString}, Metatable: api.socketClass(L)})
	return 1
}

func checkSocket(L *lua.LState) *remote.Socket {
	if ud, ok := L.Get(1).(*lua.LUserData); ok {
		if s, ok := ud.Value.(*remote.Socket); ok {
			return s
		}
	}
	lualib.TypeError(L, 1, "Socket")
	return nil
}

// connect is socket:connect(address[, port]) or connect_ssl.
func (api *API) connect(L *lua.LState, tls bool) int {
	s := checkSocket(L)
	address := lualib.CheckString(L, 2)
	port := lualib.OptInteger(L, 3, 0)
	d, err := remote.ParseDestination(address, int(min(max(port, 0), math.MaxInt32)))
	switch {
	case errors.Is(err, remote.ErrNoPort):
		lualib.Raise(L, "connect: port missing")
	case err != nil:
		lualib.Raise(L, "connect: cannot parse destination address '%s'", address)
	case s.Connected():
		lualib.Raise(L, "connect: the socket is connected; core.tcp() makes another")
	}
	if d.TLS = tls; d.Path == "" && d.Port > math.MaxUint16 {
		return failed(L, "Can't connect")
	}
	n := api.remote(L, "connect")
	err = api.host.Wait(L, func(ctx context.Context) error { return s.Connect(ctx, n, d) })
	if err != nil {
		api.warnRefused(L, err)
		return failed(L, "Can't connect: "+err.Error())
	}
	if !api.host.Opened(s) {
		s.Close()
		return failed(L, "Can't connect: too many sockets are open")
	}
	L.Push(lua.LNumber(1))
	return 1
}

// remote is what scripts reach, or an error when the agent has none.
func (api *API) remote(L *lua.LState, fn string) remote.Network {
	if !api.host.MayWait() {
		lualib.Raise(L, "%s: not while scripts are loaded: actions, tasks and services may wait", fn)
	}
	n := api.host.Network()
	if n == nil {
		lualib.Raise(L, "%s: there is no network here", fn)
	}
	return n
}

// warnRefused tells the operator, once, that the rules were asked in vain: to
// scripts it looks like any other failure.
func (api *API) warnRefused(L *lua.LState, err error) {
	if refused, ok := errors.AsType[*remote.RefusedError](err); ok {
		api.host.WarnOnce(L, "egress", refused.Error())
	}
}

func failed(L *lua.LState, text string) int {
	L.Push(lua.LNil)
	L.Push(lua.LString(text))
	return 2
}

// socketText is an error of a Socket in HAProxy's words.
func socketText(err error) string {
	if errors.Is(err, remote.ErrClosed) {
		return "connection closed."
	}
	return err.Error()
}

// socketSend is socket:send(text[, first[, last]]): how many bytes went out.
func (api *API) socketSend(L *lua.LState) int {
	s := checkSocket(L)
	data := slice(L, lualib.CheckString(L, 2))
	sent := 0
	err := api.host.Wait(L, func(ctx context.Context) (err error) {
		sent, err = s.Send(ctx, data)
		return err
	})
	if err != nil {
		L.Push(lua.LNil)
		L.Push(lua.LString(socketText(err)))
		L.Push(lua.LNumber(sent))
		return 3
	}
	L.Push(lua.LNumber(sent))
	return 1
}

// slice is the part of text that arguments 3 and 4 say, as string.sub has it.
func slice(L *lua.LState, text string) string {
	first, last := lualib.OptInteger(L, 3, 1), lualib.OptInteger(L, 4, -1)
	n := int64(len(text))
	if first < 0 {
		first = max(n+first+1, 1)
	}
	if last < 0 {
		last = n + last + 1
	}
	first, last = max(first, 1), min(last, n)
	if first > last {
		return ""
	}
	return text[first-1 : last]
}

// socketReceive is socket:receive([pattern[, prefix]]).
func (api *API) socketReceive(L *lua.LState) int {
	s := checkSocket(L)
	prefix := ""
	if L.GetTop() >= 3 && L.Get(3) != lua.LNil {
		prefix = lualib.CheckString(L, 3)
	}
	read := receiver(L, s, len(prefix))
	var data string
	err := api.host.Wait(L, func(ctx context.Context) (err error) {
		data, err = read(ctx)
		return err
	})
	closed := errors.Is(err, remote.ErrClosed)
	if err == nil || closed && data != "" { // as in HAProxy: the rest is data
		L.Push(lua.LString(prefix + data))
		return 1
	}
	L.Push(lua.LNil)
	L.Push(lua.LString(socketText(err)))
	if closed {
		return 2
	}
	L.Push(lua.LString(prefix + data))
	return 3
}

// receiver is what argument 2 asks for. A number of bytes counts those that
// stand in front already.
func receiver(L *lua.LState, s *remote.Socket, have int) func(ctx context.Context) (string, error) {
	v := L.Get(2)
	if text, ok := v.(lua.LString); ok {
		if _, number := lua54.ParseNumber(string(text)); !number {
			switch text {
			case "*l":
				return s.Line
			case "*a":
				return s.All
			}
			lualib.Raise(L, "Unsupported pattern.")
		}
	}
	if v == lua.LNil {
		return s.Line
	}
	n := lualib.CheckInteger(L, 2)
	switch {
	case n < 0:
		lualib.Raise(L, "Unsupported size.")
	case n > int64(s.Max):
		lualib.Raise(L, "receive: %d bytes are over the limit of %d", n, s.Max)
	}
	return func(ctx context.Context) (string, error) { return s.Bytes(ctx, max(int(n)-have, 0)) }
}

// minTimeout is the shortest that there is: 0 would be none.
const minTimeout = time.Millisecond

// socketSetTimeout is socket:settimeout(seconds).
func socketSetTimeout(L *lua.LState) int {
	s := checkSocket(L)
	checkArgs(L, "settimeout", 2)
	seconds := lualib.CheckFloat(L, 2)
	if seconds < 0 {
		lualib.Raise(L, "settimeout: cannot set negatives values")
	}
	s.Timeout = max(time.Duration(min(seconds, math.MaxInt32)*float64(time.Second)), minTimeout)
	L.Push(lua.LNumber(1))
	return 1
}

// socketClose is socket:close().
func (api *API) socketClose(L *lua.LState) int {
	s := checkSocket(L)
	if s.Connected() {
		api.host.Closed(s)
		s.Close()
	}
	return 0
}

// socketName pushes an end of the connection: address and port, or the path.
func socketName(L *lua.LState, end func(remote.Conn) string) int {
	s := checkSocket(L)
	if !s.Connected() {
		L.Push(lua.LNil)
		return 1
	}
	name := end(s.Conn())
	i := strings.LastIndexByte(name, ':')
	port, err := strconv.Atoi(name[i+1:])
	if i < 0 || err != nil {
		L.Push(lua.LString(name))
		return 1
	}
	L.Push(lua.LString(strings.Trim(name[:i], "[]")))
	L.Push(lua.LNumber(port))
	return 2
}
