package runtime

import (
	"sync"
	"sync/atomic"
	"time"
)

const (
	// quarantineShare of the calls in quarantineWindow must fail, of at least
	// quarantineCalls, for a handler to be put in quarantine.
	quarantineShare  = 0.5
	quarantineWindow = 10 * time.Second
	quarantineCalls  = 100
	// A handler in quarantine is tried again after quarantinePause; each time
	// that it fails then doubles the pause, up to quarantineMax.
	quarantinePause = 5 * time.Second
	quarantineMax   = time.Minute
)

// breaker keeps a handler that fails too often from running. A handler that
// works costs it two loads a call.
type breaker struct {
	limit int32 // failures in a row; 0 means never

	inRow atomic.Int32
	until atomic.Pointer[time.Time] // of the next try, nil when not in quarantine
	tried atomic.Bool               // a call was let through since until was set

	mu       sync.Mutex
	pause    time.Duration
	window   time.Time
	failures int
	calls    uint64 // of the message when the window began
	now      func() time.Time
}

func (b *breaker) clock() time.Time {
	if b.now != nil {
		return b.now()
	}
	return time.Now()
}

// allows reports whether the handler may run. In quarantine it lets one call
// through after each pause.
func (b *breaker) allows() bool {
	until := b.until.Load()
	if until == nil {
		return true
	}
	now := b.clock()
	if now.Before(*until) {
		return false
	}
	next := now.Add(quarantinePause)
	if !b.until.CompareAndSwap(until, &next) {
		return false
	}
	b.tried.Store(true)
	return true
}

// quarantined reports whether the handler is in quarantine.
func (b *breaker) quarantined() bool { return b.until.Load() != nil }

// succeeded notes a call that did its work; restored is true when it ended a
// quarantine.
func (b *breaker) succeeded() (restored bool) {
	if b.inRow.Load() == 0 && b.until.Load() == nil {
		return false
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.inRow.Store(0)
	restored = b.until.Swap(nil) != nil
	if restored {
		b.pause, b.failures = 0, 0
	}
	return restored
}

// failed notes a failure. It returns for how long the handler goes into
// quarantine, 0 when it does not. total returns how many messages of the
// handler's name have ended.
func (b *breaker) failed(total func() uint64) time.Duration {
	if b.limit == 0 {
		return 0
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.clock()
	if b.window.IsZero() || now.Sub(b.window) > quarantineWindow {
		b.window, b.failures, b.calls = now, 0, total()
	}
	b.failures++
	inRow := b.inRow.Add(1)
	until := b.until.Load()
	switch {
	case until != nil && !b.tried.Load():
		return 0 // a call from before the quarantine
	case until == nil && inRow < b.limit && !b.shareReached(total()):
		return 0
	}
	b.pause = min(max(2*b.pause, quarantinePause), quarantineMax)
	next := now.Add(b.pause)
	b.until.Store(&next)
	b.tried.Store(false)
	return b.pause
}

func (b *breaker) shareReached(total uint64) bool {
	calls := max(total-b.calls, uint64(b.failures))
	return calls >= quarantineCalls && float64(b.failures) > quarantineShare*float64(calls)
}
