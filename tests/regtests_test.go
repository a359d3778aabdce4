package tests

import (
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"testing"

	"github.com/spoa-lua/spoa-lua/tests/agent"
	"github.com/spoa-lua/spoa-lua/tests/haproxy"
)

// keptScript keeps a value for the response, and says what it finds.
const keptScript = `
local function show(txn, name) txn:set_var("txn." .. name, tostring(txn:get_priv())) end
core.register_action("keep", {"http-req"}, function(txn)
  show(txn, "found")
  txn:set_priv(txn.sf:path())
end)
core.register_action("show", {"http-res"}, function(txn) show(txn, "kept") end)
`

// TestPrivatesKeepAlive sends requests over one connection, by HAProxy's own Lua and
// by the agent: each has a private value of its own, which its response finds.
func TestPrivatesKeepAlive(t *testing.T) {
	eachVersion(t, func(t *testing.T, version string) {
		stream := "txn.by=var(txn.by)"
		if version != "2.6" {
			stream += " txn.id32=txn.id32"
		}
		spoe := "[lua]\nspoe-agent lua\n  groups keep\n  groups show\n" + spoeOptions + message("keep", "path=path "+stream, "") + "spoe-group keep\n  messages keep\n" +
			message("show", stream, "") + "spoe-group show\n  messages show\n"
		rules := []string{
			"http-request set-var(txn.by) req.hdr(x-by)",
			"http-request lua.keep if { var(txn.by) -m str haproxy }",
			"http-request send-spoe-group lua keep if { var(txn.by) -m str agent }",
			"use_backend origin-server if { var(txn.by) -m found }",
			"http-request allow if { var(txn.by) -m found }",
			"http-response lua.show if { var(txn.by) -m str haproxy }",
			"http-response send-spoe-group lua show if { var(txn.by) -m str agent }",
			`http-response set-header x-found "%[var(txn.found)]%[var(txn.lua.found)]"`,
			`http-response set-header x-kept "%[var(txn.kept)]%[var(txn.lua.kept)]"`,
		}
		c := haproxy.Echo{SPOE: spoe, Rules: rules}.Config()
		c.CFG = "global\n  lua-load kept.lua\n" + c.CFG + origin
		c.Files["kept.lua"] = keptScript
		a := agent.Start(t, "--scripts", folder(t, map[string]string{"kept.lua": keptScript}))
		c.Version, c.WaitUp, c.Vars = version, []string{"agents"}, map[string]string{"AGENT_ADDR": a.Addr}
		p := haproxy.Start(t, c)
		for _, by := range []string{"haproxy", "agent"} {
			client := &http.Client{Transport: &http.Transport{MaxConnsPerHost: 1}}
			for i, path := range []string{"/one", "/two", "/three"} {
				found, kept, reused := visit(t, client, p.URL()+path, by)
				if found != "nil" || kept != path || reused != (i > 0) {
					t.Errorf("%s by %s: found %q, kept %q, over a connection that was there: %t", path, by, found, kept, reused)
				}
			}
			client.CloseIdleConnections()
		}
	})
}

func visit(t *testing.T, client *http.Client, url, by string) (found, kept string, reused bool) {
	t.Helper()
	req := get(t, url)
	req.Header.Set("X-By", by)
	trace := &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) { reused = info.Reused }}
	resp, err := client.Do(req.WithContext(httptrace.WithClientTrace(req.Context(), trace)))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		t.Fatal(err)
	}
	return resp.Header.Get("X-Found"), resp.Header.Get("X-Kept"), reused
}

// silentScript asks a server that never answers: for as long as the client waits, and
// for longer than anybody does.
const silentScript = `
core.register_action("ask", {"http-req"}, function(txn)
  txn:set_var("txn.before", "set")
  local url, timeout = txn:get_var("txn.url"), txn:get_var("txn.wait")
  local r = core.httpclient():get{url = url, timeout = timeout}
  txn:set_var("txn.status", r.status)
end)
`

// TestHTTPClientTimeout has a script ask a silent server. When the time of the HTTP
// client is over, the script goes on with the status that HAProxy gives, and when that
// of the message is over, the request goes on and the connection is closed.
func TestHTTPClientTimeout(t *testing.T) {
	eachVersion(t, func(t *testing.T, version string) {
		silent := startSilentServer(t)
		p := startAsking(t, version, silent.addr)
		for _, by := range []string{"haproxy", "agent"} {
			h := askSilent(t, p.URL(), by, "20")
			if h.Get("X-Before") != "set" || h.Get("X-Status") != "504" {
				t.Errorf("by %s: before is %q, the status %q, the error %q", by, h.Get("X-Before"), h.Get("X-Status"), h.Get("X-Error"))
			}
		}
		p = startAsking(t, version, silent.addr, "--timeout", "100ms")
		h := askSilent(t, p.URL(), "agent", "600000")
		if h.Get("X-Status") != "" || h.Get("X-Error") != "timeout" {
			t.Errorf("at the end of the message's time: the status is %q, the error %q", h.Get("X-Status"), h.Get("X-Error"))
		}
		for range len(silent.opened) {
			<-silent.closed
		}
	})
}

// startAsking starts an HAProxy with the script, and an agent that has it, too.
func startAsking(t *testing.T, version, silent string, flags ...string) *haproxy.Process {
	t.Helper()
	spoe := "[lua]\nspoe-agent lua\n  groups ask\n" + spoeOptions + message("ask", "txn.url=var(txn.url) txn.wait=var(txn.wait)", "") +
		"spoe-group ask\n  messages ask\n"
	rules := []string{
		"http-request set-var(txn.url) str(http://" + silent + "/)",
		"http-request set-var(txn.wait) req.hdr(x-wait),add(0)",
		"http-request lua.ask if { req.hdr(x-by) haproxy }",
		"http-request send-spoe-group lua ask if { req.hdr(x-by) agent }",
		`http-request return status 200 hdr x-before "%[var(txn.before)]%[var(txn.lua.before)]" ` +
			`hdr x-status "%[var(txn.status)]%[var(txn.lua.status)]" hdr x-error "%[var(txn.lua.reason)]"`,
	}
	c := haproxy.Echo{SPOE: spoe, Rules: rules}.Config()
	c.CFG = "global\n  lua-load silent.lua\n" + c.CFG
	c.Files["silent.lua"] = silentScript
	flags = append([]string{"--scripts", folder(t, map[string]string{"silent.lua": silentScript}), "--egress", silent, "--error-var", "txn.reason"}, flags...)
	c.Version, c.WaitUp, c.Vars = version, []string{"agents"}, map[string]string{"AGENT_ADDR": agent.Start(t, flags...).Addr}
	return haproxy.Start(t, c)
}

func askSilent(t *testing.T, url, by, wait string) http.Header {
	t.Helper()
	req := get(t, url)
	req.Header.Set("X-By", by)
	req.Header.Set("X-Wait", wait)
	return doRequest(t, req).Header
}

// silentServer takes connections and says nothing. It counts them, and those that the
// other end has closed.
type silentServer struct {
	addr           string
	opened, closed chan struct{}
}

func startSilentServer(t *testing.T) *silentServer {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	s := &silentServer{l.Addr().String(), make(chan struct{}, 100), make(chan struct{}, 100)}
	go func() {
		for {
			nc, err := l.Accept()
			if err != nil {
				return
			}
			s.opened <- struct{}{}
			go func() {
				_, _ = io.Copy(io.Discard, nc) // until the other end is gone
				nc.Close()
				s.closed <- struct{}{}
			}()
		}
	}()
	return s
}
