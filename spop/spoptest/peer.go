package spoptest

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"
	"testing"
	"time"

	"github.com/spoa-lua/spoa-lua/spop"
)

// readTimeout is how long a Peer waits for a frame unless Timeout says
// otherwise: long enough for a machine that is busy with other tests.
const readTimeout = time.Minute

// Peer is HAProxy's side of a connection. What goes wrong ends the test. It is
// used by the test's own goroutine.
type Peer struct {
	// Conn is the connection; a test may read, write and close it as it likes.
	Conn net.Conn
	// Timeout is how long a read waits, a minute unless it is changed.
	Timeout time.Duration

	tb   testing.TB
	sent map[ID]bool // NOTIFYs, true when answered
}

// NewPeer returns a Peer on nc that has not sent its HELLO.
func NewPeer(tb testing.TB, nc net.Conn) *Peer {
	return &Peer{Conn: nc, Timeout: readTimeout, tb: tb, sent: make(map[ID]bool)}
}

// Send writes bytes as they are. When pieces are given, they are the sizes of
// the writes that b is split into; the rest is one more.
func (p *Peer) Send(b []byte, pieces ...int) {
	p.tb.Helper()
	for _, n := range pieces {
		if n = min(n, len(b)); n > 0 {
			p.write(b[:n])
			b = b[n:]
		}
	}
	if len(b) > 0 {
		p.write(b)
	}
}

func (p *Peer) write(b []byte) {
	p.tb.Helper()
	_ = p.Conn.SetWriteDeadline(time.Now().Add(p.Timeout))
	if _, err := p.Conn.Write(b); err != nil {
		p.tb.Fatalf("write to the agent: %v", err)
	}
}

// Notify sends a NOTIFY and expects an ACK for it from then on.
func (p *Peer) Notify(id ID, msgs ...spop.Message) {
	p.tb.Helper()
	p.Expect(id)
	p.Send(Notify(id, msgs...))
}

// Expect expects an ACK for a NOTIFY that Send sends.
func (p *Peer) Expect(ids ...ID) {
	p.tb.Helper()
	for _, id := range ids {
		if answered, ok := p.sent[id]; ok && !answered {
			p.tb.Fatalf("NOTIFY %v is in flight already", id)
		}
		p.sent[id] = false
	}
}

// Hello sends h and returns the agent's answer, which must be one that HAProxy
// takes.
func (p *Peer) Hello(h spop.HaproxyHello) spop.AgentHello {
	p.tb.Helper()
	p.Send(h.Append(nil))
	f := p.ReadFrame()
	if f.Type != spop.FrameAgentHello {
		p.tb.Fatalf("the agent answers HELLO with %s", describe(f))
	}
	answer, err := spop.ParseAgentHello(f.Payload)
	if err == nil {
		err = h.Check(answer)
	}
	if err != nil {
		p.tb.Fatalf("AGENT-HELLO: %v", err)
	}
	return answer
}

// ReadFrame reads the next frame, which must have the form that HAProxy wants:
// the flag FIN alone, ids of 0 in a HELLO or DISCONNECT.
func (p *Peer) ReadFrame() Frame {
	p.tb.Helper()
	f, err := p.TryFrame()
	if err != nil {
		p.tb.Fatalf("read frame: %v", err)
	}
	return f
}

// TryFrame is ReadFrame for a test that expects an error of the connection.
func (p *Peer) TryFrame() (Frame, error) {
	_ = p.Conn.SetReadDeadline(time.Now().Add(p.Timeout))
	raw := make([]byte, 4, 256)
	if _, err := io.ReadFull(p.Conn, raw); err != nil {
		return Frame{}, err
	}
	size := binary.BigEndian.Uint32(raw)
	if size > spop.DefaultMaxFrameSize {
		return Frame{}, fmt.Errorf("the agent announces a frame of %d bytes", size)
	}
	raw = append(raw, make([]byte, size)...)
	if _, err := io.ReadFull(p.Conn, raw[4:]); err != nil {
		return Frame{}, fmt.Errorf("within a frame of %d bytes: %w", size, err)
	}
	h, n, err := spop.ParseHeader(raw[4:])
	f := Frame{Header: h, Payload: raw[4+n:], Raw: raw}
	switch {
	case err != nil:
		return f, err
	case h.Flags != spop.FlagFin:
		return f, fmt.Errorf("flags of %s are %#x, want FIN alone", h.Type, uint32(h.Flags))
	case h.Type != spop.FrameAck && f.ID() != ID{}:
		return f, fmt.Errorf("ids of %s are %v, want 0/0", h.Type, f.ID())
	}
	return f, nil
}

