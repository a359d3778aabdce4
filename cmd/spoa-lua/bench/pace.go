package bench

import "time"

// pace sends the NOTIFYs of an open loop when they are due. A connection whose
// slots are all in use sends when one is free; its NOTIFYs are late by then,
// and their latency tells so.
func (r *run) pace() {
	w := newWaker()
	defer w.close()
	step := 1e9 / r.cfg.Rate
	for done := uint64(0); !r.stopped.Load(); {
		now := r.now()
		due := uint64(float64(now)/step) + 1
		for range min(due-done, uint64(len(r.sessions))) {
			s := r.sessions[done%uint64(len(r.sessions))]
			done++
			// A session that cannot be had is about to send by itself.
			if s.mu.TryLock() {
				_ = s.sendLocked(now) // its reader sees the error too
				s.mu.Unlock()
			}
		}
		done = due
		w.sleep(min(time.Duration(float64(due)*step)-time.Duration(r.now()), 100*time.Millisecond))
	}
}
