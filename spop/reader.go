package spop

import (
	"encoding/binary"
	"errors"
	"io"
	"time"
)

const (
	// readSize is the first size of a read buffer. HAProxy's NOTIFYs take 100
	// to 300 bytes, so that a read brings a good number of them.
	readSize = 4096
	// maxReadSize is what a buffer grows to because reads fill it; a frame
	// that needs more gets more.
	maxReadSize = 64 << 10
	// flushSize is how many bytes of replies are gathered before they are
	// written although more frames wait to be read.
	flushSize = 32 << 10
)

// reader is what the goroutine that holds a connection's reader role owns: the
// bytes read and not yet handled, the replies not yet written, the exchange
// under way. When the role passes on, a slow exchange keeps its reader and the
// new holder gets a fresh one.
type reader struct {
	c    *conn
	in   []byte
	r, w int // in[r:w] is unread
	out  []byte
	x    Exchange

	partial bool // the rest of a frame is waited for: see conn.partialFrom

	box        *buffers           // where in and out lie in the pool
	try        func(uintptr) bool // tryRead, made once
	received   int                // what tryRead returns
	receiveErr error
}

func newReader(c *conn) *reader {
	rd := &reader{c: c}
	rd.x.c, rd.x.reader = c, rd
	if c.raw != nil {
		rd.try = rd.tryRead
	}
	return rd
}

// frame cuts the next whole frame, without its length, out of what was read.
// It returns nil when more must be read first.
func (rd *reader) frame(limit uint32) ([]byte, error) {
	if rd.w-rd.r < lengthSize {
		return nil, nil
	}
	size := binary.BigEndian.Uint32(rd.in[rd.r:])
	if size < minFrameLen {
		return nil, newError("read frame", StatusInvalid, "frame is %d bytes, at least %d are needed", size, minFrameLen)
	}
	if size > limit {
		return nil, &Error{Op: "read frame", Status: StatusTooBig, Err: &frameSizeError{int(size), int(limit)}}
	}
	end := rd.r + lengthSize + int(size)
	if end > rd.w {
		// A length alone buys no memory: the buffer grows with what came.
		rd.reserve(min(lengthSize+int(size), max(2*(rd.w-rd.r), readSize)))
		return nil, nil
	}
	if rd.partial {
		rd.partial = false
		rd.c.partialFrom.Store(0)
	}
	frame := rd.in[rd.r+lengthSize : end]
	rd.r = end
	return frame, nil
}

// fill waits for more bytes to come.
func (rd *reader) fill() error {
	if rd.r == rd.w {
		rd.r, rd.w = 0, 0
	}
	rd.notePartial()
	n, err := rd.receive()
	rd.x.arrival.Store(rd.c.srv.now())
	rd.w += n
	if n > 0 {
		rd.growIfFull()
		return nil
	}
	if err == nil {
		return io.ErrNoProgress
	}
	return err
}

// notePartial notes since when the rest of a frame has been waited for.
func (rd *reader) notePartial() {
	if rd.r < rd.w && !rd.partial {
		rd.partial = true
		rd.c.partialFrom.Store(rd.c.srv.now())
	}
}

// reserve makes room for a frame of size bytes that begins at in[r].
func (rd *reader) reserve(size int) {
	if rd.r+size <= len(rd.in) {
		return
	}
	if size <= len(rd.in) {
		rd.w = copy(rd.in, rd.in[rd.r:rd.w])
		rd.r = 0
		return
	}
	rd.resize(max(size, readSize))
}

// growIfFull doubles the buffer when a read filled it: a busy connection then
// needs fewer reads.
func (rd *reader) growIfFull() {
	if rd.w == len(rd.in) && len(rd.in) < maxReadSize {
		rd.resize(2 * len(rd.in))
	}
}

func (rd *reader) resize(size int) {
	in := make([]byte, size)
	rd.w = copy(in, rd.in[rd.r:rd.w])
	rd.r = 0
	rd.in = in
}

// flush writes the replies that have gathered.
func (rd *reader) flush() error {
	if len(rd.out) == 0 {
		return nil
	}
	err := rd.c.writeSince(rd.out, rd.x.arrival.Load())
	rd.out = rd.out[:0]
	if cap(rd.out) > 2*flushSize {
		rd.out = nil
	}
	return err
}

// successor returns a reader for the goroutine that takes the role over while
// rd's exchange is under way. It copies what rd has read and not handled, and
// the replies in front of the exchange's own.
func (rd *reader) successor() *reader {
	next := newReader(rd.c)
	next.x.arrival.Store(rd.x.arrival.Load())
	next.x.word.Store(rd.x.word.Load() &^ stateMask) // numbers go on: see watchState
	next.take()
	if unread := rd.w - rd.r; unread > len(next.in) {
		next.in = make([]byte, len(rd.in))
	}
	next.w = copy(next.in, rd.in[rd.r:rd.w])
	next.out = append(next.out, rd.out...)
	return next
}

// frameSizeError says that a frame is over the limit.
type frameSizeError struct{ size, limit int }

func (e *frameSizeError) Error() string {
	return ErrTooBig.Error() + ": " + sizes(e.size, e.limit)
}

func (e *frameSizeError) Unwrap() error { return ErrTooBig }

// asFrameSize returns the sizes in an error of frame.
func asFrameSize(err error) (e *frameSizeError, ok bool) {
	ok = errors.As(err, &e)
	return e, ok
}

// now returns the time on the server's clock: nanoseconds since it was made.
func (s *Server) now() int64 { return int64(time.Since(s.epoch)) }
