package tests

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/spoa-lua/spoa-lua/cmd/spoa-lua/bench"
	"github.com/spoa-lua/spoa-lua/spop"
	"github.com/spoa-lua/spoa-lua/tests/agent"
)

// harm is what handlers do that take more than their share.
var harm = []struct{ name, body string }{
	{"nothing", ``},
	{"loop", `while true do end`},
	{"loop-in-pcall", `while true do pcall(function() while true do end end) end`},
	{"huge-string", `local s = "x" while true do s = s .. s end`},
	{"huge-answer", `set_var("txn.x", ("x"):rep(100000))`},
	{"table-growth", `local t = {} for i = 1, math.huge do t[i] = {i} end`},
	{"error", `error("in every call")`},
	{"pattern", `return (("a"):rep(200)):find(("a*"):rep(20) .. "b")`},
	{"recursion", `local function f() return 1 + f() end f()`},
	{"coroutines", `for i = 1, math.huge do coroutine.wrap(function() coroutine.yield() end)() end`},
}

// goodRate is how often a second a good handler is asked.
const goodRate = 1000

// BenchmarkGoodBesideHostile asks a good handler of a running agent at a fixed
// rate while one hostile handler after the other is asked without a pause beside
// it, and then all of them at once. Compare p99-us with that beside "nothing":
// where a hostile handler keeps one core busy and another one is free, it is to
// stay within three times of that.
func BenchmarkGoodBesideHostile(b *testing.B) {
	text := "spoa.on('good', function() set_var('txn.fine', 1) end)\n"
	for _, h := range harm {
		text += fmt.Sprintf("spoa.on('%s', { timeout = '20ms' }, function() %s end)\n", h.name, h.body)
	}
	a := agent.Start(b, "--scripts", folder(b, map[string]string{"policy.lua": text}), "--timeout", "1s", "--quarantine-after", "0")
	for _, h := range harm {
		b.Run(h.name, func(b *testing.B) { askGood(b, a, h.name) })
	}
	var all []string
	for _, h := range harm[1:] {
		all = append(all, h.name)
	}
	b.Run("all-at-once", func(b *testing.B) { askGood(b, a, all...) })
}

// askGood asks the good handler b.N times beside handlers that do harm, and
// wants every answer.
func askGood(b *testing.B, a *agent.Process, hostile ...string) {
	ctx, stop := context.WithCancel(b.Context())
	var running sync.WaitGroup
	for _, name := range hostile {
		c, err := spop.Dial(ctx, a.Addr)
		if err != nil {
			b.Fatal(err)
		}
		running.Go(func() {
			defer c.Close()
			for ctx.Err() == nil {
				if _, err := c.Notify(ctx, spop.NewMessage(name)); err != nil && ctx.Err() == nil {
					b.Errorf("%s: %v", name, err)
					return
				}
			}
		})
	}
	fine, err := bench.NewExpectation("txn.fine", spop.Int64(1))
	if err != nil {
		b.Fatal(err)
	}
	r, err := bench.Run(ctx, bench.Config{
		Dial: bench.Dialer(a.Addr), Connections: 4, Depth: 16, Rate: goodRate, Warmup: 200 * time.Millisecond,
		Duration: time.Duration(b.N) * time.Second / goodRate, Message: spop.NewMessage("good"), Expect: []bench.Expectation{fine},
	})
	stop()
	running.Wait()
	if err != nil || r.ErrorCount() > 0 || r.Answered != r.Sent {
		b.Fatalf("got %+v, %v, want all answers", r, err)
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(r.Answered), "answers")
	b.ReportMetric(r.Latency.P50, "p50-us")
	b.ReportMetric(r.Latency.P99, "p99-us")
	b.ReportMetric(r.Latency.Max, "max-us")
}
