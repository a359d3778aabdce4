package runtime

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"github.com/spoa-lua/spoa-lua/luabind"
	"github.com/spoa-lua/spoa-lua/spop"
)

// outcome returns how often a message had an outcome.
func outcome(r *Runtime, message string, o Outcome) uint64 {
	return r.stats.get(message).outcome(outcomeIndex(o))
}

// TestOutcomes shows what is answered and counted for everything that can
// become of a message.
func TestOutcomes(t *testing.T) {
	t.Parallel()
	r, _, log := newTest(t, Config{MaxVMs: 1}, map[string]string{
		"a.lua": "spoa.on('fine', function() set_var('txn.x', 1) end)\n" +
			"spoa.on('bad', function() set_var('txn.y', 1) error('on purpose') end)\n" +
			"spoa.on('bad', function() set_var('txn.z', 1) end)\n" +
			"spoa.on('loop', {timeout = '100ms'}, function() spoa.log.info('looping') while true do end end)\n",
	})
	addr := serve(t, config(r, time.Minute))
	c := dial(t, addr)
	for _, step := range []struct {
		messages []string
		want     string
	}{
		{[]string{"fine"}, "set-var txn.x int64:1"},
		{[]string{"bad"}, "set-var txn.z int64:1"},
		{[]string{"none"}, ""},
		{[]string{"bad", "none", "fine"}, "set-var txn.z int64:1; set-var txn.x int64:1"},
		{nil, ""},
		{[]string{"fine", "loop", "fine"}, "set-var txn.x int64:1"},
	} {
		if got := ask(t, c, step.messages...); got != step.want {
			t.Errorf("%v: got %q, want %q", step.messages, got, step.want)
		}
	}
	for _, want := range []struct {
		message string
		outcome Outcome
		count   uint64
	}{
		{"fine", OutcomeOK, 3}, {"bad", Outcome(luabind.ReasonError), 2}, {"loop", Outcome(luabind.ReasonTimeout), 1}, {"bad", OutcomeOK, 0},
	} {
		waitUntil(t, func() bool { return outcome(r, want.message, want.outcome) >= want.count })
		if got := outcome(r, want.message, want.outcome); got != want.count {
			t.Errorf("%s %s: counted %d, want %d", want.message, want.outcome, got, want.count)
		}
	}
	if got := r.unhandled.count.Load(); got != 2 {
		t.Errorf("%d unhandled messages, want 2", got)
	}
	for text, want := range map[string]int{
		"msg=\"script error\" message=bad": 1, "msg=\"no script handles this message": 1, "outcome=timeout": 2,
	} {
		if got := log.count(text); got != want {
			t.Errorf("logged %q %d times, want %d", text, got, want)
		}
	}
	if log.count("a.lua:2: on purpose") == 0 {
		t.Error("the log does not name the place of the error")
	}
}

// TestOverload keeps the only VM busy, and lets nobody wait for it: the others are
// answered at once, and counted once. TestPoolPatience has those that wait.
func TestOverload(t *testing.T) {
	t.Parallel()
	r, _, log := newTest(t, Config{MaxVMs: 1}, map[string]string{"m.lua": answerText("x")})
	addr := serve(t, config(r, time.Minute))
	r.Live().pool.maxWaiting = 0
	const requests = 50
	exchange(t, 0, func(x *spop.Exchange) {
		held := mustGet(t, r.Live().pool, x)
		defer r.Live().pool.put(held, true)
		var asking sync.WaitGroup
		for range requests {
			c := dial(t, addr)
			asking.Go(func() {
				if got := ask(t, c, "m"); got != "" {
					t.Errorf("got %q without a VM", got)
				}
			})
		}
		asking.Wait()
		if n := r.Live().pool.size(); n != 1 {
			t.Errorf("there are %d VMs, want no more than the limit of 1", n)
		}
	})
	waitUntil(t, func() bool { return outcome(r, "m", Outcome(luabind.ReasonOverload)) >= requests })
	if o, other := outcome(r, "m", Outcome(luabind.ReasonOverload)), outcome(r, "m", Outcome(luabind.ReasonTimeout)); o != requests || other != 0 {
		t.Errorf("counted %d as overload and %d as timeout, want %d and 0", o, other, requests)
	}
	if got := log.count("outcome=overload"); got != 1 {
		t.Errorf("logged %d times, want once a second", got)
	}
}

func TestFallbackReason(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		cause error
		want  Outcome
	}{
		{spop.ErrTimeout, Outcome(luabind.ReasonTimeout)},
		{fmt.Errorf("wrapped: %w", errOverload), Outcome(luabind.ReasonOverload)},
		{&spop.PanicError{Value: "x"}, Outcome(luabind.ReasonPanic)},
		{errors.New("no VM"), Outcome(luabind.ReasonError)},
	} {
		if got := Outcome(fallbackReason(c.cause)); got != c.want {
			t.Errorf("%v: got %s, want %s", c.cause, got, c.want)
		}
	}
}

