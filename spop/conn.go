package spop

import (
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// conn is one connection. The goroutine that holds its reader role reads,
// runs handlers and writes their answers; others only write.
type conn struct {
	srv  *Server
	nc   net.Conn
	raw  syscall.RawConn // its descriptor; nil when it has none of its own
	info ConnInfo        // written until the HELLO is done
	// ready is info once the HELLO is done, for other goroutines.
	ready    atomic.Pointer[ConnInfo]
	accepted int64  // on the server's clock, as all times below
	max      uint32 // frame limit: helloLimit, then what was negotiated

	cur       atomic.Pointer[reader] // the reader of the role's holder
	watched   atomic.Bool            // the watchdog looks at it
	slow      atomic.Int32           // exchanges detached and not answered
	writeFrom atomic.Int64           // when the write under way began, or 0
	// partialFrom is when the wait for the rest of a frame began, or 0.
	partialFrom atomic.Int64
	// clock is the server's time, late by up to a tick of the watchdog: it
	// tells work that is too old without a look at the real clock.
	clock atomic.Int64

	draining  atomic.Bool
	drainFrom atomic.Int64
	aborted   atomic.Pointer[CloseCause]
	gone      atomic.Bool // nc was closed under the goroutines

	wmu     sync.Mutex // held over a write, guards the next three
	unsent  []byte
	sendErr error
	trySend func(uintptr) bool // tryWrite, made once

	smu   sync.Mutex // guards the wait for slow to become less
	fewer *sync.Cond // slow became less, or gone was set

	seen watchState // the watchdog's own
}

func newConn(s *Server, nc net.Conn) *conn {
	c := &conn{srv: s, nc: nc, max: helloLimit}
	c.fewer = sync.NewCond(&c.smu)
	if c.raw = rawConn(nc); c.raw != nil {
		c.trySend = c.tryWrite
	}
	c.info.Remote = nc.RemoteAddr()
	c.accepted = s.now()
	return c
}

// start runs the connection from its HELLO on.
func (c *conn) start() {
	rd := newReader(c)
	c.cur.Store(rd)
	_ = c.nc.SetReadDeadline(time.Now().Add(c.srv.cfg.HelloTimeout))
	if c.draining.Load() { // drain may have come before the line above
		c.wake()
	}
	if err := c.hello(rd); err != nil {
		c.end(rd, err)
		return
	}
	_ = c.nc.SetReadDeadline(time.Time{})
	if f := c.srv.cfg.Trace.ConnReady; f != nil {
		f(c.info)
	}
	c.serve(rd)
}

// takeOver goes on where a reader whose exchange is slow stopped. Answers that
// wait behind it go out first. When MaxInFlight exchanges are under way,
// nothing is read until one is answered.
func (c *conn) takeOver(rd *reader) {
	if err := rd.flush(); err != nil {
		c.end(rd, err)
		return
	}
	c.waitFewer(c.srv.cfg.MaxInFlight)
	c.clock.Store(c.srv.now())
	c.serve(rd)
}

// serve handles frames until the connection ends or the role passes on.
func (c *conn) serve(rd *reader) {
	for {
		kept, err := c.step(rd)
		if !kept {
			return
		}
		if err != nil {
			c.end(rd, err)
			return
		}
	}
}

// step handles the next frame, or reads more when none is whole. kept is false
// when the reader role has passed to another goroutine.
func (c *conn) step(rd *reader) (kept bool, err error) {
	frame, err := rd.frame(c.max)
	if err != nil {
		return true, err
	}
	if frame == nil {
		return true, c.more(rd)
	}
	h, n, err := ParseHeader(frame)
	if err != nil {
		return true, err
	}
	switch h.Type {
	case FrameNotify:
		if h.Flags != FlagFin {
			return true, &Error{Op: "read NOTIFY", Status: StatusFragmentation}
		}
		return c.notify(rd, h, frame[n:])
	case FrameUnset:
		return true, &Error{Op: "read UNSET", Status: StatusFragmentation}
	case FrameHaproxyDisconnect:
		return true, &disconnectError{ParseDisconnect(frame[n:])}
	case FrameHaproxyHello:
		return true, newError("read frame", StatusInvalid, "second HAPROXY-HELLO")
	default:
		if f := c.srv.cfg.Trace.Skipped; f != nil {
			f(c.info, h.Type)
		}
		return true, nil
	}
}

// more writes what has gathered and waits for more to read.
func (c *conn) more(rd *reader) error {
	draining := c.draining.Load()
	if draining && c.neverSilent(rd) {
		return errDrained
	}
	if err := rd.flush(); err != nil {
		return err
	}
	if !draining {
		return c.drainedBy(rd.fill())
	}
	return c.fillDraining(rd)
}

// drainedBy hides the error of a read that drain interrupted.
func (c *conn) drainedBy(err error) error {
	if err != nil && c.draining.Load() && errors.Is(err, os.ErrDeadlineExceeded) && c.aborted.Load() == nil {
		return nil
	}
	return err
}

// Draining connections are ended when they have been silent for calm, and
// another look of lastLookTime has found nothing. After
// drainPatience, HAProxy seems to use the connection all the time: see
// neverSilent.
const (
	calm          = 100 * time.Millisecond
	lastLookTime  = 10 * time.Millisecond
	drainPatience = 2 * time.Second
)

var errDrained = errors.New("drained")

// neverSilent reports whether a draining connection is to end with the answers
// that wait in rd, since it is not silent for long enough. The goodbye then
// goes out with them in one write: HAProxy reads it before it can use the
// connection for the next message. Only a NOTIFY that is under way at this very
// moment is lost, which SPOP has no means against.
func (c *conn) neverSilent(rd *reader) bool {
	return len(rd.out) > 0 && rd.r == rd.w && c.slow.Load() == 0 &&
		c.srv.now()-c.drainFrom.Load() > int64(drainPatience)
}

// fillDraining is fill for a connection that ends as soon as it is silent.
func (c *conn) fillDraining(rd *reader) error {
	begin := c.srv.now()
	_ = c.nc.SetReadDeadline(time.Now().Add(calm))
	err := rd.fill()
	if !errors.Is(err, os.ErrDeadlineExceeded) || c.aborted.Load() != nil {
		return err
	}
	// drain's own wake may have ended the read before its time.
	if c.slow.Load() > 0 || rd.r < rd.w || c.srv.now()-begin < int64(calm) {
		return nil
	}
	return c.lastLook(rd)
}

// lastLook is errDrained unless bytes are there: a process that gets no
// processor for a while notices the deadline before what has come in time.
func (c *conn) lastLook(rd *reader) error {
	_ = c.nc.SetReadDeadline(time.Now().Add(lastLookTime))
	err := rd.fill()
	if errors.Is(err, os.ErrDeadlineExceeded) && c.aborted.Load() == nil {
		return errDrained
	}
	return err
}

// write writes whole frames, after those that another goroutine is writing.
func (c *conn) write(frames []byte) error { return c.writeSince(frames, c.srv.now()) }

// writeSince is write for a caller who knows what time it is, roughly: it is what
// WriteTimeout counts from.
func (c *conn) writeSince(frames []byte, now int64) error {
	c.wmu.Lock()
	defer c.wmu.Unlock()
	c.writeFrom.Store(now)
	err := c.send(frames)
	c.writeFrom.Store(0)
	return err
}

// lastRead is when the peer has last sent something.
func (c *conn) lastRead() int64 {
	if rd := c.cur.Load(); rd != nil {
		return max(c.accepted, rd.x.arrival.Load())
	}
	return c.accepted
}

// checkIdle ends the connection when it has been silent, or stuck in a write,
// for too long.
func (c *conn) checkIdle(now int64) {
	cfg := &c.srv.cfg
	if from := c.writeFrom.Load(); from != 0 && now-from > int64(cfg.WriteTimeout) {
		c.abort(CloseWrite)
		return
	}
	if from := c.partialFrom.Load(); from != 0 && now-from > int64(cfg.FrameTimeout) && !c.busy() {
		c.interrupt(CloseFrame)
		return
	}
	if now-c.lastRead() > int64(cfg.IdleTimeout) && c.slow.Load() == 0 && !c.busy() {
		c.interrupt(CloseIdle)
	}
}

// busy reports whether the role's holder runs a handler.
func (c *conn) busy() bool {
	rd := c.cur.Load()
	return rd != nil && rd.x.word.Load()&stateMask != stateIdle
}

// abort closes the connection under its goroutines, which then end.
func (c *conn) abort(cause CloseCause) {
	c.aborted.CompareAndSwap(nil, &cause)
	c.gone.Store(true)
	closeUnder(c.nc)
	c.wakeWaiters()
	if cause == CloseForced {
		if rd := c.cur.Load(); rd != nil {
			rd.x.halt()
		}
	}
}

// closeUnder closes nc without the goodbye that TLS has of its own: a peer that does
// not read holds that up for seconds, and Server.mu may be held.
func closeUnder(nc net.Conn) {
	if layer, ok := nc.(interface{ NetConn() net.Conn }); ok {
		nc = layer.NetConn()
	}
	nc.Close()
}

// interrupt wakes the reading goroutine, which then ends the connection with
// a DISCONNECT.
func (c *conn) interrupt(cause CloseCause) {
	c.aborted.CompareAndSwap(nil, &cause)
	c.wake()
}

// drain lets the connection end as soon as nothing is in flight.
func (c *conn) drain() {
	c.drainFrom.Store(c.srv.now())
	c.draining.Store(true)
	c.wake()
}

// wake ends a Read that is under way.
func (c *conn) wake() { _ = c.nc.SetReadDeadline(time.Unix(1, 0)) }

// refuseTime is how long a peer that is refused may take, with TLS, to listen.
const refuseTime = 100 * time.Millisecond

// refuse tells a peer over the connection limit so and closes.
func (c *conn) refuse() {
	_ = c.nc.SetDeadline(time.Now().Add(refuseTime))
	_ = c.write(Disconnect{Status: StatusResourceAllocation, Message: "too many connections"}.Append(nil, FrameAgentDisconnect))
	c.nc.Close()
}

// disconnectError is the end of a connection by HAPROXY-DISCONNECT.
type disconnectError struct{ d Disconnect }

func (p *disconnectError) Error() string {
	return "HAProxy disconnected: " + p.d.Message
}

// normalEnd reports whether err is how a peer ends a connection without a
// word: an idle purge, a timeout, a reload.
func normalEnd(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}
