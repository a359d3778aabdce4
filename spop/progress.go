package spop

import "sync"

// progress is how far a handler has come: what it has set up to its newest
// Commit belongs to the answer whatever becomes of the rest.
type progress struct {
	mu      sync.Mutex
	payload []byte // borrowed from the Ack; never written to again
	actions int
	step    int
	plan    any
}

// Commit says that what the Ack holds now belongs to the answer, however the
// handler ends, and remembers step and plan for Fallback. A handler that does
// several independent things calls it between them: a failure or a timeout of one
// then loses nothing of the others. step counts from 1, and plan is what it counts
// in, such as a list of things to do; it is kept until the exchange has ended.
func (x *Exchange) Commit(step int, plan any) {
	p := &x.progress
	p.mu.Lock()
	p.payload, p.actions, p.step, p.plan = x.ack.buf[x.ack.body:len(x.ack.buf):len(x.ack.buf)], x.ack.actions, step, plan
	p.mu.Unlock()
}

// Step returns what the newest Commit remembered, or 0 and nil. Fallback starts
// there.
func (x *Exchange) Step() (step int, plan any) {
	x.progress.mu.Lock()
	defer x.progress.mu.Unlock()
	return x.progress.step, x.progress.plan
}

// resetProgress forgets the Commits of an exchange that has ended.
func (x *Exchange) resetProgress() {
	if x.progress.step != 0 {
		x.progress.payload, x.progress.actions, x.progress.step, x.progress.plan = nil, 0, 0, nil
	}
}

// restore makes ack hold what was committed, and nothing else.
func (x *Exchange) restore(ack *Ack) {
	p := &x.progress
	p.mu.Lock()
	defer p.mu.Unlock()
	ack.buf = append(ack.buf[:ack.body], p.payload...)
	ack.actions = p.actions
}

// abandonment asks for one exchange to be answered without its handler.
type abandonment struct {
	serial uint64
	cause  error
}

// Serial numbers the exchanges of a connection; with it, Abandon means one of
// them although the Exchange is used again. It may be called by any goroutine.
func (x *Exchange) Serial() uint64 { return x.word.Load() >> stateBits }

// Abandon has the exchange of that serial number answered without its handler,
// as if its time were over, with cause given to Fallback. It does nothing when
// that exchange has been answered. It may be called by any goroutine; the
// answer leaves a moment later.
func (x *Exchange) Abandon(serial uint64, cause error) {
	x.abandoned.Store(&abandonment{serial, cause})
}

// given tells why the exchange in the state of word must be answered without
// its handler at the time now; nil means that it need not.
func (x *Exchange) given(word uint64, now int64) error {
	if a := x.abandoned.Load(); a != nil && a.serial == word>>stateBits {
		return a.cause
	}
	if at := x.deadline(); at != 0 && now >= at {
		return ErrTimeout
	}
	return nil
}
