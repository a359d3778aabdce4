package runtime

import (
	"sync"
	"sync/atomic"
	"time"
)

const (
	// throttlePause is how long a log line is held back after the same one.
	throttlePause = time.Second
	// throttleKeys bounds how many different lines are remembered.
	throttleKeys = 1000
)

// throttle keeps a log line that repeats itself from flooding the log. Its
// zero value is ready.
type throttle struct {
	mu    sync.Mutex
	lines map[string]*throttled
}

type throttled struct {
	last       time.Time
	suppressed int
}

// allow reports whether the line of that key may be logged now, and how many
// were held back since the last one.
func (t *throttle) allow(key string) (suppressed int, ok bool) {
	now := time.Now()
	t.mu.Lock()
	defer t.mu.Unlock()
	line := t.lines[key]
	switch {
	case line == nil:
		if t.lines == nil || len(t.lines) >= throttleKeys {
			t.lines = make(map[string]*throttled)
		}
		t.lines[key] = &throttled{last: now}
		return 0, true
	case now.Sub(line.last) < throttlePause:
		line.suppressed++
		return 0, false
	}
	suppressed = line.suppressed
	*line = throttled{last: now}
	return suppressed, true
}

// onceNames remembers names that a warning was given for. Its zero value is
// ready.
type onceNames struct {
	count atomic.Uint64
	mu    sync.Mutex
	seen  map[string]struct{}
}

// first reports whether name is new. Beyond a number of names, which a peer
// that makes them up would reach, none is.
func (o *onceNames) first(name []byte) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if _, ok := o.seen[string(name)]; ok || len(o.seen) >= throttleKeys {
		return false
	}
	if o.seen == nil {
		o.seen = make(map[string]struct{})
	}
	o.seen[string(name)] = struct{}{}
	return true
}
