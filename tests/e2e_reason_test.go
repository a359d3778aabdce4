package tests

import (
	"io"
	"net/http"
	"testing"

	"github.com/spoa-lua/spoa-lua/tests/agent"
	"github.com/spoa-lua/spoa-lua/tests/haproxy"
)

// reasonScript has a handler for each way to fail that a script can cause by
// itself. All of them fail closed, and txn.other shows the handler beside it.
const reasonScript = `
local closed = {["txn.access"] = "deny"}
local function say(reason) return {["txn.access"] = "deny", ["txn.said"] = reason} end
local function other() set_var("txn.other", "ran") end

spoa.on("error", {on_error = closed}, function() set_var("txn.access", "allow") error("on purpose") end)
spoa.on("timeout", {timeout = "20ms", on_error = say}, function() set_var("txn.access", "allow") while true do end end)
spoa.on("too-big", {on_error = say}, function() set_var("txn.access", ("x"):rep(20000)) end)
spoa.on("often", {on_error = say}, function() error("always") end)
spoa.on("open", function() error("no on_error") end)
spoa.on("fine", {on_error = closed}, function() set_var("txn.access", "allow") end)
for _, name in ipairs {"error", "too-big", "often", "open", "fine"} do spoa.on(name, other) end`

// reasonEcho sends the message that the path names, denies what the policy or
// its on_error says, and shows why.
func reasonEcho(names []string) haproxy.Echo {
	show := []haproxy.Header{
		{Name: "x-why", Value: "%[var(txn.lua.why)]"}, {Name: "x-said", Value: "%[var(txn.lua.said)]"},
		{Name: "x-other", Value: "%[var(txn.lua.other)]"}, {Name: errorHeader, Value: "%[var(txn.lua.error)]"},
	}
	deny := "http-request return status 403 content-type text/plain string denied"
	for _, h := range show {
		deny += " hdr " + h.Name + ` "` + h.Value + `"`
	}
	e := haproxy.Echo{Headers: show, SPOE: "[lua]\nspoe-agent lua\n  groups"}
	for _, name := range names {
		e.SPOE += " g-" + name
		e.Rules = append(e.Rules, "http-request send-spoe-group lua g-"+name+" if { path /"+name+" }")
	}
	e.SPOE += "\n" + spoeOptions
	for _, name := range names {
		e.SPOE += message(name, "", "") + "spoe-group g-" + name + "\n  messages " + name + "\n"
	}
	e.Rules = append(e.Rules, deny+" if { var(txn.lua.access) -m str deny }")
	return e
}

// TestReasons shows what a client gets when a handler fails: what its on_error
// says, at once, with the reason beside it.
func TestReasons(t *testing.T) {
	type want struct {
		status           int
		why, said, other string
	}
	tests := []struct {
		name string
		want []want // one for each request
	}{
		{"fine", []want{{200, "", "", "ran"}}},
		{"error", []want{{403, "error", "", "ran"}}},
		{"timeout", []want{{403, "timeout", "timeout", ""}}},
		{"too-big", []want{{403, "too-big", "too-big", "ran"}}},
		{"open", []want{{200, "error", "", "ran"}}},
		{"often", []want{
			{403, "error", "error", "ran"}, {403, "error", "error", "ran"}, {403, "error", "error", "ran"},
			{403, "quarantined", "quarantined", "ran"}, {403, "quarantined", "quarantined", "ran"},
		}},
	}
	var names []string
	for _, tt := range tests {
		names = append(names, tt.name)
	}
	eachVersion(t, func(t *testing.T, version string) {
		a := agent.Start(t, "--scripts", folder(t, map[string]string{"policy.lua": reasonScript}),
			"--timeout", "60s", "--error-var", "txn.why", "--quarantine-after", "3")
		c := reasonEcho(names).Config()
		c.Version, c.WaitUp, c.Vars = version, []string{"agents"}, map[string]string{"AGENT_ADDR": a.Addr}
		p := haproxy.Start(t, c)
		for _, tt := range tests {
			for i, w := range tt.want {
				status, h := answerOf(t, p.URL()+"/"+tt.name)
				if got := (want{status, h.Get("x-why"), h.Get("x-said"), h.Get("x-other")}); got != w {
					t.Errorf("%s, request %d: got %v, want %v", tt.name, i+1, got, w)
				}
				if code := h.Get(errorHeader); code != "" {
					t.Errorf("%s, request %d: HAProxy's error is %s: the answer did not come in time", tt.name, i+1, code)
				}
			}
		}
		wantLog(t, a, 0, "handler in quarantine: it failed too often and is answered for without being run", "message", "often")
	})
}

// answerOf sends a request and returns status and headers, whatever they are.
func answerOf(t *testing.T, url string) (int, http.Header) {
	t.Helper()
	resp, err := http.DefaultClient.Do(get(t, url))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, resp.Header
}
