package spop

import (
	"io"
	"os"
	"syscall"
)

// buffers are what a reader reads into and gathers replies in. A connection
// that waits for a peer that has said nothing holds none: they lie in the
// server's pool, at the size to which their last user has grown them.
type buffers struct{ in, out []byte }

// take gives rd buffers unless it has them.
func (rd *reader) take() {
	if rd.in != nil {
		return
	}
	b, _ := rd.c.srv.buffers.Get().(*buffers)
	if b == nil {
		b = &buffers{in: make([]byte, readSize)}
	}
	rd.box, rd.in, rd.out = b, b.in, b.out
	b.in, b.out = nil, nil
}

// give puts the buffers of rd into the pool, and forgets every slice of them.
// Nothing in them may still be needed. A slow exchange keeps its own for ever:
// its successor copies from them, perhaps when it has been answered already.
func (rd *reader) give() {
	b := rd.box
	if b == nil {
		b = new(buffers)
	}
	if len(rd.in) >= readSize && len(rd.in) <= maxReadSize {
		b.in, b.out = rd.in, rd.out[:0]
		rd.c.srv.buffers.Put(b)
	}
	rd.box, rd.in, rd.out = nil, nil, nil
	rd.r, rd.w = 0, 0
	rd.x.payload, rd.x.ack.buf = nil, nil
	rd.x.resetProgress()
}

// empty reports whether nothing in the buffers of rd is still needed.
func (rd *reader) empty() bool { return rd.r == rd.w && len(rd.out) == 0 }

// receive reads what there is, or waits. It holds no buffer meanwhile where
// the file descriptor itself can be waited for, and where nothing is in it: with
// TLS, the bytes of a record may wait elsewhere than in the descriptor.
func (rd *reader) receive() (int, error) {
	if rd.c.raw == nil || !rd.empty() {
		if rd.w == len(rd.in) {
			rd.reserve(rd.w - rd.r + 1)
		}
		return rd.c.nc.Read(rd.in[rd.w:])
	}
	rd.received, rd.receiveErr = 0, nil
	if err := rd.c.raw.Read(rd.try); err != nil {
		return 0, err
	}
	return rd.received, rd.receiveErr
}

// tryRead is what a syscall.RawConn calls when its descriptor may have bytes;
// false means that it has none yet. The system calls are those of a Read of
// package net.
func (rd *reader) tryRead(fd uintptr) (done bool) {
	rd.take()
	n, errno := readFD(fd, rd.in)
	switch {
	case errno == syscall.EAGAIN:
		rd.give()
		return false
	case errno != 0:
		rd.receiveErr = os.NewSyscallError("read", errno)
	case n == 0:
		rd.receiveErr = io.EOF
	default:
		rd.received = n
	}
	return true
}

// send writes frames. The system calls are those of a Write of package net.
func (c *conn) send(frames []byte) error {
	if c.raw == nil {
		_, err := c.nc.Write(frames)
		return err
	}
	c.unsent, c.sendErr = frames, nil
	err := c.raw.Write(c.trySend)
	c.unsent = nil
	if err != nil {
		return err
	}
	return c.sendErr
}

// tryWrite is what a syscall.RawConn calls when its descriptor may take bytes;
// false means that it takes no more for now.
func (c *conn) tryWrite(fd uintptr) (done bool) {
	for len(c.unsent) > 0 {
		n, errno := writeFD(fd, c.unsent)
		switch {
		case errno == syscall.EAGAIN:
			return false
		case errno != 0:
			c.sendErr = os.NewSyscallError("write", errno)
			return true
		}
		c.unsent = c.unsent[n:]
	}
	return true
}
