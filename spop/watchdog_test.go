package spop

import (
	"runtime"
	"slices"
	"testing"
	"time"
)

// The watchdog hands over when an exchange has run for HandOverAfter; looks
// that come late, since the process has no processor, count in part.
func TestWatchdogCountsWhatHasRun(t *testing.T) {
	onTime, late := 1100*time.Microsecond, 20*time.Millisecond
	for _, tt := range []struct {
		name  string
		looks []time.Duration // after the first one
		want  uint64
	}{
		{"seen once", nil, stateRunning},
		{"half of it", []time.Duration{100 * time.Microsecond}, stateRunning},
		{"twice the half", []time.Duration{100 * time.Microsecond, 100 * time.Microsecond}, stateDetached},
		{"a timer's lateness", []time.Duration{onTime}, stateDetached},
		{"starved", slices.Repeat([]time.Duration{late}, starvedLooks-1), stateRunning},
		{"slow and starved", slices.Repeat([]time.Duration{late}, starvedLooks+1), stateDetached},
		{"starved, then slow", []time.Duration{late, onTime}, stateDetached},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := newPair(t, "tcp", "127.0.0.1:0")
			p.rd.take()
			c, x := p.rd.c, &p.rd.x
			w := c.srv.watch
			defer c.srv.Close()
			word := x.begin(Header{StreamID: 1, FrameID: 1}, nil, nil)
			now := c.srv.now()
			w.lookAt(c, now, w.mostOf(onTime, 1))
			for _, pause := range tt.looks {
				now += int64(pause)
				w.lookAt(c, now, w.mostOf(pause, 1))
			}
			if got := x.word.Load() & stateMask; got != tt.want {
				t.Errorf("state %d, want %d", got, tt.want)
			}
			x.move(word, stateIdle)
			c.finishSlow(x, word)
		})
	}
}

// Another exchange begins to count anew, and one whose time is over is
// answered however late the look is.
func TestWatchdogTellsExchangesApart(t *testing.T) {
	p := newPair(t, "tcp", "127.0.0.1:0")
	p.rd.take()
	c, x := p.rd.c, &p.rd.x
	w := c.srv.watch
	defer c.srv.Close()
	now := c.srv.now()
	for id := range uint64(20) {
		word := x.begin(Header{StreamID: id + 1, FrameID: 1}, nil, nil)
		w.lookAt(c, now, w.mostOf(0, 1))
		if !x.move(word, stateIdle) {
			t.Fatalf("exchange %d was handed over at first sight", id)
		}
		now += int64(time.Millisecond)
	}
	word := x.begin(Header{StreamID: 99, FrameID: 1}, nil, nil)
	x.arrival.Store(now)
	x.SetTimeout(30 * time.Millisecond)
	w.lookAt(c, now, w.mostOf(0, 1))
	w.lookAt(c, now+int64(time.Second), w.mostOf(time.Second, 1))
	if got := x.word.Load() & stateMask; got != stateAnswered {
		t.Errorf("state %d, want %d", got, stateAnswered)
	}
	c.finishSlow(x, word)
}

// With more exchanges running than there are processors, some of them wait.
func TestWatchdogCountsProcessors(t *testing.T) {
	p := newPair(t, "tcp", "127.0.0.1:0")
	w, c := p.rd.c.srv.watch, p.rd.c
	if got := running([]*conn{c, c}); got != 0 {
		t.Errorf("%d run, want 0", got)
	}
	word := p.rd.x.begin(Header{StreamID: 1, FrameID: 1}, nil, nil)
	if got := running([]*conn{c, c}); got != 2 {
		t.Errorf("%d run, want 2", got)
	}
	p.rd.x.move(word, stateIdle)
	limit := int64(w.srv.cfg.HandOverAfter)
	procs := runtime.GOMAXPROCS(0)
	if got := w.mostOf(0, procs); got != limit {
		t.Errorf("%d running: a look counts %d, want %d", procs, got, limit)
	}
	if got := w.mostOf(0, procs+1); got*starvedLooks != limit {
		t.Errorf("%d running: a look counts %d, want a %dth of %d", procs+1, got, starvedLooks, limit)
	}
}
