package luabind

import (
	"sync/atomic"
	"time"
)

// Stretch tells how long a task has run, its waits not counted. Any goroutine may
// ask; the zero value has not run.
type Stretch struct {
	since atomic.Int64 // when it last went on, on stretchClock; 0 while it waits
	total atomic.Int64 // nanoseconds of the stretches before
}

// stretchEpoch is where the clock of Stretch begins.
var stretchEpoch = time.Now()

func stretchClock() int64 { return int64(time.Since(stretchEpoch)) + 1 }

// Took returns how long the task has run since it last waited, 0 while it waits,
// and how long it has run in all.
func (s *Stretch) Took() (now, all time.Duration) {
	if since := s.since.Load(); since != 0 {
		now = time.Duration(stretchClock() - since)
	}
	return now, now + time.Duration(s.total.Load())
}

func (s *Stretch) begin() { s.since.Store(stretchClock()) }

func (s *Stretch) end() { s.total.Add(stretchClock() - s.since.Swap(0)) }
