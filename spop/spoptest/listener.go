package spoptest

import (
	"net"
	"sync"
)

// Listener is a net.Listener in memory.
type Listener struct {
	queue chan acceptResult
	done  chan struct{}
	close sync.Once
}

type acceptResult struct {
	nc  net.Conn
	err error
}

// NewListener returns a Listener.
func NewListener() *Listener {
	return &Listener{queue: make(chan acceptResult), done: make(chan struct{})}
}

// Dial returns the near end of a new connection whose far end Accept returns.
func (l *Listener) Dial() (*PipeConn, error) {
	near, far := Pipe()
	return near, l.Offer(far)
}

// Offer has Accept return nc: for connections that a test wraps.
func (l *Listener) Offer(nc net.Conn) error {
	select {
	case l.queue <- acceptResult{nc: nc}:
		return nil
	case <-l.done:
		return opError("dial", net.ErrClosed)
	}
}

// Fail has one call of Accept return err.
func (l *Listener) Fail(err error) {
	select {
	case l.queue <- acceptResult{err: err}:
	case <-l.done:
	}
}

// Accept waits for Dial, Offer or Fail.
func (l *Listener) Accept() (net.Conn, error) {
	select {
	case r := <-l.queue:
		return r.nc, r.err
	case <-l.done:
		return nil, opError("accept", net.ErrClosed)
	}
}

// Close ends Accept.
func (l *Listener) Close() error {
	l.close.Do(func() { close(l.done) })
	return nil
}

// Addr returns a made-up address.
func (l *Listener) Addr() net.Addr { return pipeAddr{} }
