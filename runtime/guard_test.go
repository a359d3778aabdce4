package runtime

import (
	"context"
	goruntime "runtime"
	"sync"
	"testing"
	"time"
)

// TestGuard has a handler grow a table until the guard stops it. Another
// handler is asked all the while and loses nothing. It is not parallel: the heap
// that the guard looks at is the whole process's.
func TestGuard(t *testing.T) {
	for _, tt := range []struct{ name, script string }{
		{"table", `for i = 1, math.huge do t[i] = ("x"):rep(100000) .. i end`},
		{"table in a pcall", `while true do pcall(function() while true do t[#t + 1] = ("x"):rep(100000) .. #t end end) end`},
		{"many small tables", `for i = 1, math.huge do t[i] = {i, {}, {}} end`},
	} {
		t.Run(tt.name, func(t *testing.T) { testGuard(t, tt.script) })
	}
}

func testGuard(t *testing.T, grow string) {
	r, _, log := newTest(t, Config{MaxVMs: 4, ErrorVar: "txn.why"}, map[string]string{"a.lua": `
spoa.on("grow", {on_error = function(reason) return {["txn.deny"] = reason} end}, function() local t = {} ` + grow + ` end)
spoa.on("good", function() set_var("txn.fine", 1) end)`})
	addr := serve(t, config(r, time.Minute))
	guarding, stop := context.WithCancel(t.Context())
	var guards sync.WaitGroup
	defer guards.Wait()
	defer stop()
	goruntime.GC()
	limit := heapBytes() + 96<<20
	guards.Go(func() { r.Guard(guarding, limit) })

	greedy, good := dial(t, addr), dial(t, addr)
	answer := make(chan string, 1)
	go func() { answer <- ask(t, greedy, "grow") }() // ends with the answer, which is waited for below
	for asked := 0; ; asked++ {
		if got, want := ask(t, good, "good"), "set-var txn.fine int64:1"; got != want {
			t.Fatalf("good message %d: got %s, want %s", asked, got, want)
		}
		select {
		case got := <-answer:
			if want := "set-var txn.deny str:memory; set-var txn.why str:memory"; got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
			if got := outcome(r, "grow", "memory"); got != 1 {
				t.Errorf("%d messages counted as memory, want 1", got)
			}
			if log.count("memory is running out") == 0 {
				t.Error("the log does not tell of it")
			}
			return
		default:
		}
	}
}
