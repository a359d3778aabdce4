package tests

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spoa-lua/spoa-lua/tests/agent"
	"github.com/spoa-lua/spoa-lua/tests/haproxy"
)

// answers is a policy for the template "echo".
const answers = `spoa.on("check", function(msg) set_var("txn.answer", msg.path) end)`

// shortDir makes a folder whose path leaves room for a socket's name: a unix
// socket's path has some 100 bytes.
func shortDir(tb testing.TB) string {
	tb.Helper()
	dir, err := os.MkdirTemp("", "e2e")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// TestListeners connects HAProxy to both listeners of one agent: a unix socket
// and a TCP port.
func TestListeners(t *testing.T) {
	eachVersion(t, func(t *testing.T, version string) {
		dir := folder(t, map[string]string{"policy.lua": answers})
		socket := filepath.Join(shortDir(t), "agent.sock")
		a := agent.Start(t, "--scripts", dir, "--listen", "127.0.0.1:0", "--listen", "unix:"+socket)
		for name, addr := range map[string]string{"tcp": a.Addr, "unix": "unix@" + socket} {
			p := startEcho(t, version, addr)
			path := "/over-" + name
			if got := send(t, get(t, p.URL()+path)).header.Get("x-answer"); got != path {
				t.Errorf("%s: got %q, want %q", name, got, path)
			}
		}
		if code := a.Stop(); code != 0 {
			t.Errorf("exit code %d, want 0", code)
		}
		if _, err := os.Stat(socket); !os.IsNotExist(err) {
			t.Errorf("the socket is left behind: %v", err)
		}
		agent.Start(t, "--scripts", dir, "--listen", "unix:"+socket)
	})
}

// TestLargeFrames sends a body of 100 kB, for which both sides must allow
// frames of that size, and gets a long value back.
func TestLargeFrames(t *testing.T) {
	large := policy{
		name: "large", args: "body=req.body", body: strings.Repeat("0123456789", 10_000),
		scripts: map[string]string{"large.lua": `spoa.on("large", function(msg)
			set_var("txn.len", #msg.body)
			set_var("txn.same", msg.body == ("0123456789"):rep(10000))
			set_var("txn.back", msg.body:sub(1, 80000))
		end)`},
		show: []string{"%[var(txn.lua.len)]", "%[var(txn.lua.same)]", "%[var(txn.lua.back),length]"},
		want: []string{"100000", "1", "80000"},
	}
	eachVersion(t, func(t *testing.T, version string) {
		a := agent.Start(t, "--scripts", folder(t, large.scripts))
		r := &rig{agent: a, tap: startTap(t, a.Addr)}
		c := echoOf([]policy{large}).Config()
		c.CFG = strings.Replace(c.CFG, "global\n", "global\n  tune.bufsize 131072\n", 1)
		c.Version, c.WaitUp = version, []string{"agents"}
		c.Vars = map[string]string{"AGENT_ADDR": r.tap.addr()}
		r.proxy = haproxy.Start(t, c)
		r.run(t, large)
	})
}

// TestFrameLimit shows that answers that do not fit the frame lose the handler
// that set too much, and nothing else.
func TestFrameLimit(t *testing.T) {
	limit := policy{
		name: "limit",
		scripts: map[string]string{
			"a.lua": `spoa.on("limit", function() set_var("txn.small", "fits") end)`,
			"b.lua": "spoa.on('limit', function()\n  set_var('txn.big', ('x'):rep(20000))\nend)",
		},
		show:    []string{"%[var(txn.lua.small)]", "%[var(txn.lua.big),length]"},
		want:    []string{"fits", ""},
		actions: []string{"set-var txn.small str:fits"},
		log:     logLine{"script error", "err", "b.lua:2: "},
	}
	eachVersion(t, func(t *testing.T, version string) {
		startRig(t, version, []policy{limit}).run(t, limit)
	})
}
