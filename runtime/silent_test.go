package runtime

import (
	"sync"
	"testing"
	"time"

	"github.com/spoa-lua/spoa-lua/luabind"
)

// silentPolicy asks a server that takes connections and never answers.
const silentPolicy = `
local reason = {timeout = "300ms", on_error = function(reason) return {["txn.reason"] = reason} end}
spoa.on("core", reason, function()
  local s = core.tcp()
  assert(s:connect("127.0.0.1", tonumber(spoa.vars.silent)))
  s:send "hello\n"
  set_var("txn.answer", s:receive())
end)
spoa.on("socket", reason, function()
  local s = assert(require "socket".connect("127.0.0.1", tonumber(spoa.vars.silent)))
  set_var("txn.answer", s:receive())
end)
spoa.on("http", reason, function()
  set_var("txn.answer", require "socket.http".request("http://127.0.0.1:" .. spoa.vars.silent))
end)
spoa.on("quick", function() set_var("txn.quick", 1) end)
`

// TestSilentPeer has messages wait for a server that never answers. Others on the
// same connection are answered meanwhile, and the waiting ones at their deadline.
func TestSilentPeer(t *testing.T) {
	t.Parallel()
	n := startNetwork(t)
	r, _, _ := newTest(t, Config{Network: n, Vars: n.vars}, map[string]string{"s.lua": silentPolicy})
	c := dial(t, serve(t, config(r, time.Minute)))
	waiting := []string{"core", "socket", "http"}
	var asking sync.WaitGroup
	for _, name := range waiting {
		asking.Go(func() {
			if got := ask(t, c, name); got != "set-var txn.reason str:timeout" {
				t.Errorf("%s: got %q", name, got)
			}
		})
	}
	waitUntil(t, func() bool { return r.conns.handedOver.Load() > 0 })
	for range 20 {
		if got := ask(t, c, "quick"); got != "set-var txn.quick int64:1" {
			t.Errorf("got %q", got)
		}
	}
	asking.Wait()
	waitUntil(t, func() bool { return busyVMs(r) == 0 })
	for _, name := range waiting {
		if got := outcome(r, name, Outcome(luabind.ReasonTimeout)); got != 1 {
			t.Errorf("%s: %d timeouts are counted", name, got)
		}
	}
}
