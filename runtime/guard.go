package runtime

import (
	"context"
	goruntime "runtime"
	"runtime/metrics"
	"time"

	"github.com/spoa-lua/spoa-lua/spop"
)

const (
	// guardEvery is how often the memory guard looks.
	guardEvery = 10 * time.Millisecond
	// guardGrace is how long a handler may run before the guard stops it.
	guardGrace = 2 * time.Millisecond
)

// Guard stops the handlers that have run the longest when the heap passes
// limit bytes, until ctx ends: their messages are answered for the reason
// "memory". It collects garbage before it blames anybody.
func (r *Runtime) Guard(ctx context.Context, limit uint64) {
	tick := time.NewTicker(guardEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if heapBytes() <= limit {
			continue
		}
		goruntime.GC()
		if heap := heapBytes(); heap > limit {
			r.relieve(heap, limit)
		}
	}
}

// heapBytes returns what the objects on the heap take, dead ones included that
// have not been swept.
func heapBytes() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// relieve abandons the exchange that has run the longest.
func (r *Runtime) relieve(heap, limit uint64) {
	var oldest *spop.Exchange
	var serial uint64
	var age time.Duration
	r.live.Load().pool.each(func(w *worker) {
		x := w.x.Load()
		if x == nil {
			return
		}
		n, a := x.Serial(), x.Age()
		if a > age && x.Serial() == n && !x.Stopped().Load() {
			oldest, serial, age = x, n, a
		}
	})
	if oldest == nil || age < guardGrace {
		return
	}
	oldest.Abandon(serial, errMemory)
	if n, ok := r.throttle.allow("memory"); ok {
		r.cfg.Log.Error("memory is running out: the longest-running message was stopped",
			"heap", heap, "limit", limit, "took", age, "suppressed", n)
	}
}
