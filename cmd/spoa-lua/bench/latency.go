package bench

import (
	"sync"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// Latencies are kept in nanoseconds with three digits, from 100 ns to 100 s.
const (
	lowest  = 100
	highest = 100_000_000_000
	digits  = 3
)

// shards is how many histograms the connections share: each takes 250 kB.
const shards = 8

// latencies gathers the latencies of all connections.
type latencies [shards]struct {
	mu sync.Mutex
	h  *hdrhistogram.Histogram
}

func newLatencies() *latencies {
	l := new(latencies)
	for i := range l {
		l[i].h = hdrhistogram.New(lowest, highest, digits)
	}
	return l
}

// record notes some latencies of the connection at index.
func (l *latencies) record(index int, values []int64) {
	if len(values) == 0 {
		return
	}
	s := &l[index%shards]
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, v := range values {
		_ = s.h.RecordValue(min(max(v, lowest), highest)) // it is in range
	}
}

// merged returns one histogram of all. Nothing is recorded any more.
func (l *latencies) merged() *hdrhistogram.Histogram {
	all := hdrhistogram.New(lowest, highest, digits)
	for i := range l {
		all.Merge(l[i].h)
	}
	return all
}
