package runtime

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spoa-lua/spoa-lua/spop"
)

// hostileHandlers are handlers that do harm, and the reasons that they are
// answered with; timeout is always one, since they take the cores from each other. None of them may cost another handler's answer.
var hostileHandlers = []struct{ name, body, reasons string }{
	{"loop", `while true do end`, "timeout"},
	{"loop in a pcall", `while true do pcall(function() while true do end end) end`, "timeout"},
	{"sleep", `local t0 = os.time() while os.time() < t0 + 3600 do end`, "timeout"},
	{"huge string", `local s = "x" while true do s = s .. s end`, "error"},
	{"huge answer", `set_var("txn.x", ("x"):rep(100000))`, "too-big"},
	{"table growth", `local t = {} for i = 1, math.huge do t[i] = {i} end`, "timeout"},
	{"error", `error("in every call")`, "error"},
	{"error in an error", `error(setmetatable({}, {__tostring = function() error("again") end}))`, "error"},
	{"panic in a binding", `spoa.log("boom")`, "panic"},
	{"pattern", `return (("a"):rep(200)):find(("a*"):rep(20) .. "b")`, "error"},
	{"recursion", `local function f() return 1 + f() end f()`, "error"},
	{"coroutines", `for i = 1, math.huge do coroutine.wrap(function() coroutine.yield() end)() end`, "error"},
}

// TestHostileHandlers runs all of them at once, again and again, beside a good
// handler under load, with nothing but the limits of the agent between them. It
// is not parallel: it takes all the cores that there are.
func TestHostileHandlers(t *testing.T) {
	text := `spoa.on("good", function(msg) set_var("txn.fine", 1) end)` + "\n"
	for _, h := range hostileHandlers {
		text += `spoa.on("` + h.name + `", {timeout = "20ms", on_error = function(why) return {["txn.why"] = why} end}, function() ` + h.body + " end)\n"
	}
	addr := serve(t, config(newHostile(t, text), time.Minute))
	done, stop := context.WithCancel(t.Context())
	defer stop()
	var hostile, good sync.WaitGroup
	for _, h := range hostileHandlers {
		c := dial(t, addr)
		hostile.Go(func() { askHostile(done, t, c, h.name, h.reasons) })
	}
	for range 4 {
		c := dial(t, addr)
		good.Go(func() {
			for i := range 50 {
				actions, err := c.Notify(t.Context(), spop.NewMessage("good"))
				if got := texts(actions); err != nil || got != "set-var txn.fine int64:1" {
					t.Errorf("good message %d: got %q, %v", i, got, err)
				}
			}
		})
	}
	good.Wait()
	stop()
	hostile.Wait()
}

// brokenLog makes spoa.log("boom") a panic in a binding.
type brokenLog struct{ slog.Handler }

func (h brokenLog) Handle(ctx context.Context, r slog.Record) error {
	if r.Message == "boom" {
		panic("broken log")
	}
	return h.Handler.Handle(ctx, r)
}

func (h brokenLog) Enabled(context.Context, slog.Level) bool { return true }

func (h brokenLog) WithAttrs([]slog.Attr) slog.Handler { return h }

// newHostile makes a Runtime of text that keeps no handler from running.
func newHostile(t *testing.T, text string) *Runtime {
	t.Helper()
	r, err := New(Config{
		Scripts: []string{folderOf(t, map[string]string{"a.lua": text})}, QuarantineAfter: -1,
		Log: slog.New(brokenLog{slog.DiscardHandler}),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r
}

// askHostile sends a message until done, at least once, and wants an answer
// with one of the reasons each time.
func askHostile(done context.Context, t *testing.T, c *spop.Client, name, reasons string) {
	for {
		actions, err := c.Notify(t.Context(), spop.NewMessage(name))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			return
		}
		why, _ := strings.CutPrefix(texts(actions), "set-var txn.why str:")
		if !strings.Contains(" timeout "+reasons+" ", " "+why+" ") {
			t.Errorf("%s: got the reason %q, want one of %q", name, why, reasons)
			return
		}
		if done.Err() != nil {
			return
		}
	}
}