func TestThrottle(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var th throttle
		want := func(key string, suppressed int, ok bool) {
			t.Helper()
			if n, got := th.allow(key); n != suppressed || got != ok {
				t.Errorf("%s: got %d, %t, want %d, %t", key, n, got, suppressed, ok)
			}
		}
		want("a", 0, true)
		want("a", 0, false)
		want("b", 0, true)
		want("a", 0, false)
		time.Sleep(throttlePause)
		want("a", 2, true)
		want("a", 0, false)
		time.Sleep(throttlePause)
		want("a", 1, true)
		for i := range 2 * throttleKeys {
			th.allow(fmt.Sprint("key ", i))
		}
		if n := len(th.lines); n > throttleKeys {
			t.Errorf("%d lines are remembered, want at most %d", n, throttleKeys)
		}
	})
}

func TestOnceNames(t *testing.T) {
	t.Parallel()
	var o onceNames
	if !o.first([]byte("a")) || o.first([]byte("a")) || !o.first([]byte("b")) {
		t.Error("a name must be new once")
	}
	for i := range 2 * throttleKeys {
		o.first(fmt.Appendf(nil, "name %d", i))
	}
	if len(o.seen) != throttleKeys || o.first([]byte("one more")) {
		t.Errorf("%d names are remembered, want %d", len(o.seen), throttleKeys)
	}
}

// TestCollector lints the metrics, and checks the histogram of a message.
func TestCollector(t *testing.T) {
	t.Parallel()
	r, _, _ := newTest(t, Config{}, map[string]string{"m.lua": answerText("x")})
	ask(t, dial(t, serve(t, config(r, time.Minute))), "m")
	s := r.stats.get("slow")
	s.count(outcomeIndex("timeout"), 3*time.Millisecond)
	s.count(indexOK, time.Hour)
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(r.Collector())
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	problems, err := promlint.NewWithMetricFamilies(families).Lint()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
	text := fmt.Sprint(families)
	for _, want := range []string{`value:"slow"`, "sample_count:2 sample_sum:3600.003", `value:"panic"`, "spoa_lua_generation"} {
		if !strings.Contains(strings.ReplaceAll(text, "  ", " "), want) {
			t.Errorf("the metrics do not hold %q", want)
		}
	}
}

// TestFallbackAfterReload loads other scripts while a message is being answered and
// then stops it: what had been set before stays as it is, and the handlers that are
// left are answered for, not those of the same places in the new scripts.
func TestFallbackAfterReload(t *testing.T) {
	t.Parallel()
	r, dir, log := newTest(t, Config{}, map[string]string{"a.lua": `
spoa.on("m", {on_error = {["txn.verdict"] = "allow"}}, function() set_var("txn.verdict", "deny") end)
spoa.on("m", {on_error = {["txn.left"] = "old"}}, function() spoa.log.info("looping") while true do end end)`})
	c := dial(t, serve(t, config(r, 0)))
	answer := make(chan string)
	go func() { answer <- ask(t, c, "m") }()
	waitUntil(t, func() bool { return log.count("looping") > 0 })
	save(t, filepath.Join(dir, "a.lua"), `
spoa.on("m", {on_error = {["txn.new"] = true}}, function() end)
spoa.on("m", {on_error = {["txn.verdict"] = "allow"}}, function() set_var("txn.verdict", "deny") end)
spoa.on("m", {on_error = {["txn.left"] = "new"}}, function() end)`)
	if _, err := r.Reload(); err != nil {
		t.Fatal(err)
	}
	r.longest().stop()
	if got, want := <-answer, "set-var txn.verdict str:deny; set-var txn.left str:old"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestActionsThatDoNotAnswer shows that the result of an earlier action does not
// count for one that has not answered: its rules would act upon it again.
func TestActionsThatDoNotAnswer(t *testing.T) {
	t.Parallel()
	r, _, log := newTest(t, Config{QuarantineAfter: 1, ErrorVar: "txn.why"}, map[string]string{"a.lua": `
core.register_action("stop", {"http-req"}, function() return act.STOP end)
core.register_action("loop", {"http-req"}, function() core.Info("looping") while true do end end)`})
	c := dial(t, serve(t, config(r, 0)))
	answer := make(chan string)
	go func() { answer <- ask(t, c, "stop", "loop") }()
	waitUntil(t, func() bool { return log.count("looping") > 0 })
	r.longest().stop()
	want := "unset-var txn.act; set-var txn.act int64:1; unset-var txn.act; set-var txn.why str:memory"
	if got := <-answer; got != want {
		t.Errorf("an action that is stopped: got %q, want %q", got, want)
	}
	waitUntil(t, func() bool { return r.Live().byName["loop"].handlers[0].breaker.quarantined() })
	if got, want := ask(t, c, "loop"), "unset-var txn.act; set-var txn.why str:quarantined"; got != want {
		t.Errorf("in quarantine: got %q, want %q", got, want)
	}
}
