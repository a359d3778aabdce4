package runtime

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/spoa-lua/spoa-lua/luabind"
)

// Outcome is how a message ended, as a word for metrics and logs: OutcomeOK,
// or the luabind.Reason that the first of its handlers to fail failed for.
type Outcome string

// OutcomeOK is the outcome of a message whose handlers all did their work.
const OutcomeOK Outcome = "ok"

// outcomes are all there are; the first is OutcomeOK.
var outcomes = func() []Outcome {
	all := []Outcome{OutcomeOK}
	for _, r := range luabind.Reasons() {
		all = append(all, Outcome(r))
	}
	return all
}()

const (
	// numOutcomes is len(outcomes).
	numOutcomes = 8
	// indexOK is the place of OutcomeOK in outcomes.
	indexOK = 0
)

// buckets are the upper bounds of the duration histogram. A policy takes
// microseconds, HAProxy's usual timeouts are tens of milliseconds.
var buckets = [...]time.Duration{
	10 * time.Microsecond, 25 * time.Microsecond, 50 * time.Microsecond, 100 * time.Microsecond,
	250 * time.Microsecond, 500 * time.Microsecond, time.Millisecond, 2500 * time.Microsecond,
	5 * time.Millisecond, 10 * time.Millisecond, 25 * time.Millisecond, 50 * time.Millisecond,
	100 * time.Millisecond, 250 * time.Millisecond, time.Second,
}

// histogram counts messages by how long they took; its last place is that of those
// that took longer than all buckets.
type histogram [len(buckets) + 1]atomic.Uint64

func (h *histogram) add(took time.Duration) {
	i := 0
	for i < len(buckets) && took > buckets[i] {
		i++
	}
	h[i].Add(1)
}

func (h *histogram) total() uint64 {
	var n uint64
	for i := range h {
		n += h[i].Load()
	}
	return n
}

// messageStats counts what became of the messages of one name. It outlives
// the Generation.
type messageStats struct {
	// took are those that went well: so they need no counter of their own.
	took, failed histogram
	outcomes     [numOutcomes]atomic.Uint64 // of those that failed
	sum          atomic.Int64               // nanoseconds of all
}

// count notes the end of a message that came took ago.
func (s *messageStats) count(index int, took time.Duration) {
	s.sum.Add(int64(took))
	if index == indexOK {
		s.took.add(took)
		return
	}
	s.outcomes[index].Add(1)
	s.failed.add(took)
}

// outcome returns how many messages have ended so.
func (s *messageStats) outcome(index int) uint64 {
	if index == indexOK {
		return s.took.total()
	}
	return s.outcomes[index].Load()
}

// total returns how many messages have ended.
func (s *messageStats) total() uint64 {
	var n uint64
	for i := range s.outcomes {
		n += s.outcome(i)
	}
	return n
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
			n += s.outcomes[i].Load()
		}
	})
	return n
}

// countVMs returns how many VMs of all Generations are idle, and how many are not.
func (r *Runtime) countVMs() (idle, busy int) {
	if gen := r.live.Load(); gen != nil {
		idle = gen.pool.idleVMs()
	}
	closed := r.vms.closed.Load() // first, so that what is closed meanwhile does not count
	return idle, max(0, int(r.vms.created.Load()-closed)-idle)
}
