package runtime

import (
	"sync"
	"sync/atomic"
	"time"
)

// Outcome is how a message ended, as a word for metrics and logs.
type Outcome string

// The outcomes of a message.
const (
	// OutcomeOK: its handlers returned.
	OutcomeOK Outcome = "ok"
	// OutcomeError: a handler raised an error; its actions were dropped.
	OutcomeError Outcome = "error"
	// OutcomeTimeout: its time was over before its handlers returned.
	OutcomeTimeout Outcome = "timeout"
	// OutcomeOverload: all VMs were busy until its time was over.
	OutcomeOverload Outcome = "overload"
	// OutcomePanic: the agent itself failed; this is a bug worth reporting.
	OutcomePanic Outcome = "panic"
)

var outcomes = [...]Outcome{OutcomeOK, OutcomeError, OutcomeTimeout, OutcomeOverload, OutcomePanic}

// buckets are the upper bounds of the duration histogram. A policy takes
// microseconds, HAProxy's usual timeouts are tens of milliseconds.
var buckets = [...]time.Duration{
	10 * time.Microsecond, 25 * time.Microsecond, 50 * time.Microsecond, 100 * time.Microsecond,
	250 * time.Microsecond, 500 * time.Microsecond, time.Millisecond, 2500 * time.Microsecond,
	5 * time.Millisecond, 10 * time.Millisecond, 25 * time.Millisecond, 50 * time.Millisecond,
	100 * time.Millisecond, 250 * time.Millisecond, time.Second,
}

// messageStats counts what became of the messages of one name. It outlives
// the Generation.
type messageStats struct {
	outcomes [len(outcomes)]atomic.Uint64
	buckets  [len(buckets)]atomic.Uint64
	sum      atomic.Int64 // nanoseconds
}

// count notes the end of a message that came took ago.
func (s *messageStats) count(index int, took time.Duration) {
	s.outcomes[index].Add(1)
	s.sum.Add(int64(took))
	for i, limit := range buckets {
		if took <= limit {
			s.buckets[i].Add(1)
			return
		}
	}
}

// outcomeIndex returns the place of o in outcomes.
func outcomeIndex(o Outcome) int {
	for i, other := range outcomes {
		if other == o {
			return i
		}
	}
	return 0
}

// statsTable holds the messageStats of every name that a Generation has known.
type statsTable struct {
	mu     sync.Mutex
	byName map[string]*messageStats
}

func (t *statsTable) get(name string) *messageStats {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := t.byName[name]
	if s == nil {
		s = new(messageStats)
		if t.byName == nil {
			t.byName = make(map[string]*messageStats)
		}
		t.byName[name] = s
	}
	return s
}

func (t *statsTable) each(f func(name string, s *messageStats)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for name, s := range t.byName {
		f(name, s)
	}
}

// Failed returns how many messages have ended in another way than OutcomeOK.
func (r *Runtime) Failed() uint64 {
	var n uint64
	r.stats.each(func(_ string, s *messageStats) {
		for i := range s.outcomes {
			if i != indexOK {
				n += s.outcomes[i].Load()
			}
		}
	})
	return n
}
