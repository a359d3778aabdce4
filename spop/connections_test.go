package spop_test

import (
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/spoa-lua/spoa-lua/spop"
	"github.com/spoa-lua/spoa-lua/spop/spoptest"
)

func TestConnections(t *testing.T) {
	g := newGates()
	var server *spop.Server
	p := spoptest.Start(t, spop.Config{Handler: spop.HandlerFunc(func(x *spop.Exchange) error {
		server = x.Server()
		return g.HandleNotify(x)
	})}).Ready()
	p.Notify(id(1), say("fast"))
	p.WantAck(id(1))
	p.Notify(id(2), say("block"))
	receive(t, g.started, "the fast handler")
	receive(t, g.started, "the blocked handler")
	want := []spop.ConnStatus{{Info: spop.ConnInfo{ID: 1, MaxFrameSize: 16380, Pipelining: true}, Notifies: 2, InFlight: 1}}
	ignore := cmp.Options{cmpopts.IgnoreFields(spop.ConnStatus{}, "Age", "Silent"), cmpopts.IgnoreFields(spop.ConnInfo{}, "Remote", "EngineID")}
	diff := "not looked yet"
	for began := time.Now(); diff != "" && time.Since(began) < guard; time.Sleep(time.Millisecond) { // it may be handed over now
		diff = cmp.Diff(want, server.Connections(), ignore)
	}
	if diff != "" {
		t.Errorf("connections (-want +got):\n%s", diff)
	}
	close(g.open)
	p.Settle()
}

// agreeing is a connection on which both sides agree on something first, as with
// TLS: a byte of the peer's comes before everything else.
type agreeing struct {
	net.Conn
	agree sync.Once
}

func (c *agreeing) begin() {
	c.agree.Do(func() { _, _ = io.ReadFull(c.Conn, make([]byte, 1)) })
}

func (c *agreeing) Read(b []byte) (int, error) {
	c.begin()
	return c.Conn.Read(b)
}

func (c *agreeing) Write(b []byte) (int, error) {
	c.begin()
	return c.Conn.Write(b)
}

type agreeingListener struct{ net.Listener }

func (l agreeingListener) Accept() (net.Conn, error) {
	nc, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &agreeing{Conn: nc}, nil
}

// TestRefusedPeerHoldsNobodyUp refuses peers that do not agree on anything, more
// than may be told so at once. The next one is served as soon as there is room.
func TestRefusedPeerHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	o, trace := observe()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := spop.NewServer(spop.Config{Handler: spop.HandlerFunc(setName), MaxConns: 1, Trace: trace})
	var serving sync.WaitGroup
	serving.Go(func() { _ = s.Serve(agreeingListener{l}) })
	defer serving.Wait()
	defer s.Close()
	dial := func() net.Conn {
		nc, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { nc.Close() })
		return nc
	}
	ready := func() *spoptest.Peer {
		p := spoptest.NewPeer(t, dial())
		p.Send([]byte("x"))
		p.Hello(spoptest.Hello32())
		return p
	}
	first := ready()
	const silent = 50
	for range silent {
		dial()
	}
	for began := time.Now(); o.refused.Load() < silent; time.Sleep(time.Millisecond) {
		if time.Since(began) > guard {
			t.Fatalf("%d peers were refused, want %d: one that says nothing holds the others up", o.refused.Load(), silent)
		}
	}
	first.Settle()
	o.wantCause(t, spop.ClosePeer)
	ready().Settle()
}