// ReadAck reads the next frame, which must be the first ACK of a NOTIFY that
// Notify or Expect knows, and returns it with its actions.
func (p *Peer) ReadAck() (ID, []spop.Action) {
	p.tb.Helper()
	f := p.ReadFrame()
	return f.ID(), p.ack(f)
}

func (p *Peer) ack(f Frame) []spop.Action {
	p.tb.Helper()
	if f.Type != spop.FrameAck {
		p.tb.Fatalf("the agent sends %s, want an ACK", describe(f))
	}
	switch answered, ok := p.sent[f.ID()]; {
	case !ok:
		p.tb.Fatalf("ACK for %v, which was not sent", f.ID())
	case answered:
		p.tb.Fatalf("second ACK for %v", f.ID())
	}
	p.sent[f.ID()] = true
	actions, err := spop.ParseActions(f.Payload)
	if err != nil {
		p.tb.Fatalf("ACK for %v: %v", f.ID(), err)
	}
	return actions
}

// WantAck reads the next ACK, which must be that of id, and returns its actions.
func (p *Peer) WantAck(id ID) []spop.Action {
	p.tb.Helper()
	got, actions := p.ReadAck()
	if got != id {
		p.tb.Fatalf("ACK for %v, want one for %v", got, id)
	}
	return actions
}

// WantAcks reads one ACK for each of ids, in whatever order they come.
func (p *Peer) WantAcks(ids ...ID) map[ID][]spop.Action {
	p.tb.Helper()
	got := make(map[ID][]spop.Action)
	for range ids {
		id, actions := p.ReadAck()
		got[id] = actions
	}
	for _, id := range ids {
		if _, ok := got[id]; !ok {
			p.tb.Fatalf("no ACK for %v, but for %v", id, got)
		}
	}
	return got
}

// WantDisconnect reads the next frame, which must be an AGENT-DISCONNECT of
// that status, and returns it. The connection must end behind it.
func (p *Peer) WantDisconnect(want spop.Status) spop.Disconnect {
	p.tb.Helper()
	f := p.ReadFrame()
	if f.Type != spop.FrameAgentDisconnect {
		p.tb.Fatalf("the agent sends %s, want AGENT-DISCONNECT", describe(f))
	}
	d := spop.ParseDisconnect(f.Payload)
	if d.Status != want {
		p.tb.Fatalf("AGENT-DISCONNECT has status %d (%s), want %d", d.Status, d.Message, want)
	}
	p.WantEnd()
	return d
}

// WantEnd reads the end of the connection; a reset is one too.
func (p *Peer) WantEnd() {
	p.tb.Helper()
	f, err := p.TryFrame()
	switch {
	case err == nil:
		p.tb.Fatalf("the agent sends %s, want the end of the connection", describe(f))
	case !errors.Is(err, io.EOF) && !errors.Is(err, syscall.ECONNRESET):
		p.tb.Fatalf("read frame: %v, want the end of the connection", err)
	}
	p.Conn.Close()
}

// Settle reads the ACKs that are missing, says goodbye, and makes sure that
// the agent answers the goodbye and sends nothing else.
func (p *Peer) Settle() {
	p.tb.Helper()
	for range p.Missing() {
		p.ReadAck()
	}
	p.Send(Disconnect(spop.StatusNormal))
	p.WantDisconnect(spop.StatusNormal)
}

// Missing returns the NOTIFYs that have no ACK yet.
func (p *Peer) Missing() []ID {
	var ids []ID
	for id, answered := range p.sent {
		if !answered {
			ids = append(ids, id)
		}
	}
	return ids
}

func describe(f Frame) string {
	if f.Type == spop.FrameAgentDisconnect {
		d := spop.ParseDisconnect(f.Payload)
		return fmt.Sprintf("AGENT-DISCONNECT %d (%s)", d.Status, d.Message)
	}
	return fmt.Sprintf("%s %v of %d bytes", f.Type, f.ID(), len(f.Raw))
}
