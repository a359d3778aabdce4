package runtime

import (
	"testing"
	"time"

	"github.com/spoa-lua/spoa-lua/tests/wallclock"
)

// fakeClock is a clock that only moves when it is told to.
type fakeClock struct{ t time.Time }

func (c *fakeClock) now() time.Time          { return c.t }
func (c *fakeClock) advance(d time.Duration) { c.t = c.t.Add(d) }

func newBreaker(limit int32) (*breaker, *fakeClock) {
	c := &fakeClock{t: time.Unix(1_000_000, 0)}
	return &breaker{limit: limit, now: c.now}, c
}

func none() uint64 { return 0 }

func TestBreakerFailuresInARow(t *testing.T) {
	b, _ := newBreaker(3)
	for range 2 {
		b.failed(none)
	}
	b.succeeded() // the row is broken
	for i := range 2 {
		if pause := b.failed(none); pause != 0 || !b.allows() {
			t.Fatalf("failure %d after a success: quarantine for %s, want none", i+1, pause)
		}
	}
	if pause := b.failed(none); pause != quarantinePause {
		t.Fatalf("third failure in a row: quarantine for %s, want %s", pause, quarantinePause)
	}
	if b.allows() {
		t.Error("a handler in quarantine may run, want not")
	}
}

func TestBreakerTriesAgain(t *testing.T) {
	b, clock := newBreaker(1)
	want := quarantinePause
	for try := range 6 {
		if pause := b.failed(none); pause != want {
			t.Errorf("failure %d: quarantine for %s, want %s", try+1, pause, want)
		}
		clock.advance(want - time.Nanosecond)
		if b.allows() {
			t.Errorf("failure %d: may run before the pause is over", try+1)
		}
		clock.advance(time.Nanosecond)
		if !b.allows() {
			t.Errorf("failure %d: may not run after the pause", try+1)
		}
		if b.allows() {
			t.Errorf("failure %d: a second call may run before the first has ended", try+1)
		}
		want = min(2*want, quarantineMax)
	}
	if !b.succeeded() || b.quarantined() || !b.allows() {
		t.Error("a success does not end the quarantine")
	}
	if pause := b.failed(none); pause != quarantinePause {
		t.Errorf("first failure after a quarantine: %s, want %s", pause, quarantinePause)
	}
}

func TestBreakerShareOfAWindow(t *testing.T) {
	for _, tt := range []struct {
		name    string
		calls   int
		good    func(call int) bool
		advance time.Duration
		want    bool
	}{
		{"three of four fail", 2 * quarantineCalls, func(i int) bool { return i%4 == 3 }, 0, true},
		{"one of three fails", 4 * quarantineCalls, func(i int) bool { return i%3 != 0 }, 0, false},
		{"all of too few fail", quarantineCalls - 1, func(int) bool { return false }, 0, false},
		{"spread over windows", 2 * quarantineCalls, func(int) bool { return false }, time.Second, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b, clock := newBreaker(1 << 30)
			var total uint64
			for i := range tt.calls {
				total++
				if tt.good(i) {
					continue // a success would end the quarantine
				}
				b.failed(func() uint64 { return total })
				clock.advance(tt.advance)
			}
			if got := b.quarantined(); got != tt.want {
				t.Errorf("in quarantine: %t, want %t", got, tt.want)
			}
		})
	}
}

func TestBreakerNever(t *testing.T) {
	b, _ := newBreaker(0)
	for range 1000 {
		if b.failed(none) != 0 || !b.allows() {
			t.Fatal("a breaker without a limit puts into quarantine")
		}
	}
}

// TestBreakerClockSetBack sets the clock back by a day during a quarantine, which
// does not last a day longer for it.
func TestBreakerClockSetBack(t *testing.T) {
	b, clock := newBreaker(1)
	clock.t = time.Now()
	pause := b.failed(none)
	clock.t = wallclock.SetBack(t, clock.t, 24*time.Hour)
	if b.allows() {
		t.Error("may run before the pause is over")
	}
	clock.advance(pause)
	if !b.allows() {
		t.Error("may not run after the pause")
	}
}

// TestBreakerLateFailures has calls fail that began before the quarantine: they do
// not make it longer.
func TestBreakerLateFailures(t *testing.T) {
	b, clock := newBreaker(2)
	b.failed(none)
	pause := b.failed(none)
	for range 10 {
		clock.advance(time.Millisecond)
		if late := b.failed(none); late != 0 {
			t.Errorf("a late failure: quarantine for %s more", late)
		}
	}
	clock.advance(pause)
	if !b.allows() {
		t.Fatal("may not run after the pause")
	}
	if again := b.failed(none); again != 2*pause {
		t.Errorf("the try has failed: quarantine for %s, want %s", again, 2*pause)
	}
	if late := b.failed(none); late != 0 {
		t.Errorf("a late failure of the second time: quarantine for %s more", late)
	}
}
