package runtime

import (
	"context"
	goruntime "runtime"
	"runtime/metrics"
	"time"
)

const (
	// guardEvery is how often the memory guard looks.
	guardEvery = 10 * time.Millisecond
	// guardGrace is how long something may run before the guard stops it.
	guardGrace = 2 * time.Millisecond
	// guardWait is how many looks the guard waits for what was stopped to give its
	// memory back before it stops something else.
	guardWait = 10
	// guardVain is how many looks in a row must find too much on the heap, garbage
	// collected, for the guard to stop a task that waits.
	guardVain = 100
)

// Guard stops what has run the longest when the heap passes limit bytes, until ctx
// ends: messages are answered for the reason "memory", requests to services with a
// 503, and tasks end. It collects garbage before it blames anybody. A task's waits
// do not count; when stopping others does not help for long, the task that has run
// the most in all is stopped although it waits.
func (r *Runtime) Guard(ctx context.Context, limit uint64) {
	g := guard{r: r, limit: limit}
	tick := time.NewTicker(guardEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			g.look()
		}
	}
}

// guard is what Guard remembers.
type guard struct {
	r      *Runtime
	limit  uint64
	waited int // looks since something was stopped
	vain   int // looks in a row that found too much
}

func (g *guard) look() {
	if heapBytes() <= g.limit {
		g.waited, g.vain = 0, 0
		return
	}
	if g.waited < guardWait && g.r.stopping() {
		g.waited++
		return
	}
	g.waited = 0
	goruntime.GC()
	heap := heapBytes()
	if heap <= g.limit {
		g.vain = 0
		return
	}
	if s := g.next(); s.stop != nil {
		s.stop()
		g.r.logStopped(s, heap, g.limit)
	}
}

// next returns what is to be stopped now, if anything is.
func (g *guard) next() suspect {
	if g.vain++; g.vain >= guardVain {
		g.vain = 0
		if s := g.r.busiestTask(); s.stop != nil {
			return s
		}
	}
	if s := g.r.longest(); s.took >= guardGrace {
		return s
	}
	return suspect{}
}

// heapBytes returns what the objects on the heap take, dead ones included that
// have not been swept.
func heapBytes() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// suspect is something that runs; the zero value is nothing.
type suspect struct {
	kind, name string
	took       time.Duration
	stop       func()
}

// stopping reports whether something that was stopped has not returned yet.
func (r *Runtime) stopping() bool {
	found := false
	r.workers.each(func(w *worker) { found = found || w.stopping() })
	r.tasks.running.each(func(j *job) { found = found || j.stopped.Load() })
	return found
}

// longest returns what has run the longest.
func (r *Runtime) longest() (s suspect) {
	r.workers.each(func(w *worker) {
		if other := w.suspect(); other.took > s.took {
			s = other
		}
	})
	r.tasks.running.each(func(j *job) {
		if now, _ := j.ran.Took(); now > s.took && !j.stopped.Load() {
			s = suspect{"task", j.name, now, j.stop}
		}
	})
	return s
}

// busiestTask returns the task that has run the most in all.
func (r *Runtime) busiestTask() (s suspect) {
	r.tasks.running.each(func(j *job) {
		if _, all := j.ran.Took(); all > s.took && !j.stopped.Load() {
			s = suspect{"task", j.name, all, j.stop}
		}
	})
	return s
}

func (r *Runtime) logStopped(s suspect, heap, limit uint64) {
	if n, ok := r.throttle.allow("memory " + s.kind); ok {
		r.cfg.Log.Error("memory is running out: what has run the longest was stopped", "kind", s.kind, "name", s.name,
			"heap", heap, "limit", limit, "took", s.took, "suppressed", n)
	}
}
