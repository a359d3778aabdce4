package spop

import (
	"errors"
	"io"
	"net"
	"os"
	"time"
)

// end ends the connection because of err: it says goodbye where there is
// somebody to say it to, after the answers under way, closes, and reports.
func (c *conn) end(rd *reader, err error) {
	cause := c.causeOf(err)
	if cause != CloseDrain { // its answers go out with the goodbye
		_ = rd.flush()
	}
	c.waitFewer(1)
	if d, ok := goodbye(cause, err); ok {
		_ = c.write(d.Append(rd.out, FrameAgentDisconnect))
		c.linger()
	}
	c.nc.Close()
	c.srv.removeConn(c)
	c.srv.watch.remove(c)
	if size, ok := asFrameSize(err); ok && c.srv.cfg.Trace.TooBig != nil {
		c.srv.cfg.Trace.TooBig(c.info, size.size, size.limit)
	}
	if f := c.srv.cfg.Trace.ConnClosed; f != nil {
		info := c.info
		info.Age = time.Duration(c.srv.now() - c.accepted)
		info.Notifies, info.InFlight = rd.x.Serial(), int(c.slow.Load())
		f(info, cause, err)
	}
}

// causeOf names why err ends the connection.
func (c *conn) causeOf(err error) CloseCause {
	if cause := c.aborted.Load(); cause != nil {
		return *cause
	}
	var disconnect *disconnectError
	var protocol *Error
	switch {
	case errors.Is(err, errDrained):
		return CloseDrain
	case errors.Is(err, errHealthcheck):
		return CloseHealthcheck
	case errors.As(err, &disconnect):
		if disconnect.d.Status == StatusNormal {
			return ClosePeer
		}
		return ClosePeerError
	case errors.As(err, &protocol):
		if protocol.Status == StatusTooBig {
			return CloseTooBig
		}
		return CloseProtocol
	case normalEnd(err):
		return ClosePeer
	case errors.Is(err, os.ErrDeadlineExceeded) && c.info.MaxFrameSize == 0:
		if c.draining.Load() {
			return CloseDrain
		}
		return CloseHello
	default:
		return CloseIO
	}
}

// goodbye returns the DISCONNECT that a connection ends with; ok is false
// where none is sent.
func goodbye(cause CloseCause, err error) (d Disconnect, ok bool) {
	var protocol *Error
	var disconnect *disconnectError
	switch {
	case errors.As(err, &disconnect):
		return Disconnect{Status: StatusNormal}, true
	case errors.As(err, &protocol):
		return Disconnect{Status: protocol.Status, Message: err.Error()}, true
	case cause == CloseDrain:
		return Disconnect{Status: StatusNormal, Message: "agent is stopping"}, true
	case cause == CloseIdle, cause == CloseHello, cause == CloseFrame:
		return Disconnect{Status: StatusTimeout}, true
	default:
		return Disconnect{}, false
	}
}

const (
	// lingerTime and lingerBytes bound how much of what a peer still sends is
	// read so that closing does not reset the connection under the goodbye.
	lingerTime  = 200 * time.Millisecond
	lingerBytes = 1 << 20
)

// linger lets the peer read the goodbye before the connection is closed.
func (c *conn) linger() {
	half, ok := c.nc.(interface{ CloseWrite() error })
	if !ok || half.CloseWrite() != nil {
		return
	}
	_ = c.nc.SetReadDeadline(time.Now().Add(lingerTime))
	_, _ = io.CopyN(io.Discard, onlyReader{c.nc}, lingerBytes)
}

// onlyReader hides every method but Read, so that io.CopyN takes no shortcut.
type onlyReader struct{ net.Conn }
