package spop

import (
	"net"
	"time"
)

// Trace is a set of functions that a Server calls when something happens, for
// logs and metrics. Any of them may be nil. They are called from several
// goroutines at once and must not block. None is called for an ordinary NOTIFY.
type Trace struct {
	// ConnOpened is called when a connection has been accepted.
	ConnOpened func(remote net.Addr)
	// ConnReady is called when HELLO frames have been exchanged, but not for
	// a health check.
	ConnReady func(ConnInfo)
	// ConnClosed is called when a connection has ended and its last goroutine
	// that reads is gone. err says more about cause.
	ConnClosed func(info ConnInfo, cause CloseCause, err error)
	// Refused is called for a connection over the limit, which is closed.
	Refused func(remote net.Addr, limit int)
	// AcceptError is called when a listener failed and will be tried again.
	AcceptError func(err error, retry time.Duration)
	// Malformed is called by Exchange.Malformed for a NOTIFY whose payload
	// does not parse to its end. What parsed is handled and answered.
	Malformed func(info ConnInfo, err error)
	// TooBig is called for a frame over the limit; the connection ends.
	TooBig func(info ConnInfo, size, limit int)
	// Skipped is called for a frame of an unknown type, which was ignored.
	Skipped func(info ConnInfo, t FrameType)
	// HandedOver is called when an exchange was slow enough for another
	// goroutine to read on in its place.
	HandedOver func()
	// Panicked is called when a Handler panicked; its exchange was answered.
	Panicked func(err *PanicError)
	// TimedOut is called when an exchange was answered in place of its
	// Handler, which was still running or had not begun.
	TimedOut func()
}

// ConnInfo tells about a connection.
type ConnInfo struct {
	// ID numbers the connections of a Server, from 1.
	ID uint64
	// Remote is the peer's address.
	Remote net.Addr
	// EngineID is the engine-id of HAProxy's HELLO, or empty.
	EngineID string
	// MaxFrameSize is the negotiated frame size, 0 before the HELLO.
	MaxFrameSize uint32
	// Pipelining tells whether HAProxy may have several NOTIFYs in flight.
	Pipelining bool
	// Healthcheck tells that the connection was a health check.
	Healthcheck bool

	// Age, Notifies and InFlight are set for ConnClosed only: how long the
	// connection was open, how many NOTIFYs came, and how many of them had no
	// answer yet at its end.
	Age      time.Duration
	Notifies uint64
	InFlight int
}

// CloseCause is why a connection ended, as a word for metrics and logs.
type CloseCause string

// The causes that a connection ends by.
const (
	// ClosePeer: HAProxy closed or reset it, or sent a DISCONNECT with status 0.
	ClosePeer CloseCause = "peer"
	// ClosePeerError: HAProxy sent a DISCONNECT with another status.
	ClosePeerError CloseCause = "peer_error"
	// CloseHealthcheck: it was a health check.
	CloseHealthcheck CloseCause = "healthcheck"
	// CloseProtocol: HAProxy sent something wrong and got a DISCONNECT.
	CloseProtocol CloseCause = "protocol"
	// CloseTooBig: HAProxy sent a frame over the limit and got a DISCONNECT.
	CloseTooBig CloseCause = "too_big"
	// CloseIdle: nothing came for Config.IdleTimeout.
	CloseIdle CloseCause = "idle"
	// CloseHello: no HELLO came within Config.HelloTimeout.
	CloseHello CloseCause = "hello_timeout"
	// CloseFrame: the rest of a frame did not come within Config.FrameTimeout.
	CloseFrame CloseCause = "frame_timeout"
	// CloseWrite: HAProxy did not take its answers within Config.WriteTimeout.
	CloseWrite CloseCause = "write_timeout"
	// CloseIO: another error of the network.
	CloseIO CloseCause = "io"
	// CloseDrain: Shutdown ended it when nothing was in flight.
	CloseDrain CloseCause = "drain"
	// CloseForced: Close, or the end of Shutdown's context, ended it.
	CloseForced CloseCause = "forced"
)

// CloseCauses returns all of them, for whoever wants a counter for each.
func CloseCauses() []CloseCause {
	return []CloseCause{ClosePeer, ClosePeerError, CloseHealthcheck, CloseProtocol, CloseTooBig, CloseIdle,
		CloseHello, CloseFrame, CloseWrite, CloseIO, CloseDrain, CloseForced}
}
