package tests

import (
	"testing"

	"github.com/spoa-lua/spoa-lua/spop"
	"github.com/spoa-lua/spoa-lua/tests/agent"
)

// TestMemoryLimit runs the binary with a small limit: a handler that grows is
// answered for, again and again, and a good one is answered after each time.
func TestMemoryLimit(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"policy.lua": `
spoa.on("grow", {on_error = function(reason) return {["txn.why"] = reason} end}, function()
  local t = {}
  for i = 1, math.huge do t[i] = ("x"):rep(10000) .. i end
end)
spoa.on("fine", function() set_var("txn.fine", 1) end)`})
	a := agent.Start(t, "--scripts", dir, "--timeout", "60s", "--memory-limit", "64MiB", "--quarantine-after", "0")
	c, err := spop.Dial(t.Context(), a.Addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	const rounds = 5
	for range rounds {
		if got, want := notifyAs(t, c, "grow"), "set-var txn.why str:memory"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		if got, want := notifyAs(t, c, "fine"), "set-var txn.fine int64:1"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if got := a.Metric(`spoa_lua_messages_total{message="grow",outcome="memory"}`); got != rounds {
		t.Errorf("%v messages counted as memory, want %d", got, rounds)
	}
}
