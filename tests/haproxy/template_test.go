package haproxy_test

import (
	"encoding/binary"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/spoa-lua/spoa-lua/tests/haproxy"
)

// noAgent is a loopback address where nothing listens: port 1 is below those
// that programs get by themselves.
const noAgent = "127.0.0.1:1"

func kill(t *testing.T, pid string) {
	t.Helper()
	n, err := strconv.Atoi(pid)
	if err != nil {
		t.Fatalf("pid %q: %v", pid, err)
	}
	if err := syscall.Kill(n, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
}

// templates are those of testdata and one that Echo writes.
func templates(t *testing.T) map[string]haproxy.Config {
	t.Helper()
	folders, err := os.ReadDir("testdata")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]haproxy.Config{}
	for _, folder := range folders {
		all[folder.Name()] = haproxy.Template(t, folder.Name())
	}
	spoe, err := os.ReadFile(filepath.Join("testdata", "all-types", "spoe.conf"))
	if err != nil {
		t.Fatal(err)
	}
	all["Echo"] = haproxy.Echo{
		SPOE:    string(spoe),
		Rules:   []string{"http-request send-spoe-group lua body-group"},
		Headers: []haproxy.Header{{Name: "x-answer", Value: "%[var(txn.lua.answer)]"}, {Name: "x-spoe-error", Value: "%[var(txn.lua.error)]"}},
	}.Config()
	return all
}

// TestTemplatesCheck wants no warning either: people copy these files.
func TestTemplatesCheck(t *testing.T) {
	t.Parallel()
	eachVersion(t, func(t *testing.T, version string) {
		for name, c := range templates(t) {
			t.Run(name, func(t *testing.T) {
				c.Version, c.Vars = version, map[string]string{"AGENT_ADDR": noAgent}
				output, err := haproxy.Check(c)
				if err != nil {
					t.Fatal(err)
				}
				if strings.Contains(output, "[WARNING]") {
					t.Errorf("warnings:\n%s", output)
				}
			})
		}
	})
}

// TestTemplatesWithoutAgent shows that requests are answered, and the error
// variable is set, when there is no agent.
func TestTemplatesWithoutAgent(t *testing.T) {
	t.Parallel()
	eachVersion(t, func(t *testing.T, version string) {
		for name, c := range templates(t) {
			t.Run(name, func(t *testing.T) {
				c.Version, c.Vars = version, map[string]string{"AGENT_ADDR": noAgent}
				p := haproxy.Start(t, c)
				if err := p.WaitDown("agents"); err != nil {
					t.Fatal(err)
				}
				status, body, code := get(t, p.URL()+"/body", "x-spoe-error")
				if status != 200 || body != "ok" || code == "" {
					t.Errorf("got %d %q, error variable %q, want 200 \"ok\" and an error", status, body, code)
				}
			})
		}
	})
}

func TestCheckRefuses(t *testing.T) {
	t.Parallel()
	eachVersion(t, func(t *testing.T, version string) {
		_, err := haproxy.Check(haproxy.Config{Version: version, CFG: plain + "  bogus line\n"})
		if err == nil || !strings.Contains(err.Error(), "unknown keyword 'bogus'") {
			t.Errorf("got %v, want the unknown keyword", err)
		}
	})
}

// agentHello answers HAPROXY-HELLO: version 2.0, frames of 16380 bytes, no
// capabilities.
var agentHello = []byte("\x00\x00\x00\x36" + "\x65\x00\x00\x00\x01\x00\x00" +
	"\x07version\x08\x032.0" + "\x0emax-frame-size\x03\xfc\xf0\x06" + "\x0ccapabilities\x08\x00")

// greeter is an agent that only greets, which is what a health check asks for.
func greeter(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var served sync.WaitGroup
	served.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			// All of it must be read: closing over unread bytes resets the
			// connection, and the answer with it.
			var length [4]byte
			if _, err := io.ReadFull(conn, length[:]); err == nil {
				io.CopyN(io.Discard, conn, int64(binary.BigEndian.Uint32(length[:])))
				conn.Write(agentHello)
			}
			conn.Close()
		}
	})
	t.Cleanup(func() { l.Close(); served.Wait() })
	return l
}

func TestWaitUpAndDown(t *testing.T) {
	t.Parallel()
	eachVersion(t, func(t *testing.T, version string) {
		agent := greeter(t)
		c := haproxy.Template(t, "echo")
		c.Version, c.WaitUp = version, []string{"agents"}
		c.Vars = map[string]string{"AGENT_ADDR": agent.Addr().String()}
		p := haproxy.Start(t, c)
		if got, err := p.ServerStatus("agents", "agent"); got != "UP" || err != nil {
			t.Errorf("got %q, %v, want \"UP\"", got, err)
		}
		if err := agent.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
			t.Fatal(err)
		}
		if err := p.WaitDown("agents"); err != nil {
			t.Fatal(err)
		}
		if got, err := p.ServerStatus("agents", "agent"); got != "DOWN" || err != nil {
			t.Errorf("got %q, %v, want \"DOWN\"", got, err)
		}
		if _, err := p.ServerStatus("agents", "other"); err == nil {
			t.Error("status of a server that does not exist: got no error")
		}
	})
}
