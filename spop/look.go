package spop

import "runtime"

// ran is how long an exchange has been seen running.
type ran struct {
	word uint64 // the exchange, in the state running
	last int64  // the look before, on the server's clock
	time int64
}

// looksAtLeast is how many looks after the first one it takes for an exchange to
// be slow: each counts at most its part of the limit. When one comes later than
// that, the handler has not run in between: for want of a processor the whole
// agent is slow, and another goroutine would not read sooner.
const looksAtLeast = 4

// Look hands the reader role over when the exchange has run for half of
// Config.HandOverAfter. A handler that computes for long calls it now and then,
// ten times in that time or so, on the goroutine of HandleNotify. The watchdog
// does the same for every handler, but later: its timer wakes a processor, and
// it must see an exchange twice. The time counts from the first call.
func (x *Exchange) Look() {
	w := x.word.Load()
	if w&stateMask != stateRunning {
		return
	}
	limit := int64(x.c.srv.cfg.HandOverAfter) / 2
	if x.ran.look(w, x.c.srv.now(), limit/looksAtLeast) < limit || !x.c.handOver(x.reader, w) {
		return
	}
	// The reader goes on at once on this processor; it is the slow handler that
	// waits until another one has woken up.
	runtime.Gosched()
}

// look counts the time since the look before, at most most, and returns how
// much that is by now. It begins anew with another exchange.
func (r *ran) look(word uint64, now, most int64) int64 {
	if r.word != word {
		*r = ran{word: word, last: now}
		return 0
	}
	r.time += min(now-r.last, max(most, 1))
	r.last = now
	return r.time
}
