package tests

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spoa-lua/spoa-lua/tests/agent"
	"github.com/spoa-lua/spoa-lua/tests/haproxy"
)

// TestNoop shows what leaves for a policy that sets nothing, and how long
// HAProxy takes with it: 3.1.0 waited for its whole timeout when the ACK was
// empty.
func TestNoop(t *testing.T) {
	nothing := policy{name: "nothing", scripts: map[string]string{"nothing.lua": `spoa.on("nothing", function() end)`}}
	eachVersion(t, func(t *testing.T, version string) {
		r := startRig(t, version, []policy{nothing})
		var took []time.Duration
		for range 50 {
			took = append(took, send(t, get(t, r.proxy.URL()+"/nothing")).took)
		}
		if payload := r.tap.last(t, "nothing").payload; !slices.Equal(payload, []byte{0, 0}) {
			t.Errorf("payload of the ACK is % x, want 00 00", payload)
		}
		slices.Sort(took)
		t.Logf("HAProxy %s: a request whose policy sets nothing takes %s (median of %d; the slowest %s)", version, took[len(took)/2], len(took), took[len(took)-1])
	})
}

// loops has policies that never end, one with a limit of its own, and one that
// does.
var loops = []policy{
	{name: "loop", scripts: map[string]string{"loop.lua": "spoa.on('loop', {timeout = '100ms'}, function()\n  set_var('txn.x', 1)\n  while true do end\nend)"}},
	{name: "fast", scripts: map[string]string{"fast.lua": `spoa.on("fast", function() set_var("txn.answer", "fast") end)`},
		show: []string{"%[var(txn.lua.answer)]"}},
	{name: "coroutine", scripts: map[string]string{"coroutine.lua": `spoa.on("coroutine", function()
		pcall(coroutine.wrap(function() while true do pcall(function() while true do end end) end end))
	end)`}},
}

// TestEndlessLoop shows that a handler that never returns is answered for at its
// timeout or at --timeout, and hurts no other request.
func TestEndlessLoop(t *testing.T) {
	eachVersion(t, func(t *testing.T, version string) {
		r := startRig(t, version, loops, "--timeout", "3s")
		load := haproxy.Load{
			Addr: r.proxy.Addr(), Clients: 4, Count: 600, Rate: 600, Record: []string{errorHeader, "x-0"},
			Requests: func(n int) haproxy.Request {
				if n%100 == 0 {
					return haproxy.Request{Path: "/loop"}
				}
				return haproxy.Request{Path: "/fast"}
			},
		}
		report, err := load.Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range report.Samples {
			want := "fast"
			if s.N%100 == 0 {
				want = ""
			}
			if s.Err != nil || s.Values[0] != "" || s.Values[1] != want {
				t.Fatalf("request %d: got %q, error %v, want no error and %q", s.N, s.Values, s.Err, want)
			}
		}
		if got := r.tap.last(t, "loop").actions(t); !slices.Equal(got, []string{"noop"}) {
			t.Errorf("the loop was answered with %q, want a NOOP", got)
		}
		send(t, get(t, r.proxy.URL()+"/coroutine"))
		waitMetric(t, r.agent, `spoa_lua_messages_total{message="loop",outcome="timeout"}`, 6)
		waitMetric(t, r.agent, `spoa_lua_messages_total{message="coroutine",outcome="timeout"}`, 1)
		waitMetric(t, r.agent, `spoa_lua_vms{state="busy"}`, 0)
		waitMetric(t, r.agent, "spoa_lua_vms_closed_total", 7)
		wantLog(t, r.agent, 0, "message not answered by its script", "message", "loop")
	})
}

// TestHealthChecks waits until option spop-check has called the agent up, sees
// it called down when it stops, and up again with the next one.
func TestHealthChecks(t *testing.T) {
	eachVersion(t, func(t *testing.T, version string) {
		dir := folder(t, map[string]string{"policy.lua": `spoa.on("check", function() end)`})
		// A port of its own: the next agent wants it when this one is gone.
		a := agent.Start(t, "--scripts", dir, "--listen", "127.0.0.1:"+haproxy.FreePort(t))
		p := startEcho(t, version, a.Addr)
		servers, err := p.Servers("agents")
		if err != nil || len(servers) != 1 || servers[0].Status != "UP" || !strings.HasPrefix(servers[0].Check, "L7OK") {
			t.Errorf("got %+v, %v, want one server UP by L7OK", servers, err)
		}
		if n := a.Metric("spoa_lua_healthchecks_total"); n < 1 {
			t.Errorf("spoa_lua_healthchecks_total is %v, want 1 at least", n)
		}
		if log := a.Log(); strings.Contains(log, `"WARN"`) {
			t.Errorf("a health check is nothing to warn of:\n%s", log)
		}
		if code := a.Stop(); code != 0 {
			t.Errorf("exit code %d, want 0", code)
		}
		if err := p.WaitDown("agents"); err != nil {
			t.Error(err)
		}
		agent.Start(t, "--scripts", dir, "--listen", a.Addr)
		if err := p.WaitUp("agents"); err != nil {
			t.Error(err)
		}
		send(t, get(t, p.URL()+"/"))
	})
}
