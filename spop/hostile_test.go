package spop_test

import (
	"context"
	"fmt"
	"io"
	"net"
	goruntime "runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spoa-lua/spoa-lua/spop"
	"github.com/spoa-lua/spoa-lua/spop/spoptest"
)

// hostilePeer is one way to misbehave. run returns what it has seen of the
// agent, as watch does.
type hostilePeer struct {
	name string
	ends hostileLimit // what it runs into
	run  func(p *spoptest.Peer) string
	want string
}

// hello and what follows are what hostile peers send.
var (
	hello     = helloBytes()
	goodbyeOf = spoptest.Disconnect(spop.StatusNormal)
)

func helloBytes() []byte {
	h := spoptest.Hello32()
	return h.Append(nil)
}

var hostilePeers = []hostilePeer{
	{"one byte at a time", noLimit, func(p *spoptest.Peer) string {
		for _, b := range join(hello, spoptest.Notify(id(1), say("m")), goodbyeOf) {
			put(p, []byte{b})
		}
		return watch(p)
	}, "AGENT-HELLO ACK DISCONNECT-0 end"},
	{"half a header and silence", helloLimit, func(p *spoptest.Peer) string {
		put(p, hello[:2])
		return watch(p)
	}, "DISCONNECT-2 end"},
	{"silence", helloLimit, watch, "DISCONNECT-2 end"},
	{"half a NOTIFY and silence", frameLimit, func(p *spoptest.Peer) string {
		put(p, hello, spoptest.Notify(id(1), say("m"))[:9])
		return watch(p)
	}, "AGENT-HELLO DISCONNECT-2 end"},
	{"2 GB promised first", noLimit, func(p *spoptest.Peer) string {
		put(p, []byte{0x7f, 0xff, 0xff, 0xff, 1})
		return watch(p)
	}, "DISCONNECT-3 end"},
	{"2 GB promised after the HELLO", noLimit, func(p *spoptest.Peer) string {
		put(p, hello, []byte{0x7f, 0xff, 0xff, 0xff, 3, 0, 0, 0, 1})
		return watch(p)
	}, "AGENT-HELLO DISCONNECT-3 end"},
	{"reset in a frame", noLimit, func(p *spoptest.Peer) string {
		put(p, hello, spoptest.Notify(id(1), say("m"))[:7])
		seen := frameName(p)
		_ = p.Conn.(*net.TCPConn).SetLinger(0) // so that closing resets
		p.Conn.Close()
		return seen
	}, "AGENT-HELLO"},
	{"never reads", writeLimit, neverReads, "closed"},
	{"NOTIFY before HELLO", noLimit, func(p *spoptest.Peer) string {
		put(p, spoptest.Notify(id(1), say("m")))
		return watch(p)
	}, "DISCONNECT-4 end"},
	{"second HELLO", noLimit, func(p *spoptest.Peer) string {
		put(p, hello, hello)
		return watch(p)
	}, "AGENT-HELLO DISCONNECT-4 end"},
	{"duplicate ids", noLimit, func(p *spoptest.Peer) string {
		n := spoptest.Notify(id(1), say("m"))
		put(p, hello, n, n, n, goodbyeOf)
		return watch(p)
	}, "AGENT-HELLO ACK ACK ACK DISCONNECT-0 end"},
	{"garbage", noLimit, func(p *spoptest.Peer) string {
		put(p, []byte("GET / HTTP/1.1\r\nHost: example.org\r\n\r\n"))
		return watch(p)
	}, "DISCONNECT-3 end"},
}

func join(parts ...[]byte) []byte {
	var b []byte
	for _, p := range parts {
		b = append(b, p...)
	}
	return b
}

// put writes as far as the agent lets it; what came of it shows in what is read.
func put(p *spoptest.Peer, parts ...[]byte) {
	_ = p.Conn.SetWriteDeadline(time.Now().Add(guard))
	_, _ = p.Conn.Write(join(parts...))
}

