package main

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/spoa-lua/spoa-lua/spop"
)

// script is a folder with one policy.
func script(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	text := `spoa.on("check", function() set_var("txn.fine", 1) end)`
	if err := os.WriteFile(filepath.Join(dir, "policy.lua"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestSocketActivation passes a TCP and a unix socket as systemd does.
func TestSocketActivation(t *testing.T) {
	t.Parallel()
	tcp, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	unix, err := net.ListenUnix("unix", &net.UnixAddr{Name: filepath.Join(t.TempDir(), "s"), Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	unix.SetUnlinkOnClose(false)
	var files []*os.File
	for _, l := range []interface{ File() (*os.File, error) }{tcp, unix} {
		f, err := l.File()
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	c := startChild(t, []string{"LISTEN_FDS=2"}, files, "run", "--scripts", script(t))
	tcp.Close()
	unix.Close()
	for _, f := range files {
		f.Close()
	}
	if got, want := c.waitLog(`msg=ready listen=(\S+)`), tcp.Addr().String()+","+unix.Addr().String(); got != want {
		t.Errorf("listens at %s, want %s alone", got, want)
	}
	for _, addr := range []string{tcp.Addr().String(), "unix:" + unix.Addr().String()} {
		wantAnswer(t, addr)
	}
	c.signal(syscall.SIGTERM)
	c.wantEnd(0)
	if _, err := os.Stat(unix.Addr().String()); err != nil {
		t.Errorf("the socket that systemd owns is gone: %v", err)
	}
}

// TestSocketActivationAndListen shows that a --listen that is given counts too.
func TestSocketActivationAndListen(t *testing.T) {
	t.Parallel()
	tcp, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	f, err := tcp.File()
	if err != nil {
		t.Fatal(err)
	}
	c := startChild(t, []string{"LISTEN_FDS=1"}, []*os.File{f}, "run", "--scripts", script(t), "--listen", "127.0.0.1:0")
	tcp.Close()
	f.Close()
	addrs := strings.Split(c.waitLog(`msg=ready listen=(\S+)`), ",")
	if len(addrs) != 2 || addrs[0] != tcp.Addr().String() {
		t.Fatalf("listens at %q, want the passed socket and another", addrs)
	}
	for _, addr := range addrs {
		wantAnswer(t, addr)
	}
}

// wantAnswer asks the agent at addr for the policy of script.
func wantAnswer(t *testing.T, addr string) {
	t.Helper()
	client, err := spop.Dial(t.Context(), addr)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	actions, err := client.Notify(t.Context(), spop.NewMessage("check"))
	if err != nil || len(actions) != 1 || actions[0].String() != "set-var txn.fine int64:1" {
		t.Errorf("%s: got %v, %v", addr, actions, err)
	}
}

// serviceManager listens where systemd would, for what the agent tells of itself.
func serviceManager(t *testing.T) (socket *net.UnixConn, path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "n")
	socket, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { socket.Close() })
	return socket, path
}

// TestNotifySystemd reads what a service manager is told over its life.
func TestNotifySystemd(t *testing.T) {
	t.Parallel()
	socket, path := serviceManager(t)
	c := startChild(t, []string{"NOTIFY_SOCKET=" + path, "WATCHDOG_USEC=300000"}, nil,
		"run", "--scripts", script(t), "--listen", "127.0.0.1:0")
	wantState(t, socket, "READY=1")
	wantState(t, socket, "WATCHDOG=1")
	wantState(t, socket, "WATCHDOG=1")
	c.signal(syscall.SIGHUP)
	if text := wantState(t, socket, "RELOADING=1"); !strings.Contains(text, "MONOTONIC_USEC=") {
		t.Errorf("got %q, want MONOTONIC_USEC in it", text)
	}
	wantState(t, socket, "READY=1")
	c.signal(syscall.SIGTERM)
	wantState(t, socket, "STOPPING=1")
	c.wantEnd(0)
}

// TestWatchdogOfAFullAgent shows that peers that take all connections do not get
// the agent restarted: it goes on telling that it is alive.
func TestWatchdogOfAFullAgent(t *testing.T) {
	t.Parallel()
	socket, path := serviceManager(t)
	c := startChild(t, []string{"NOTIFY_SOCKET=" + path, "WATCHDOG_USEC=150000"}, nil,
		"run", "--scripts", script(t), "--listen", "127.0.0.1:0", "--max-connections", "1")
	for { // until a health check of its own is not in the way
		client, err := spop.Dial(t.Context(), c.waitLog(`msg=ready listen=(\S+)`))
		if err == nil {
			defer client.Close()
			break
		}
	}
	wantState(t, socket, "READY=1")
	for range 10 {
		wantState(t, socket, "WATCHDOG=1")
	}
	c.waitLog("too many are open")
}

// wantState reads datagrams until one begins with want; only the watchdog's may
// come in between.
func wantState(t *testing.T, socket *net.UnixConn, want string) string {
	t.Helper()
	_ = socket.SetReadDeadline(time.Now().Add(patience))
	b := make([]byte, 4096)
	for {
		n, err := socket.Read(b)
		if err != nil {
			t.Fatalf("waiting for %s: %v", want, err)
		}
		text := string(b[:n])
		if strings.HasPrefix(text, want) {
			return text
		}
		if text != "WATCHDOG=1" {
			t.Fatalf("got %q, want %s", text, want)
		}
	}
}
