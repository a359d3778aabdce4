package runtime

import (
	"testing"
	"time"
)

// TestOnError shows what answers in a handler's place, for each way to fail.
func TestOnError(t *testing.T) {
	t.Parallel()
	r, _, _ := newTest(t, Config{MaxVMs: 2, ErrorVar: "txn.why"}, map[string]string{
		"a.lua": `
local function closed(reason) return {["txn.deny"] = reason} end
spoa.on("bad", {on_error = closed}, function() set_var("txn.half", 1) error("on purpose") end)
spoa.on("bad", function() set_var("txn.other", 1) end)
spoa.on("loop", function() set_var("txn.before", 1) end)
spoa.on("loop", {timeout = "30ms", on_error = closed}, function() while true do end end)
spoa.on("loop", {on_error = {["txn.never"] = true}}, function() set_var("txn.after", 1) end)
spoa.on("big", {on_error = closed}, function() set_var("txn.x", ("x"):rep(20000)) end)
spoa.on("plain", function() error("no on_error") end)
spoa.on("fine", function() set_var("txn.fine", 1) end)`,
	})
	c := dial(t, serve(t, config(r, time.Minute)))
	for _, tt := range []struct {
		messages []string
		want     string
	}{
		{[]string{"bad"}, "set-var txn.deny str:error; set-var txn.why str:error; set-var txn.other int64:1"},
		{[]string{"loop"}, "set-var txn.before int64:1; set-var txn.deny str:timeout; set-var txn.why str:timeout; " +
			"set-var txn.never bool:true; set-var txn.why str:timeout"},
		{[]string{"big"}, "set-var txn.deny str:too-big; set-var txn.why str:too-big"},
		{[]string{"plain"}, "set-var txn.why str:error"},
		{[]string{"fine"}, "set-var txn.fine int64:1"},
	} {
		if got := ask(t, c, tt.messages...); got != tt.want {
			t.Errorf("%v: got  %s\nwant %s", tt.messages, got, tt.want)
		}
	}
}

// TestQuarantine shows that a handler that always fails is answered for
// without being run, and that the others go on.
func TestQuarantine(t *testing.T) {
	t.Parallel()
	r, _, log := newTest(t, Config{QuarantineAfter: 3}, map[string]string{
		"a.lua": `
spoa.on("m", {on_error = function(reason) return {["txn.why"] = reason} end}, function()
  spoa.shared.incr("runs")
  error("always")
end)
spoa.on("m", function() set_var("txn.runs", spoa.shared.get("runs")) end)`,
	})
	c := dial(t, serve(t, config(r, time.Minute)))
	for i, want := range []string{"error", "error", "error", "quarantined", "quarantined"} {
		runs := []string{"1", "2", "3", "3", "3"}[i]
		if got, want := ask(t, c, "m"), "set-var txn.why str:"+want+"; set-var txn.runs int64:"+runs; got != want {
			t.Errorf("call %d: got %s, want %s", i+1, got, want)
		}
	}
	if n := log.count("handler in quarantine"); n != 1 {
		t.Errorf("the quarantine was logged %d times, want once", n)
	}
	if got := outcome(r, "m", "quarantined"); got != 2 {
		t.Errorf("%d messages counted as quarantined, want 2", got)
	}
	if got := r.Live().quarantined(); got != 1 {
		t.Errorf("%d handlers in quarantine, want 1", got)
	}
}
