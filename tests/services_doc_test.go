package tests

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spoa-lua/spoa-lua/tests/agent"
	"github.com/spoa-lua/spoa-lua/tests/haproxy"
)

// helloScript is the service that the page speaks of.
const helloScript = `core.register_service("hello", "http", function(applet)
  applet:add_header("content-type", "text/plain")
  applet:start_response()
  applet:send(applet.sf:src() .. " " .. tostring(applet:get_var("txn.user")) .. " " .. applet.path)
end)
`

// servicesBlock is the configuration under the heading Services of
// doc/haproxy-lua.md.
func servicesBlock(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(haproxyLuaPage)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "\n## Services\n")
	_, rest, _ = strings.Cut(rest, "\n```\n")
	block, _, ok := strings.Cut(rest, "```\n")
	if !ok || !strings.Contains(block, "backend spoa-lua-http") {
		t.Fatalf("%s has no configuration under Services", haproxyLuaPage)
	}
	return block
}

// TestServicesPage runs the configuration as it stands there, and shows that its
// rules are those that spoa-lua haproxy-config writes.
func TestServicesPage(t *testing.T) {
	block := servicesBlock(t)
	rules, _, _ := strings.Cut(block, "\n\n")
	dir := folder(t, map[string]string{"hello.lua": helloScript, "old.cfg": `frontend web
  bind 127.0.0.1:8080
  http-request set-var(txn.user) req.hdr(x-user)
  http-request use-service lua.hello if { path_beg /hello }
`})
	written := filepath.Join(t.TempDir(), "new")
	if text, code := runCommandIn(t, dir, "haproxy-config", "--scripts", ".", "--haproxy-cfg", "old.cfg", "--output", written); code != 0 {
		t.Fatalf("haproxy-config ends with code %d: %s", code, text)
	}
	text, err := os.ReadFile(filepath.Join(written, "haproxy.cfg"))
	if err != nil {
		t.Fatal(err)
	}
	for rule := range strings.Lines(rules + "\n") {
		if !strings.Contains(string(text), rule) {
			t.Errorf("haproxy-config does not write the line of the page\n%s it writes\n%s", rule, text)
		}
	}
	eachVersion(t, func(t *testing.T, version string) {
		a := agent.Start(t, "--scripts", filepath.Join(dir, "hello.lua"), "--http-listen", "127.0.0.1:0")
		addr, _ := a.WaitLog("ready")["http"].(string)
		cfg := "defaults\n  mode http\n  timeout connect 5s\n  timeout client 15s\n  timeout server 15s\n\n" +
			strings.NewReplacer("127.0.0.1:8080", "127.0.0.1:${FRONTEND_PORT}", "127.0.0.1:9080", "${HTTP_ADDR}").Replace(block)
		p := haproxy.Start(t, haproxy.Config{Version: version, CFG: cfg, Vars: map[string]string{"HTTP_ADDR": addr}})
		req := get(t, p.URL()+"/hello/you")
		req.Header.Set("X-User", "jo")
		req.Header.Set("Spoa-Lua-Arg-Src", "192.0.2.1") // of no use to a client
		if got := serviceAnswer(t, req); got.status != 200 || got.body != "127.0.0.1 jo /hello/you" {
			t.Errorf("got %d %q, want what HAProxy knows", got.status, got.body)
		}
		if got := serviceAnswer(t, get(t, p.URL()+"/hello")); got.body != "127.0.0.1 nil /hello" {
			t.Errorf("without a user got %q", got.body)
		}
		if got := serviceAnswer(t, get(t, p.URL()+"/other")); got.status != 503 {
			t.Errorf("elsewhere got %d, want 503: there is no other backend", got.status)
		}
	})
}
