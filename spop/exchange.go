package spop

import (
	"sync/atomic"
	"time"
)

// The states of an exchange. One compare-and-swap away from stateRunning or
// stateDetached decides who sends its only ACK.
const (
	// stateIdle: no handler runs.
	stateIdle = iota
	// stateRunning: the goroutine that reads the connection runs the handler.
	stateRunning
	// stateDetached: the handler runs on, another goroutine reads.
	stateDetached
	// stateAnswered: the handler runs on, its answer has been given for it.
	stateAnswered

	stateBits = 2
	stateMask = 1<<stateBits - 1
)

// Exchange is one NOTIFY and the ACK that answers it. A Handler gets it for
// the time of one call: everything that comes from it, the values of arguments
// above all, is borrowed and must not be used after HandleNotify has returned.
type Exchange struct {
	// word is the exchange's number in the upper bits and its state in the
	// lower ones, so that a watcher can tell this exchange from the next.
	word atomic.Uint64
	// stop is set when the exchange has been answered in place of the handler.
	stop atomic.Bool
	// interrupt is what OnStop was given.
	interrupt atomic.Pointer[func()]
	// budget is what SetTimeout set, 0 when it was not called.
	budget atomic.Int64
	// abandoned is what Abandon asked for, perhaps for an earlier exchange.
	abandoned atomic.Pointer[abandonment]
	progress  progress
	ran       ran // for Look

	c       *conn
	reader  *reader
	payload []byte
	header  Header
	arrival atomic.Int64 // when its frame was read, on the server's clock
	ack     Ack
}

// Notify returns a cursor over the messages.
func (x *Exchange) Notify() Notify { return Notify{rest: x.payload} }

// StreamID returns HAProxy's id of the stream; with FrameID it is unique on
// the connection, and nowhere else.
func (x *Exchange) StreamID() uint64 { return x.header.StreamID }

// FrameID returns HAProxy's id of the NOTIFY within its stream.
func (x *Exchange) FrameID() uint64 { return x.header.FrameID }

// Ack returns the answer under construction. Only the goroutine that
// HandleNotify was called on may use it.
func (x *Exchange) Ack() *Ack { return &x.ack }

// Conn tells about the connection that the exchange came on.
func (x *Exchange) Conn() ConnInfo { return x.c.info }

// Server returns the server that the exchange came to.
func (x *Exchange) Server() *Server { return x.c.srv }

// Stopped returns a flag that turns true when the exchange's time is over: its
// answer has been given, and what the handler still does is lost. The flag may
// be read by any goroutine and stays readable after the exchange.
func (x *Exchange) Stopped() *atomic.Bool { return &x.stop }

// OnStop has f called when Stopped turns true, so that a handler need not look
// at the flag while it waits. f runs on a goroutine of the server and must not
// wait; it may be called more than once, and a moment after it was replaced. Nil
// takes it back, which a handler must do before it returns.
func (x *Exchange) OnStop(f func()) {
	if f == nil {
		x.interrupt.Store(nil)
		return
	}
	x.interrupt.Store(&f)
	if x.stop.Load() {
		f()
	}
}

// halt tells the handler that its answer has been given.
func (x *Exchange) halt() {
	x.stop.Store(true)
	if f := x.interrupt.Load(); f != nil {
		(*f)()
	}
}

// Malformed reports through Trace.Malformed that the payload does not parse to
// its end. A Handler calls it with Notify.Err when it has handled the messages
// in front of the fault; the connection goes on.
func (x *Exchange) Malformed(err error) {
	if f := x.c.srv.cfg.Trace.Malformed; f != nil {
		f(x.c.info, err)
	}
}

// Deadline returns when the exchange's time is over. ok is false when it has
// no limit.
func (x *Exchange) Deadline() (t time.Time, ok bool) {
	at := x.deadline()
	if at == 0 {
		return time.Time{}, false
	}
	return x.c.srv.epoch.Add(time.Duration(at)), true
}

// Age returns how long ago the exchange's frame arrived. It reads the clock.
func (x *Exchange) Age() time.Duration { return time.Duration(x.c.srv.now() - x.arrival.Load()) }

// SetTimeout gives the exchange another limit than Config.Timeout, counted
// like that one from the arrival of its frame; 0 means Config.Timeout again.
func (x *Exchange) SetTimeout(d time.Duration) { x.budget.Store(int64(d)) }

// deadline returns when the time is over on the server's clock, or 0.
func (x *Exchange) deadline() int64 {
	if b := x.budget.Load(); b != 0 {
		return x.arrival.Load() + b
	}
	if t := x.c.srv.cfg.Timeout; t > 0 {
		return x.arrival.Load() + int64(t)
	}
	return 0
}

// HandOver lets another goroutine read the connection on, so that the next
// messages do not wait for this one. A handler calls it before it blocks; for
// one that is only slow the Server does so. It must be called on the goroutine
// of HandleNotify; a second call does nothing.
func (x *Exchange) HandOver() {
	w := x.word.Load()
	if w&stateMask == stateRunning {
		x.c.handOver(x.reader, w)
	}
}

// begin makes x the exchange of a NOTIFY. Replies that wait to be written are
// in out; the ACK goes behind them.
func (x *Exchange) begin(h Header, payload, out []byte) (word uint64) {
	x.header, x.payload = h, payload
	x.ack.begin(out, h, int(x.c.max))
	x.resetProgress()
	if x.budget.Load() != 0 {
		x.budget.Store(0)
	}
	word = (x.word.Load()>>stateBits+1)<<stateBits | stateRunning
	x.word.Store(word)
	return word
}

// move changes the state from that in word to the one given, unless somebody
// else has done so.
func (x *Exchange) move(word uint64, state uint64) bool {
	return x.word.CompareAndSwap(word, word&^stateMask|state)
}
