package luabind

import (
	"sync/atomic"
	"time"
)

// deadline is the context.Context of a VM. The interpreter asks Done before
// each instruction, so that a select on the nil channel of a running script
// is what it may cost: no timer, no lock, no allocation for an exchange.
type deadline struct {
	stop  *atomic.Bool  // never nil
	over  chan struct{} // closed from the start
	never atomic.Bool   // the flag of those who have none

	// exchange is looked at now and then, so that the next messages of its
	// connection do not wait for a script that goes on and on; nil means none.
	exchange looker
	left     int // calls of Done until then
}

// looker is what a deadline wants of a spop.Exchange.
type looker interface{ Look() }

// pauses is a function in the place of an exchange.
type pauses func()

// Look calls it.
func (f pauses) Look() { f() }

// lookEvery is how many calls of Done there are between two looks at the
// exchange, which read the clock. The interpreter asks in each round of a loop
// and at each call, so that this is some 10 to 30 us of a script.
const lookEvery = 256

func (d *deadline) init() {
	d.over = make(chan struct{})
	close(d.over)
	d.stop = &d.never
}

// follow makes d end when stop is set, and look at no exchange. Nil means never.
func (d *deadline) follow(stop *atomic.Bool) {
	if stop == nil {
		stop = &d.never
	}
	d.stop = stop
	d.exchange, d.left = nil, 0
}

// watch has d look at x from now on.
func (d *deadline) watch(x looker) { d.exchange, d.left = x, lookEvery }

// Done returns nil until the flag is set, and a closed channel then.
func (d *deadline) Done() <-chan struct{} {
	if d.stop.Load() {
		return d.over
	}
	if d.left--; d.left == 0 {
		d.look()
	}
	return nil
}

// look lets the server see how long the exchange has run.
func (d *deadline) look() {
	d.exchange.Look()
	d.left = lookEvery
}

// lookErr is how many calls of Done one of Err counts for: library functions
// that go on for long, such as a match, ask Err some ten microseconds apart.
const lookErr = lookEvery / 4

// Err returns ErrStopped when the flag is set.
func (d *deadline) Err() error {
	if d.stop.Load() {
		return ErrStopped
	}
	if d.exchange == nil {
		return nil
	}
	if d.left -= lookErr; d.left <= 0 {
		d.look()
	}
	return nil
}

// Deadline tells none: the flag is set by somebody's clock, not by d's.
func (d *deadline) Deadline() (time.Time, bool) { return time.Time{}, false }

// Value returns nil.
func (d *deadline) Value(any) any { return nil }
