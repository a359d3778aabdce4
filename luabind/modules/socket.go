package modules

import (
	"context"
	_ "embed" // the text of socket
	"errors"
	"math"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
	"github.com/spoa-lua/spoa-lua/luabind/lualib"
	"github.com/spoa-lua/spoa-lua/luabind/remote"
)

//go:embed socket.lua
var socketSource []byte

var socketText = &source{name: "socket.lua", text: socketSource}

// socketModule is LuaSocket's module socket in one VM, as far as clients need it.
type socketModule struct {
	env
	class *lua.LTable // of sockets
}

func openSocket(e env) lua.LValue {
	m := &socketModule{env: e}
	m.class = e.class("tcp{client}", map[string]lua.LGFunction{
		"connect": m.connect, "send": m.send, "receive": m.receive, "close": m.close,
		"settimeout": setTimeout, "setoption": setOption,
		"getpeername": func(L *lua.LState) int { return socketEnd(L, remote.Conn.Remote) },
		"getsockname": func(L *lua.LState) int { return socketEnd(L, remote.Conn.Local) },
	})
	t := e.table(map[string]lua.LGFunction{"tcp": m.tcp, "connect": m.dial, "gettime": getTime, "sleep": m.sleep})
	for _, name := range []string{"udp", "bind", "select"} {
		t.RawSetString(name, e.host.NewFunction(func(L *lua.LState) int {
			lualib.Raise(L, "socket.%s is not there: scripts of the agent make connections of TCP, one after the other", name)
			return 0
		}))
	}
	t.RawSetString("dns", e.table(map[string]lua.LGFunction{
		"toip": m.toIP, "tohostname": m.toHostname, "gethostname": getHostname,
	}))
	return e.run(socketText, t)
}

func checkSocket(L *lua.LState) *remote.Socket { return self[*remote.Socket](L, 1, "tcp{client}") }

func (m *socketModule) newSocket(s *remote.Socket) *lua.LUserData {
	s.Max = lua54.DefaultMaxString
	return object(s, m.class)
}

// tcp is socket.tcp().
func (m *socketModule) tcp(L *lua.LState) int {
	L.Push(m.newSocket(new(remote.Socket)))
	return 1
}

// dial is socket.connect(host, port): a socket that is connected.
func (m *socketModule) dial(L *lua.LState) int {
	s := m.newSocket(new(remote.Socket))
	if err := m.connectTo(L, s.Value.(*remote.Socket), 1); err != nil {
		return fail(L, err)
	}
	L.Push(s)
	return 1
}

// connect is s:connect(host, port).
func (m *socketModule) connect(L *lua.LState) int {
	if err := m.connectTo(L, checkSocket(L), 2); err != nil {
		return fail(L, err)
	}
	L.Push(lua.LNumber(1))
	return 1
}

// connectTo connects to the host and the port that are argument n and the next.
func (m *socketModule) connectTo(L *lua.LState, s *remote.Socket, n int) error {
	host, port := lualib.CheckString(L, n), lualib.CheckInteger(L, n+1)
	if port < 1 || port > math.MaxUint16 {
		lualib.ArgError(L, n+1, "the port must be 1 to 65535")
	}
	if s.Connected() {
		return errors.New("already connected")
	}
	d, err := remote.ParseDestination(host, int(port))
	if err != nil || d.Path != "" {
		return errHost
	}
	network := m.network(L, "connect")
	if err := m.host.Wait(L, func(ctx context.Context) error { return s.Connect(ctx, network, d) }); err != nil {
		return m.networkError(L, err)
	}
	if !m.host.Opened(s) {
		s.Close()
		return errors.New("too many sockets are open")
	}
	return nil
}

// network is what scripts reach, or an error when there is none.
func (e env) network(L *lua.LState, fn string) remote.Network {
	if _, mayWait := e.host.TimeLeft(); !mayWait {
		lualib.Raise(L, "%s: nobody is asked while scripts are loaded, by each VM: let a task ask (core.register_task), and keep the answer in spoa.shared", fn)
	}
	n := e.host.Network()
	if n == nil {
		lualib.Raise(L, "%s: there is no network here: --egress allows one", fn)
	}
	return n
}

var errHost = errors.New("host or service not provided, or not known")

// networkError is an error of the network in LuaSocket's words, which scripts
// compare. What the rules refuse is told to the operator, too, once.
func (e env) networkError(L *lua.LState, err error) error {
	var refused *remote.RefusedError
	switch {
	case errors.As(err, &refused):
		e.host.WarnOnce(L, "egress", refused.Error())
		return refused
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return remote.ErrTimeout
	case errors.Is(err, syscall.ECONNREFUSED):
		return errors.New("connection refused")
	case errors.Is(err, remote.ErrNoHost):
		return errHost
	}
	return err
}

// send is s:send(text[, first[, last]]): the index of the last byte that went out.
func (m *socketModule) send(L *lua.LState) int {
	s := checkSocket(L)
	text := lualib.CheckString(L, 2)
	first, last := textRange(len(text), lualib.OptInteger(L, 3, 1), lualib.OptInteger(L, 4, -1))
	sent := 0
	err := m.host.Wait(L, func(ctx context.Context) (err error) {
		sent, err = s.Send(ctx, text[first-1:last])
		return err
	})
	if err != nil {
		fail(L, err)
		L.Push(lua.LNumber(first - 1 + sent))
		return 3
	}
	L.Push(lua.LNumber(first - 1 + sent))
	return 1
}

