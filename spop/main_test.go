package spop_test

import (
	"errors"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/spoa-lua/spoa-lua/spop"
	"github.com/spoa-lua/spoa-lua/spop/spoptest"
)

// TestMain holds all tests to leaving no goroutine behind.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// id returns the ids of HAProxy 3.x's n-th NOTIFY on a connection, from 1.
func id(n int) spoptest.ID { return spoptest.ID{Stream: uint64(2*n - 1), Frame: 1} }

// say returns a message without arguments.
func say(name string) spop.Message { return spop.NewMessage(name) }

// firstName returns the name of the first message of x.
func firstName(x *spop.Exchange) string {
	n := x.Notify()
	var m spop.Message
	n.Next(&m)
	return string(m.Name)
}

// setName is a handler that sets txn.name to the name of each message.
func setName(x *spop.Exchange) error {
	n := x.Notify()
	var m spop.Message
	for n.Next(&m) {
		if err := x.Ack().SetVar(spop.ScopeTransaction, "name", spop.String(string(m.Name))); err != nil {
			return err
		}
	}
	return n.Err()
}

// named is what setName answers, as text.
func named(name string) string { return "set-var txn.name str:" + name }

// texts returns actions as text.
func texts(actions []spop.Action) []string {
	var out []string
	for _, a := range actions {
		out = append(out, a.String())
	}
	return out
}

// handlerWithFallback is a Handler that is a Fallback too.
type handlerWithFallback struct {
	spop.HandlerFunc
	fallback func(x *spop.Exchange, cause error, ack *spop.Ack)
}

func (h handlerWithFallback) Fallback(x *spop.Exchange, cause error, ack *spop.Ack) {
	h.fallback(x, cause, ack)
}

// causeFallback sets txn.error to a word for the cause.
func causeFallback(_ *spop.Exchange, cause error, ack *spop.Ack) {
	word := "error"
	var panicked *spop.PanicError
	switch {
	case errors.As(cause, &panicked):
		word = "panic"
	case errors.Is(cause, spop.ErrTimeout):
		word = "timeout"
	}
	_ = ack.SetVar(spop.ScopeTransaction, "error", spop.String(word))
}

// ending is a call of Trace.ConnClosed.
type ending struct {
	info  spop.ConnInfo
	cause spop.CloseCause
	err   error
}

// observed is what a Trace has seen.
type observed struct {
	endings   chan ending
	accepts   chan error
	malformed chan error
	handed    atomic.Int64
	timedOut  atomic.Int64
	panicked  atomic.Int64
	skipped   atomic.Int64
	tooBig    atomic.Int64
	refused   atomic.Int64
	opened    atomic.Int64
	ready     atomic.Int64
}

// observe returns a Trace that writes down what happens.
func observe() (*observed, *spop.Trace) {
	o := &observed{endings: make(chan ending, 1000), accepts: make(chan error, 1000), malformed: make(chan error, 1000)}
	return o, &spop.Trace{
		ConnOpened:  func(net.Addr) { o.opened.Add(1) },
		ConnReady:   func(spop.ConnInfo) { o.ready.Add(1) },
		ConnClosed:  func(i spop.ConnInfo, c spop.CloseCause, err error) { o.endings <- ending{i, c, err} },
		Refused:     func(net.Addr, int) { o.refused.Add(1) },
		AcceptError: func(err error, _ time.Duration) { o.accepts <- err },
		Malformed:   func(_ spop.ConnInfo, err error) { o.malformed <- err },
		TooBig:      func(spop.ConnInfo, int, int) { o.tooBig.Add(1) },
		Skipped:     func(spop.ConnInfo, spop.FrameType) { o.skipped.Add(1) },
		HandedOver:  func() { o.handed.Add(1) },
		Panicked:    func(*spop.PanicError) { o.panicked.Add(1) },
		TimedOut:    func() { o.timedOut.Add(1) },
	}
}

// guard is how long a test waits for what must happen soon.
const guard = time.Minute

// receive returns what comes out of ch.
func receive[T any](t testing.TB, ch <-chan T, what string) T {
	t.Helper()
	timer := time.NewTimer(guard)
	defer timer.Stop()
	select {
	case v := <-ch:
		return v
	case <-timer.C:
		t.Fatalf("waited %v for %s", guard, what)
		panic("unreachable")
	}
}

func (o *observed) wantCause(t testing.TB, want spop.CloseCause) {
	t.Helper()
	if got := receive(t, o.endings, "ConnClosed"); got.cause != want {
		t.Fatalf("connection ended by %q (%v), want %q", got.cause, got.err, want)
	}
}
