package runtime

import (
	"sync"
	"time"
)

// workers are the VMs that answer messages and requests, those included of a
// Generation that is retired and has work left.
type workers struct {
	mu  sync.Mutex
	all map[*worker]struct{}
}

func (s *workers) add(w *worker) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all == nil {
		s.all = make(map[*worker]struct{})
	}
	s.all[w] = struct{}{}
}

func (s *workers) remove(w *worker) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.all, w)
}

// each calls f for every VM, idle or not.
func (s *workers) each(f func(w *worker)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for w := range s.all {
		f(w)
	}
}

// stopping reports whether w was stopped and has not returned yet.
func (w *worker) stopping() bool {
	if x := w.x.Load(); x != nil && x.Stopped().Load() {
		return true
	}
	j := w.serving.Load()
	return j != nil && j.stopped.Load()
}

// suspect is what w does, unless it does nothing or was stopped.
func (w *worker) suspect() suspect {
	if j := w.serving.Load(); j != nil && !j.stopped.Load() {
		return suspect{"service", j.name, time.Since(j.began), j.stop}
	}
	x := w.x.Load()
	if x == nil {
		return suspect{}
	}
	serial, took := x.Serial(), x.Age()
	if x.Stopped().Load() || x.Serial() != serial {
		return suspect{}
	}
	name := ""
	if m := w.at.Load(); m != nil {
		name = m.name
	}
	return suspect{"message", name, took, func() { x.Abandon(serial, errMemory) }}
}
