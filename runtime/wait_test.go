package runtime

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/spoa-lua/spoa-lua/luabind"
)

// waitPolicy has a handler that can end only when another one, asked on the same
// connection while it waits, lets it go.
const waitPolicy = `
spoa.on("held", function()
  while not spoa.shared.get("go") do core.msleep(1) end
  set_var("txn.held", spoa.shared.get("go"))
end)
spoa.on("release", function() spoa.shared.set("go", "released") set_var("txn.fast", 1) end)
spoa.on("forever", {on_error = function(reason) return {["txn.reason"] = reason} end}, function()
  core.sleep(3600)
  set_var("txn.forever", 1)
end)
`

// TestWaitHoldsNobodyUp answers others on the connection of a message that waits.
func TestWaitHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	r, _, _ := newTest(t, Config{}, map[string]string{"w.lua": waitPolicy})
	c := dial(t, serve(t, config(r, time.Hour)))
	var asking sync.WaitGroup
	asking.Go(func() {
		if got := ask(t, c, "held"); got != "set-var txn.held str:released" {
			t.Errorf("got %q", got)
		}
	})
	waitUntil(t, func() bool { return r.conns.handedOver.Load() > 0 })
	if got := ask(t, c, "release"); got != "set-var txn.fast int64:1" {
		t.Errorf("got %q", got)
	}
	asking.Wait()
}

// TestWaitEndsAtTheDeadline answers with the reason, and gets rid of the VM.
func TestWaitEndsAtTheDeadline(t *testing.T) {
	t.Parallel()
	r, _, _ := newTest(t, Config{ErrorVar: "txn.error"}, map[string]string{"w.lua": waitPolicy})
	c := dial(t, serve(t, config(r, 20*time.Millisecond)))
	if got := ask(t, c, "forever"); got != "set-var txn.reason str:timeout; set-var txn.error str:timeout" {
		t.Errorf("got %q", got)
	}
	waitUntil(t, func() bool { return busyVMs(r) == 0 })
	if n := outcome(r, "forever", Outcome(luabind.ReasonTimeout)); n != 1 {
		t.Errorf("%d timeouts are counted", n)
	}
}

// TestWaitHammer lets waits end in time, at the deadline and in between.
func TestWaitHammer(t *testing.T) {
	t.Parallel()
	r, _, _ := newTest(t, Config{MaxVMs: 16}, map[string]string{"w.lua": `
		for ms = 0, 6 do
		  spoa.on("w" .. ms, function() core.msleep(ms) set_var("txn.slept", ms) end)
		end`})
	addr := serve(t, config(r, 3*time.Millisecond))
	var clients sync.WaitGroup
	for i := range 4 {
		c := dial(t, addr)
		clients.Go(func() {
			for n := range 60 {
				ms := (n + i) % 7
				got := ask(t, c, fmt.Sprintf("w%d", ms))
				if got != "" && got != fmt.Sprintf("set-var txn.slept int64:%d", ms) {
					t.Errorf("got %q after %d ms", got, ms)
				}
			}
		})
	}
	clients.Wait()
}
