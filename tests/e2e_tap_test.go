package tests

import (
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/spoa-lua/spoa-lua/spop"
)

// tap stands between HAProxy and the agent, passes every frame on as it is, and
// notes what each NOTIFY asked and what it was answered.
type tap struct {
	listener net.Listener
	running  sync.WaitGroup

	mu        sync.Mutex
	agent     string // where to pass frames on to
	open      map[net.Conn]struct{}
	conns     int
	exchanges []*tapped
	byID      map[tapID]*tapped
	acks      int // that belong to no NOTIFY
}

// tapID is unique as long as the tap runs.
type tapID struct {
	conn          int
	stream, frame uint64
}

// tapped is one NOTIFY and what came back for it.
type tapped struct {
	conn     int
	sent     time.Time
	messages []string
	acks     int
	payload  []byte // of the last ACK
}

// actions returns the actions of the ACK as text.
func (x tapped) actions(tb testing.TB) []string {
	tb.Helper()
	actions, err := spop.ParseActions(x.payload)
	if err != nil {
		tb.Fatalf("ACK for %q: %v", x.messages, err)
	}
	var texts []string
	for _, a := range actions {
		texts = append(texts, a.String())
	}
	return texts
}

// startTap starts a tap in front of the agent at addr.
func startTap(tb testing.TB, addr string) *tap {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	t := &tap{listener: l, agent: addr, open: make(map[net.Conn]struct{}), byID: make(map[tapID]*tapped)}
	t.running.Go(t.accept)
	tb.Cleanup(t.close)
	return t
}

func (t *tap) addr() string { return t.listener.Addr().String() }

// redirect sends the connections that come from now on to another agent.
func (t *tap) redirect(addr string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.agent = addr
}

// close ends all connections and waits for their goroutines.
func (t *tap) close() {
	t.listener.Close()
	t.mu.Lock()
	for c := range t.open {
		c.Close()
	}
	t.open = nil
	t.mu.Unlock()
	t.running.Wait()
}

func (t *tap) accept() {
	for {
		proxy, err := t.listener.Accept()
		if err != nil {
			return
		}
		t.running.Go(func() { t.serve(proxy) })
	}
}

func (t *tap) serve(proxy net.Conn) {
	defer proxy.Close()
	t.mu.Lock()
	addr := t.agent
	t.conns++
	id := t.conns
	t.mu.Unlock()
	agent, err := net.Dial("tcp", addr)
	if err != nil {
		return
	}
	defer agent.Close()
	if !t.keep(proxy, agent) {
		return
	}
	defer t.forget(proxy, agent)
	var back sync.WaitGroup
	back.Go(func() {
		t.pass(proxy, agent, id)
		_ = proxy.(*net.TCPConn).CloseWrite()
	})
	t.pass(agent, proxy, id)
	_ = agent.(*net.TCPConn).CloseWrite()
	back.Wait()
}

func (t *tap) keep(conns ...net.Conn) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.open == nil {
		return false
	}
	for _, c := range conns {
		t.open[c] = struct{}{}
	}
	return true
}

func (t *tap) forget(conns ...net.Conn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, c := range conns {
		delete(t.open, c)
	}
}

// pass passes frames on from one side to the other, one write each.
func (t *tap) pass(to, from net.Conn, conn int) {
	var frame []byte
	for {
		frame = append(frame[:0], 0, 0, 0, 0)
		if _, err := io.ReadFull(from, frame); err != nil {
			return
		}
		size := int(binary.BigEndian.Uint32(frame))
		if size > 1<<21 {
			return
		}
		frame = append(frame, make([]byte, size)...)
		if _, err := io.ReadFull(from, frame[4:]); err != nil {
			return
		}
		x := t.note(conn, frame[4:])
		if _, err := to.Write(frame); err != nil {
			return
		}
		t.passed(x)
	}
}

// passed notes that a NOTIFY, or nil, lies in the agent's socket by now.
func (t *tap) passed(x *tapped) {
	if x == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	x.sent = time.Now()
}

// note notes a frame and returns the exchange that begins with it, or nil.
func (t *tap) note(conn int, frame []byte) *tapped {
	h, n, err := spop.ParseHeader(frame)
	if err != nil {
		return nil
	}
	id := tapID{conn, h.StreamID, h.FrameID}
	t.mu.Lock()
	defer t.mu.Unlock()
	switch h.Type {
	case spop.FrameNotify:
		x := &tapped{conn: conn, sent: time.Now()}
		messages := spop.NewNotify(frame[n:])
		for m := (spop.Message{}); messages.Next(&m); {
			x.messages = append(x.messages, string(m.Name))
		}
		t.byID[id] = x
		t.exchanges = append(t.exchanges, x)
		return x
	case spop.FrameAck:
		x := t.byID[id]
		if x == nil {
			t.acks++
			return nil
		}
		x.acks++
		x.payload = bytes.Clone(frame[n:])
	}
	return nil
}

// last returns the newest exchange whose NOTIFY held that message. It is a
// copy.
func (t *tap) last(tb testing.TB, message string) tapped {
	tb.Helper()
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, x := range slices.Backward(t.exchanges) {
		if slices.Contains(x.messages, message) {
			return *x
		}
	}
	tb.Fatalf("HAProxy has sent no message %s", message)
	return tapped{}
}

// all returns copies of the exchanges for which keep says true, and how many
// ACKs came that nobody waited for.
func (t *tap) all(keep func(*tapped) bool) (kept []tapped, strays int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, x := range t.exchanges {
		if keep(x) {
			kept = append(kept, *x)
		}
	}
	return kept, t.acks
}