// textRange is the part of n bytes between two indices as string.sub has them:
// 1 to n, and first-1 as the last for nothing.
func textRange(n int, first, last int64) (from, to int) {
	size := int64(n)
	if first < 0 {
		first += size + 1
	}
	if last < 0 {
		last += size + 1
	}
	first, last = min(max(first, 1), size+1), min(last, size)
	return int(first), int(max(last, first-1))
}

// receive is s:receive([pattern[, prefix]]).
func (m *socketModule) receive(L *lua.LState) int {
	s := checkSocket(L)
	prefix := lualib.OptString(L, 3, "")
	read := receiver(L, s, len(prefix))
	var data string
	err := m.host.Wait(L, func(ctx context.Context) (err error) {
		data, err = read(ctx)
		return err
	})
	if err == nil {
		L.Push(lua.LString(prefix + data))
		return 1
	}
	fail(L, err)
	L.Push(lua.LString(prefix + data))
	return 3
}

// receiver is what argument 2 asks for. A number of bytes counts those that
// stand in front already.
func receiver(L *lua.LState, s *remote.Socket, have int) func(ctx context.Context) (string, error) {
	if text, ok := L.Get(2).(lua.LString); ok || L.Get(2) == lua.LNil {
		switch strings.TrimPrefix(string(text), "*") {
		case "l", "":
			return func(ctx context.Context) (string, error) {
				line, err := s.Line(ctx)
				return strings.ReplaceAll(line, "\r", ""), err
			}
		case "a":
			return func(ctx context.Context) (string, error) {
				data, err := s.All(ctx)
				if errors.Is(err, remote.ErrClosed) && data != "" {
					err = nil
				}
				return data, err
			}
		}
	}
	if !lua54.IsNumber(L.Get(2)) {
		lualib.ArgError(L, 2, "invalid receive pattern")
	}
	n := lualib.CheckInteger(L, 2)
	if n < 0 || n > int64(s.Max) {
		lualib.ArgError(L, 2, "the number of bytes must be 0 to "+strconv.Itoa(s.Max))
	}
	return func(ctx context.Context) (string, error) { return s.Bytes(ctx, max(int(n)-have, 0)) }
}

// close is s:close().
func (m *socketModule) close(L *lua.LState) int {
	s := checkSocket(L)
	if s.Connected() {
		m.host.Closed(s)
		s.Close()
	}
	L.Push(lua.LNumber(1))
	return 1
}

// minTimeout is the shortest that there is: 0 would be none.
const minTimeout = time.Millisecond

// seconds is a time that scripts say: none when it is nil or negative.
func seconds(L *lua.LState, n int) time.Duration {
	s := lualib.OptFloat(L, n, -1)
	if s < 0 || math.IsNaN(s) {
		return 0
	}
	return max(time.Duration(min(s, math.MaxInt32)*float64(time.Second)), minTimeout)
}

// setTimeout is s:settimeout(seconds[, mode]).
func setTimeout(L *lua.LState) int {
	s := checkSocket(L)
	switch mode := lualib.OptString(L, 3, "b"); mode {
	case "b", "t", "r":
	default:
		lualib.ArgError(L, 3, "invalid timeout mode")
	}
	s.Timeout = seconds(L, 2)
	L.Push(lua.LNumber(1))
	return 1
}

// setOption is s:setoption(name, value), which has no effect: the options are
// those of Go.
func setOption(L *lua.LState) int {
	checkSocket(L)
	switch name := lualib.CheckString(L, 2); name {
	case "keepalive", "linger", "reuseaddr", "reuseport", "tcp-nodelay", "recv-buffer-size", "send-buffer-size":
	default:
		lualib.ArgError(L, 2, "unsupported option `"+name+"`")
	}
	L.Push(lua.LNumber(1))
	return 1
}

// socketEnd pushes the address, the port and the family of an end.
func socketEnd(L *lua.LState, end func(remote.Conn) string) int {
	s := checkSocket(L)
	if !s.Connected() {
		return fail(L, errors.New("not connected"))
	}
	to, err := netip.ParseAddrPort(end(s.Conn()))
	if err != nil {
		return fail(L, err)
	}
	family := "inet"
	if to.Addr().Is6() && !to.Addr().Is4In6() {
		family = "inet6"
	}
	L.Push(lua.LString(to.Addr().Unmap().String()))
	L.Push(lua.LNumber(to.Port()))
	L.Push(lua.LString(family))
	return 3
}

// getTime is socket.gettime(): seconds since 1970.
func getTime(L *lua.LState) int {
	L.Push(lua.LNumber(float64(time.Now().UnixMicro()) / 1e6))
	return 1
}

// sleep is socket.sleep(seconds).
func (m *socketModule) sleep(L *lua.LState) int {
	lualib.CheckFloat(L, 1)
	d := seconds(L, 1)
	_ = m.host.Wait(L, func(ctx context.Context) error {
		t := time.NewTimer(d)
		defer t.Stop()
		select {
		case <-t.C:
		case <-ctx.Done():
		}
		return nil
	})
	return 0
}
