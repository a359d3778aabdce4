package spop

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"sync"
	"time"
)

// ClientConfig is how a client presents itself. The zero value does so like a
// HAProxy 3.2 with its default settings.
type ClientConfig struct {
	// EngineID names the engine; it is not sent when empty.
	EngineID string
	// MaxFrameSize is the largest frame in bytes that is taken; 0 means 16380,
	// HAProxy's default.
	MaxFrameSize uint32
	// NoPipelining has one NOTIFY in flight at a time.
	NoPipelining bool
	// MaxInFlight is how many NOTIFYs a Client has in flight at once; 0 means
	// 20 as in HAProxy. A ClientConn leaves that to its user.
	MaxInFlight int
}

// haproxyFrameSize is HAProxy's max-frame-size unless tune.bufsize is set.
const haproxyFrameSize = 16380

func (cfg ClientConfig) hello() HaproxyHello {
	h := HaproxyHello{Versions: Version, MaxFrameSize: cfg.MaxFrameSize, EngineID: cfg.EngineID}
	setDefault(&h.MaxFrameSize, haproxyFrameSize)
	if !cfg.NoPipelining {
		h.Capabilities = CapPipelining
	}
	return h
}

// ClientConn is HAProxy's side of a connection, as close to the wire as a load
// generator wants it: Send writes NOTIFYs, Receive reads the ACKs in whatever
// order they come. One goroutine may send while another receives. Everything
// that makes HAProxy 3.1 drop an agent is an error here. Most programs want a
// Client.
type ClientConn struct {
	nc    net.Conn
	br    *bufio.Reader
	hello AgentHello
	in    []byte
	out   []byte

	mu       sync.Mutex
	highest  uint64 // the highest stream-id sent
	inFlight map[uint64]struct{}
}

// NewClientConn exchanges HELLO frames over nc, which is closed when that does
// not work out before ctx ends.
func NewClientConn(ctx context.Context, nc net.Conn, cfg ClientConfig) (*ClientConn, error) {
	c := newClientConn(nc)
	if err := c.greet(ctx, cfg.hello()); err != nil {
		nc.Close()
		return nil, err
	}
	return c, nil
}

func newClientConn(nc net.Conn) *ClientConn {
	return &ClientConn{nc: nc, br: bufio.NewReaderSize(nc, 32<<10), inFlight: make(map[uint64]struct{})}
}

// Hello returns the agent's answer to the HELLO.
func (c *ClientConn) Hello() AgentHello { return c.hello }

// Reply is an ACK.
type Reply struct {
	// StreamID tells which NOTIFY is answered: see ClientConn.Send.
	StreamID uint64
	// Payload holds the actions, for ParseActions. It is borrowed: the next
	// Receive overwrites it.
	Payload []byte
}

// Send sends a NOTIFY for each payload, all in one write; AppendMessage and
// Message.Append build payloads. Each is a stream of its own with the frame-id
// 1: the ids go up in steps of 2, as HAProxy's do, and the first is returned.
func (c *ClientConn) Send(payloads ...[]byte) (first uint64, err error) {
	c.mu.Lock()
	out := c.out[:0]
	before := c.highest
	first = before + 2
	if before == 0 {
		first = 1
	}
	id := first
	for _, p := range payloads {
		start := len(out)
		out = append(BeginFrame(out, Header{Type: FrameNotify, Flags: FlagFin, StreamID: id, FrameID: 1}), p...)
		out = EndFrame(out, start)
		if size := len(out) - start - lengthSize; size > int(c.hello.MaxFrameSize) {
			c.forget(first, id)
			c.mu.Unlock()
			return 0, &Error{Op: "write NOTIFY", Status: StatusTooBig, Err: &frameSizeError{size, int(c.hello.MaxFrameSize)}}
		}
		c.inFlight[id] = struct{}{}
		c.highest = id
		id += 2
	}
	c.out = out
	c.mu.Unlock()
	if _, err := c.nc.Write(out); err != nil {
		return 0, fmt.Errorf("spop: write NOTIFY: %w", err)
	}
	return first, nil
}

// forget takes back the NOTIFYs from first up to end, which were not sent. The
// mutex is held.
func (c *ClientConn) forget(first, end uint64) {
	for id := first; id < end; id += 2 {
		delete(c.inFlight, id)
	}
	c.highest = 0
	if first > 1 {
		c.highest = first - 2
	}
}

// Receive waits for the next ACK. After an error the connection is of no more
// use: it is a *DisconnectError when the agent said goodbye, an *Error when it
// broke the protocol, io.EOF when it left without a word.
func (c *ClientConn) Receive() (Reply, error) {
	for {
		h, payload, err := c.readFrame()
		if err != nil {
			return Reply{}, err
		}
		if h.Type == FrameAgentDisconnect {
			return Reply{}, &DisconnectError{ParseDisconnect(payload)}
		}
		if err := c.checkAck(h); err != nil {
			return Reply{}, err
		}
		if h.Type == FrameAck {
			return Reply{StreamID: h.StreamID, Payload: payload}, nil
		}
	}
}

// SetDeadline bounds all Sends and Receives, those under way too.
func (c *ClientConn) SetDeadline(t time.Time) error { return c.nc.SetDeadline(t) }

// Disconnect sends a HAPROXY-DISCONNECT. The agent's own is what Receive
// returns when it has come.
func (c *ClientConn) Disconnect(d Disconnect) error {
	_, err := c.nc.Write(d.Append(nil, FrameHaproxyDisconnect))
	return err
}

// Close closes the connection without a DISCONNECT.
func (c *ClientConn) Close() error { return c.nc.Close() }

// DisconnectError says that the peer ended the connection with a DISCONNECT.
type DisconnectError struct{ Disconnect Disconnect }

// Error returns the status and the message of the DISCONNECT.
func (e *DisconnectError) Error() string {
	return fmt.Sprintf("spop: the agent disconnected: %s (status %d, %s)",
		e.Disconnect.Message, e.Disconnect.Status, e.Disconnect.Status)
}