// frameName reads a frame; "end" stands for any error.
func frameName(p *spoptest.Peer) string {
	f, err := p.TryFrame()
	switch {
	case err != nil:
		return "end"
	case f.Type == spop.FrameAgentDisconnect:
		return fmt.Sprintf("DISCONNECT-%d", spop.ParseDisconnect(f.Payload).Status)
	default:
		return f.Type.String()
	}
}

// watch reads to the end.
func watch(p *spoptest.Peer) string {
	var seen []string
	for {
		name := frameName(p)
		seen = append(seen, name)
		if name == "end" {
			return strings.Join(seen, " ")
		}
	}
}

// neverReads asks until the agent has closed the connection.
func neverReads(p *spoptest.Peer) string {
	put(p, hello)
	burst := join(spoptest.Notify(id(1), say("large")), spoptest.Notify(id(2), say("large")))
	for range 1_000_000 {
		_ = p.Conn.SetWriteDeadline(time.Now().Add(guard))
		if _, err := p.Conn.Write(burst); err != nil {
			return "closed"
		}
	}
	return "still open"
}

// hostileServer serves on loopback with small socket buffers, so that a peer
// that does not read is soon felt.
type hostileServer struct {
	net.Listener
	addr string
}

func (s *hostileServer) Accept() (net.Conn, error) {
	nc, err := s.Listener.Accept()
	if err == nil {
		_ = nc.(*net.TCPConn).SetWriteBuffer(16 << 10)
	}
	return nc, err
}

// hostileAnswer sets txn.name, to much for the message "large".
func hostileAnswer(x *spop.Exchange) error {
	if firstName(x) == "large" {
		return x.Ack().SetVar(spop.ScopeTransaction, "x", spop.String(strings.Repeat("x", 8000)))
	}
	return setName(x)
}

// hostileLimit is the limit that a server keeps to. With the others it is so
// patient that a busy machine does not make a peer hostile that is only slow.
type hostileLimit int

const (
	noLimit hostileLimit = iota
	helloLimit
	frameLimit
	writeLimit
	hostileLimits // how many there are
)

func (l hostileLimit) config() spop.Config {
	const soon = 2 * time.Second
	c := spop.Config{Handler: spop.HandlerFunc(hostileAnswer), HelloTimeout: guard, FrameTimeout: guard, WriteTimeout: guard}
	switch l {
	case helloLimit:
		c.HelloTimeout = soon
	case frameLimit:
		c.FrameTimeout = soon
	case writeLimit:
		c.WriteTimeout = soon
	}
	return c
}

// hostileServers are one for each limit.
type hostileServers [hostileLimits]*hostileServer

func serveHostile(t *testing.T) (servers hostileServers) {
	t.Helper()
	for l := range servers {
		servers[l] = serveLimit(t, hostileLimit(l).config())
	}
	return servers
}

// goodNeighbors are a goodNeighbor on each of them.
func (s hostileServers) goodNeighbors(t *testing.T) (stop func()) {
	t.Helper()
	var stops []func()
	for _, server := range s {
		stops = append(stops, server.goodNeighbor(t))
	}
	return func() {
		for _, stop := range stops {
			stop()
		}
	}
}

// attack lets one hostile peer loose.
func (s hostileServers) attack(t *testing.T, h hostilePeer) { s[h.ends].attack(t, h) }

func serveLimit(t *testing.T, cfg spop.Config) *hostileServer {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	hs := &hostileServer{Listener: l, addr: l.Addr().String()}
	s := spop.NewServer(cfg)
	var serving sync.WaitGroup
	serving.Go(func() { _ = s.Serve(hs) })
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), guard)
		defer cancel()
		if err := s.Shutdown(ctx); err != nil {
			t.Errorf("shutdown: %v", err)
		}
		serving.Wait()
	})
	return hs
}

func (s *hostileServer) attack(t *testing.T, h hostilePeer) {
	nc, err := net.Dial("tcp", s.addr)
	if err != nil {
		t.Errorf("%s: %v", h.name, err)
		return
	}
	defer nc.Close()
	_ = nc.(*net.TCPConn).SetReadBuffer(4 << 10)
	if got := h.run(spoptest.NewPeer(t, nc)); got != h.want {
		t.Errorf("%s: saw %q, want %q", h.name, got, h.want)
	}
}

