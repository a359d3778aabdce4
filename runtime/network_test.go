package runtime

import (
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/spoa-lua/spoa-lua/runtime/egress"
	"github.com/spoa-lua/spoa-lua/tests/loopback"
)

// network is what the scripts of testdata/network talk to, all on loopback.
type network struct {
	web, tls *httptest.Server
	vars     map[string]string // their ports
	*egress.Network
}

// startNetwork starts the servers. The rules allow 127.0.0.1 and localhost.
func startNetwork(t *testing.T) *network {
	t.Helper()
	n := &network{web: httptest.NewServer(website()), tls: httptest.NewTLSServer(website())}
	t.Cleanup(n.web.Close)
	t.Cleanup(n.tls.Close)
	policy, err := egress.ParsePolicy([]string{"127.0.0.1", "localhost"})
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(n.tls.Certificate())
	n.Network = egress.New(egress.Config{Policy: policy, Roots: roots})
	t.Cleanup(n.Close)
	n.vars = map[string]string{
		"web": loopback.Port(n.web.Listener.Addr().String()), "tls": loopback.Port(n.tls.Listener.Addr().String()),
		"echo": loopback.Port(loopback.Serve(t, loopback.Echo)), "silent": loopback.Port(loopback.Serve(t, loopback.Drain)),
		"refuses": loopback.Port(loopback.Refusing(t)),
	}
	return n
}

// maxBody is how long a body may be.
const maxBody = 16 << 20

func website() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/echo", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header()["X-M"] = []string{"1", "2"}
		h := r.Header
		fmt.Fprintf(w, "%s %s %s %s %s %s", r.Method, r.URL, h.Get("Content-Type"), h.Get("User-Agent"), h.Get("Authorization"), body)
	})
	mux.HandleFunc("/to", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, r.URL.RawQuery, http.StatusFound)
	})
	mux.HandleFunc("/loop", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/loop", http.StatusFound) })
	mux.HandleFunc("/big", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, maxBody+1)) })
	mux.HandleFunc("/full", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, maxBody)) })
	mux.HandleFunc("/long", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, 2*maxBody)) })
	mux.HandleFunc("/slow", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	return mux
}

// TestNetworkModules runs the handlers of testdata/network, each of which fails
// when something is not as it should be.
func TestNetworkModules(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/network/*.lua")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			runNetworkFile(t, file)
		})
	}
}

// dump tells what was logged.
func (l *logged) dump(t *testing.T) {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	t.Log(l.buf.String())
}

func runNetworkFile(t *testing.T, file string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	n := startNetwork(t)
	r, _, log := newTest(t, Config{Network: n, Vars: n.vars, ErrorVar: "txn.error"}, map[string]string{"n.lua": string(text)})
	c := dial(t, serve(t, config(r, time.Minute)))
	for _, m := range r.live.Load().Messages {
		if got := ask(t, c, m); got != "" {
			t.Errorf("%s: got %q", m, got)
			log.dump(t)
		}
	}
}

// TestRefusedEgressNamesTheScript has modules connect that are written in Lua: the
// warning names the script's line, not the module's.
func TestRefusedEgressNamesTheScript(t *testing.T) {
	t.Parallel()
	n := startNetwork(t)
	r, _, log := newTest(t, Config{Network: n}, map[string]string{"r.lua": `
local http, socket = require "socket.http", require "socket"
spoa.on("http", function()
  http.request("http://127.0.0.2:1/")
end)
spoa.on("connect", function()
  local connect = socket.protect(function() return socket.try(socket.connect("127.0.0.2", 2)) end)
  pcall(coroutine.wrap(connect))
end)`})
	c := dial(t, serve(t, config(r, time.Minute)))
	for name, line := range map[string]int{"http": 4, "connect": 7} {
		if got := ask(t, c, name); got != "" {
			t.Errorf("%s: got %q", name, got)
		}
		if want := fmt.Sprintf("r.lua line=%d", line); log.count(want) != 1 {
			t.Errorf("%s: no warning has %s", name, want)
			log.dump(t)
		}
	}
}
