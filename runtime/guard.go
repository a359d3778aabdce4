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
	// guardWait is how many looks the guard waits for a handler that was stopped
	// to give its memory back before it stops another.
	guardWait = 10
)

// Guard stops the handlers that have run the longest when the heap passes
// limit bytes, until ctx ends: their messages are answered for the reason
// "memory". It collects garbage before it blames anybody.
func (r *Runtime) Guard(ctx context.Context, limit uint64) {
	tick := time.NewTicker(guardEvery)
	defer tick.Stop()
	waited := 0
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if heapBytes() <= limit {
			waited = 0
			continue
		}
		if r.stopping() && waited < guardWait {
			waited++
			continue
		}
		waited = 0
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

// stopping reports whether a handler that was stopped has not returned yet.
func (r *Runtime) stopping() bool {
	found := false
	r.live.Load().pool.each(func(w *worker) {
		if x := w.x.Load(); x != nil && x.Stopped().Load() {
			found = true
		}
	})
	return found
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