// goodNeighbor asks over one connection until stop is called, and wants all
// answers. asked tells how many there were.
func (s *hostileServer) goodNeighbor(t *testing.T) (stop func()) {
	t.Helper()
	c, err := spop.Dial(t.Context(), s.addr)
	if err != nil {
		t.Fatal(err)
	}
	done, first, asked := make(chan struct{}), make(chan struct{}), 0
	var asking sync.WaitGroup
	asking.Go(func() {
		for {
			select {
			case <-done:
				return
			default:
			}
			name := fmt.Sprint("n", asked)
			actions, err := c.Notify(t.Context(), say(name))
			if err != nil || len(actions) != 1 || actions[0].String() != named(name) {
				t.Errorf("the good connection, message %d: %v, %v", asked, actions, err)
				return
			}
			if asked++; asked == 1 {
				close(first)
			}
		}
	})
	receive(t, first, "the first answer")
	return func() {
		close(done)
		asking.Wait()
		c.Close()
		t.Logf("the good connection had %d answers", asked)
	}
}

// TestHostilePeer lets each hostile peer loose alone.
func TestHostilePeer(t *testing.T) {
	t.Parallel()
	s := serveHostile(t)
	for _, h := range hostilePeers {
		t.Run(h.name, func(t *testing.T) {
			t.Parallel()
			s.attack(t, h)
		})
	}
}

// resources are what a process must get back when its peers are gone.
type resources struct {
	goroutines int
	heap       uint64
}

func resourcesNow() resources {
	goruntime.GC()
	var m goruntime.MemStats
	goruntime.ReadMemStats(&m)
	return resources{goruntime.NumGoroutine(), m.HeapAlloc}
}

// wantBack waits until goroutines and heap are what they were, but for what the
// good connections have at the moment: a watchdog, a reader that took over.
func wantBack(t *testing.T, before resources) {
	t.Helper()
	const slack, few = 4 << 20, 8
	var now resources
	for began := time.Now(); time.Since(began) < guard; time.Sleep(10 * time.Millisecond) {
		now = resourcesNow()
		if now.goroutines <= before.goroutines+few && now.heap <= before.heap+slack {
			t.Logf("before %+v, after %+v", before, now)
			return
		}
	}
	t.Errorf("before %+v, after %+v", before, now)
}

// TestHostileCrowd lets 1,000 of them loose at once while a good connection is
// answered. It is not parallel: it counts the goroutines of the process.
func TestHostileCrowd(t *testing.T) {
	s := serveHostile(t)
	stop := s.goodNeighbors(t)
	before := resourcesNow()
	var crowd sync.WaitGroup
	for i := range 1000 {
		crowd.Go(func() { s.attack(t, hostilePeers[i%len(hostilePeers)]) })
	}
	crowd.Wait()
	wantBack(t, before)
	stop()
}

// TestHostileConnects connects and disconnects 5,000 times, in every way.
func TestHostileConnects(t *testing.T) {
	s := serveHostile(t)[noLimit]
	stop := s.goodNeighbor(t)
	before := resourcesNow()
	var callers sync.WaitGroup
	for i := range 20 {
		callers.Go(func() {
			for j := range 250 {
				s.comeAndGo(t, i+j)
			}
		})
	}
	callers.Wait()
	wantBack(t, before)
	stop()
}

func (s *hostileServer) comeAndGo(t *testing.T, how int) {
	nc, err := net.Dial("tcp", s.addr)
	if err != nil {
		t.Errorf("connect: %v", err)
		return
	}
	switch how % 4 {
	case 0: // at once
	case 1: // in the HELLO
		_, _ = nc.Write(hello[:11])
	case 2: // behind it
		_, _ = nc.Write(hello)
		_, _ = io.ReadFull(nc, make([]byte, 4))
	case 3: // in a NOTIFY
		_, _ = nc.Write(join(hello, spoptest.Notify(id(1), say("m"))[:9]))
	}
	if how%3 != 0 {
		_ = nc.(*net.TCPConn).SetLinger(0)
	}
	nc.Close()
}
