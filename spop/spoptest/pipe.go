package spoptest

import (
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

// pipeBuffer is how many bytes may be under way in one direction: what a
// socket's buffers hold, in about.
const pipeBuffer = 256 << 10

// Pipe returns the two ends of a connection in memory. Unlike those of
// net.Pipe they buffer what is under way, as a socket does, and can be closed
// for writing alone. With goroutines waiting on it, time in a synctest bubble
// goes on.
func Pipe() (*PipeConn, *PipeConn) {
	ab, ba := newHalf(pipeBuffer), newHalf(pipeBuffer)
	return &PipeConn{in: ba, out: ab}, &PipeConn{in: ab, out: ba}
}

// PipeConn is one end of a Pipe. It is a net.Conn.
type PipeConn struct{ in, out *half }

// half is one direction of a Pipe.
type half struct {
	mu       sync.Mutex
	cond     *sync.Cond
	buf      []byte
	limit    int
	writeEnd error // why no more can be written
	readEnd  error // what reads end with when buf is empty
	readBy   deadline
	writeBy  deadline
}

func newHalf(limit int) *half {
	h := &half{limit: limit}
	h.cond = sync.NewCond(&h.mu)
	return h
}

type deadline struct {
	at    time.Time
	timer *time.Timer
}

func (d *deadline) passed() bool { return !d.at.IsZero() && !time.Now().Before(d.at) }

func (h *half) setDeadline(d *deadline, t time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if d.timer != nil {
		d.timer.Stop()
		d.timer = nil
	}
	d.at = t
	if !t.IsZero() && time.Now().Before(t) {
		d.timer = time.AfterFunc(time.Until(t), func() {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.cond.Broadcast()
		})
	}
	h.cond.Broadcast()
}

// Read reads what the other end has written.
func (c *PipeConn) Read(b []byte) (int, error) {
	h := c.in
	h.mu.Lock()
	defer h.mu.Unlock()
	for {
		switch {
		case errors.Is(h.readEnd, net.ErrClosed):
			return 0, opError("read", net.ErrClosed)
		case h.readBy.passed():
			return 0, opError("read", os.ErrDeadlineExceeded)
		case len(h.buf) > 0:
			n := copy(b, h.buf)
			h.buf = h.buf[:copy(h.buf, h.buf[n:])]
			h.cond.Broadcast()
			return n, nil
		case errors.Is(h.readEnd, io.EOF):
			return 0, io.EOF
		case h.readEnd != nil:
			return 0, opError("read", h.readEnd)
		}
		h.cond.Wait()
	}
}

// Write writes all of b, and waits where the other end is slow to read.
func (c *PipeConn) Write(b []byte) (n int, err error) {
	h := c.out
	h.mu.Lock()
	defer h.mu.Unlock()
	for {
		switch {
		case h.writeEnd != nil:
			return n, opError("write", h.writeEnd)
		case h.writeBy.passed():
			return n, opError("write", os.ErrDeadlineExceeded)
		}
		if room := min(h.limit-len(h.buf), len(b)); room > 0 {
			h.buf = append(h.buf, b[:room]...)
			b, n = b[room:], n+room
			h.cond.Broadcast()
		}
		if len(b) == 0 {
			return n, nil
		}
		h.cond.Wait()
	}
}

// finish ends the direction: writes fail with w, reads with r when everything
// has been read. The first end counts.
func (h *half) finish(w, r error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.writeEnd == nil {
		h.writeEnd = w
	}
	if h.readEnd == nil || errors.Is(r, net.ErrClosed) {
		h.readEnd = r
	}
	h.cond.Broadcast()
}

// CloseWrite ends what the other end can read.
func (c *PipeConn) CloseWrite() error {
	c.out.finish(syscall.EPIPE, io.EOF)
	return nil
}

// Close closes both directions. What was written can still be read.
func (c *PipeConn) Close() error {
	c.out.finish(net.ErrClosed, io.EOF)
	c.in.finish(syscall.EPIPE, net.ErrClosed)
	c.stopTimers()
	return nil
}

// Reset closes the connection as a TCP RST does: what is under way is lost and
// the other end's reads fail with ECONNRESET.
func (c *PipeConn) Reset() {
	c.out.mu.Lock()
	c.out.buf = nil
	c.out.mu.Unlock()
	c.out.finish(net.ErrClosed, syscall.ECONNRESET)
	c.in.finish(syscall.ECONNRESET, net.ErrClosed)
	c.stopTimers()
}

func (c *PipeConn) stopTimers() { _ = c.SetDeadline(time.Time{}) }

// SetDeadline is SetReadDeadline and SetWriteDeadline.
func (c *PipeConn) SetDeadline(t time.Time) error {
	_ = c.SetReadDeadline(t)
	return c.SetWriteDeadline(t)
}

// SetReadDeadline ends reads at t; the zero time means never.
func (c *PipeConn) SetReadDeadline(t time.Time) error {
	c.in.setDeadline(&c.in.readBy, t)
	return nil
}

// SetWriteDeadline ends writes at t; the zero time means never.
func (c *PipeConn) SetWriteDeadline(t time.Time) error {
	c.out.setDeadline(&c.out.writeBy, t)
	return nil
}

// LocalAddr returns a made-up address.
func (c *PipeConn) LocalAddr() net.Addr { return pipeAddr{} }

// RemoteAddr returns a made-up address.
func (c *PipeConn) RemoteAddr() net.Addr { return pipeAddr{} }

type pipeAddr struct{}

func (pipeAddr) Network() string { return "pipe" }
func (pipeAddr) String() string  { return "pipe" }

func opError(op string, err error) error {
	return &net.OpError{Op: op, Net: "pipe", Source: pipeAddr{}, Addr: pipeAddr{}, Err: err}
}
