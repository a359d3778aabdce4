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
}

func (d *deadline) init() {
	d.over = make(chan struct{})
	close(d.over)
	d.stop = &d.never
}

// follow makes d end when stop is set. Nil means never.
func (d *deadline) follow(stop *atomic.Bool) {
	if stop == nil {
		stop = &d.never
	}
	d.stop = stop
}

// Done returns nil until the flag is set, and a closed channel then.
func (d *deadline) Done() <-chan struct{} {
	if d.stop.Load() {
		return d.over
	}
	return nil
}

// Err returns ErrStopped when the flag is set.
func (d *deadline) Err() error {
	if d.stop.Load() {
		return ErrStopped
	}
	return nil
}

// Deadline tells none: the flag is set by somebody's clock, not by d's.
func (d *deadline) Deadline() (time.Time, bool) { return time.Time{}, false }

// Value returns nil.
func (d *deadline) Value(any) any { return nil }
