package bench

import (
	"context"
	"net"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/spoa-lua/spoa-lua/spop"
	"github.com/spoa-lua/spoa-lua/spop/spoptest"
)

// newTestSession returns a session that is connected to an agent in memory and
// whose clock shows *now.
func newTestSession(tb testing.TB, cfg Config, now *int64, handler spop.HandlerFunc) *session {
	tb.Helper()
	// Nothing is handed over, however long this process has to wait for a processor.
	a := spoptest.Start(tb, spop.Config{Handler: handler, HandOverAfter: 100 * time.Millisecond})
	cfg.Dial = func(context.Context) (net.Conn, error) { return a.Conn(), nil }
	cfg.Duration, cfg.Message = forever, testMessage()
	if err := cfg.check(); err != nil {
		tb.Fatal(err)
	}
	r := newRun(cfg)
	r.now = func() int64 { return *now }
	r.begin.Store(0)
	s := r.sessions[0]
	if err := s.connect(context.Background()); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(s.disconnect)
	return s
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

// receiveAll receives until nothing is in flight, or n are answered.
func (s *session) receiveAll(tb testing.TB, n uint64) {
	tb.Helper()
	for s.answered.Load() < n {
		must(tb, s.receive())
	}
}

// TestOpenLoopLatency stalls the agent over the first of five NOTIFYs: the
// others are sent late, and their latency counts from when they were due.
func TestOpenLoopLatency(t *testing.T) {
	const ms = 1_000_000
	var now int64
	stall := make(chan struct{})
	s := newTestSession(t, Config{Rate: 1000}, &now, func(*spop.Exchange) error {
		<-stall
		return nil
	})
	must(t, s.send(now))
	now = 4 * ms
	must(t, s.send(now)) // the only slot is in use
	if sent := s.sent.Load(); sent != 1 {
		t.Fatalf("%d NOTIFYs were sent, want 1: the depth is 1", sent)
	}
	now = 100 * ms
	close(stall)
	var got []int64
	for answered := uint64(1); answered <= 5; answered++ {
		s.receiveAll(t, answered)
		got = append(got, s.latency...)
	}
	if diff := cmp.Diff([]int64{100 * ms, 99 * ms, 98 * ms, 97 * ms, 96 * ms}, got); diff != "" {
		t.Errorf("latencies (-want +got):\n%s", diff)
	}
}

func TestScheduleTakesTurns(t *testing.T) {
	r := &run{cfg: Config{Rate: 1000, Connections: 2}}
	a, b := r.scheduleOf(0), r.scheduleOf(1)
	var got []int64
	for range 3 {
		for _, s := range []*schedule{&a, &b} {
			at, due := s.next(never)
			if !due {
				t.Fatal("not due at the end of time")
			}
			got = append(got, at/1_000_000)
		}
	}
	if diff := cmp.Diff([]int64{0, 1, 2, 3, 4, 5}, got); diff != "" {
		t.Errorf("due at, in ms (-want +got):\n%s", diff)
	}
	if at, due := a.next(5_999_999); due {
		t.Errorf("the fourth is due at %d, want 6 ms", at)
	}
}

// TestNoAllocations shows that a NOTIFY costs the generator no allocation.
func TestNoAllocations(t *testing.T) {
	var now int64
	s := newTestSession(t, Config{Depth: 8}, &now, func(x *spop.Exchange) error {
		return x.Ack().SetVar(spop.ScopeTransaction, "score", spop.Int32(5))
	})
	must(t, s.send(now))
	s.receiveAll(t, 10_000)
	const each = 1000
	got := spoptest.Allocs(5, func() {
		s.receiveAll(t, s.answered.Load()+each)
	})
	if got > each/100 { // the agent shares the process
		t.Errorf("%.0f allocations in %d NOTIFYs", got, each)
	}
}

func TestExpectation(t *testing.T) {
	set := func(name string, v spop.Value) spop.Action {
		return spop.Action{Type: spop.ActionSetVar, Scope: spop.ScopeTransaction, Name: name, Value: v}
	}
	for _, tt := range []struct {
		name    string
		actions []spop.Action
		want    spop.Value
		ok      bool
	}{
		{"equal", []spop.Action{set("a", spop.String("x"))}, spop.String("x"), true},
		{"other integer type", []spop.Action{set("a", spop.Int32(-1))}, spop.Int64(-1), true},
		{"other number", []spop.Action{set("a", spop.Int32(1))}, spop.Int64(2), false},
		{"text for a number", []spop.Action{set("a", spop.String("1"))}, spop.Int64(1), false},
		{"binary for text", []spop.Action{set("a", spop.Binary([]byte("x")))}, spop.String("x"), false},
		{"other boolean", []spop.Action{set("a", spop.Bool(false))}, spop.Bool(true), false},
		{"not set", nil, spop.Bool(true), false},
		{"other variable", []spop.Action{set("b", spop.Bool(true))}, spop.Bool(true), false},
		{"the last counts", []spop.Action{set("a", spop.Int64(1)), set("a", spop.Int64(2))}, spop.Int64(2), true},
		{"nothing wanted", nil, spop.Null(), true},
		{"unset", []spop.Action{{Type: spop.ActionUnsetVar, Scope: spop.ScopeTransaction, Name: "a"}}, spop.Null(), true},
	} {
		e, err := NewExpectation("txn.a", tt.want)
		if err != nil {
			t.Fatal(err)
		}
		if err := e.check(tt.actions); (err == nil) != tt.ok {
			t.Errorf("%s: got %v", tt.name, err)
		}
	}
	if _, err := NewExpectation("score", spop.Null()); err == nil {
		t.Error("a name without a scope is taken")
	}
}
