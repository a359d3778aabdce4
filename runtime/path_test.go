//go:build !race

// The race detector allocates by itself: this file counts allocations.

package runtime

import (
	"fmt"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/spoa-lua/spoa-lua/spop"
	"github.com/spoa-lua/spoa-lua/spop/spoptest"
)

// depth is how many NOTIFYs the tests of the whole path bring with a read.
const depth = 16

// pathPolicies are those of `make bench-agent`, with what a NOTIFY may allocate
// on its way from the socket to the socket: nothing of the agent's own, and in
// the realistic policy the longer of the two captures of its matches.
var pathPolicies = []struct {
	name   string
	allocs float64
}{
	{"empty", 0},
	{"one", 0},
	{"realistic", 1},
}

// loop is a connection that brings the same NOTIFYs again and again, as fast as
// they are read, for as long as told, and throws the ACKs away.
type loop struct {
	net.Conn
	hello, batch []byte
	turns        chan int      // how many batches to bring
	done         chan struct{} // told when they are answered
	left         int
}

func (c *loop) Read(b []byte) (int, error) {
	if c.hello != nil {
		n := copy(b, c.hello)
		c.hello = nil
		return n, nil
	}
	if c.left == 0 {
		c.done <- struct{}{}
		left, ok := <-c.turns
		if !ok {
			return 0, io.EOF
		}
		c.left = left
	}
	c.left--
	if len(b) < len(c.batch) { // the first read's buffer is small
		panic(fmt.Sprintf("a read of %d bytes for %d", len(b), len(c.batch)))
	}
	return copy(b, c.batch), nil
}

func (c *loop) Write(b []byte) (int, error)      { return len(b), nil }
func (c *loop) Close() error                     { return nil }
func (c *loop) SetReadDeadline(time.Time) error  { return nil }
func (c *loop) SetWriteDeadline(time.Time) error { return nil }
func (c *loop) SetDeadline(time.Time) error      { return nil }
func (c *loop) RemoteAddr() net.Addr             { return &net.TCPAddr{} }

// startLoop serves a policy on a loop and returns what answers n batches.
func startLoop(tb testing.TB, policy string) (turn func(n int)) {
	tb.Helper()
	r, err := New(Config{Scripts: []string{"../tests/bench/" + policy + ".lua"}})
	if err != nil {
		tb.Fatal(err)
	}
	msg := spop.NewMessage("check-request",
		spop.NewArg("ip", mustValue(tb, "ipv4:192.0.2.17")), spop.NewArg("method", spop.String("GET")),
		spop.NewArg("path", spop.String("/api/v1/users/4711?page=2")), spop.NewArg("host", spop.String("www.example.org")),
		spop.NewArg("user-agent", spop.String("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0")))
	hello := spop.HaproxyHello{Versions: spop.Version, MaxFrameSize: 16380, Capabilities: spop.CapPipelining}
	c := &loop{hello: hello.Append(nil), turns: make(chan int), done: make(chan struct{})}
	for i := range depth {
		start := len(c.batch)
		c.batch = spop.BeginFrame(c.batch, spop.Header{Type: spop.FrameNotify, Flags: spop.FlagFin, StreamID: uint64(10001 + 2*i), FrameID: 1})
		c.batch = spop.EndFrame(msg.Append(c.batch), start)
	}
	l := &oneListener{conn: make(chan net.Conn, 1), closed: make(chan struct{})}
	l.conn <- c
	// Nothing is handed over, however long this process has to wait for a processor.
	server := spop.NewServer(spop.Config{Handler: r, Trace: r.Trace(), Timeout: time.Minute, HandOverAfter: 100 * time.Millisecond})
	go server.Serve(l)
	<-c.done
	tb.Cleanup(func() {
		close(c.turns)
		server.Close()
		r.Close()
	})
	return func(n int) {
		c.turns <- n
		<-c.done
	}
}

type oneListener struct {
	conn   chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (l *oneListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conn:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}
func (l *oneListener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}
func (l *oneListener) Addr() net.Addr { return &net.TCPAddr{} }

func mustValue(tb testing.TB, text string) spop.Value {
	tb.Helper()
	v, err := spop.ParseValue(text)
	if err != nil {
		tb.Fatal(err)
	}
	return v
}

// BenchmarkPath is a NOTIFY's way from the read to the write, without a kernel.
func BenchmarkPath(b *testing.B) {
	for _, p := range pathPolicies {
		b.Run(p.name, func(b *testing.B) {
			turn := startLoop(b, p.name)
			turn(100)
			b.ReportAllocs()
			b.ResetTimer()
			turn(b.N/depth + 1)
		})
	}
}

func TestPathAllocations(t *testing.T) {
	for _, p := range pathPolicies {
		turn := startLoop(t, p.name)
		turn(100)
		const batches = 500
		got := spoptest.Allocs(3, func() { turn(batches) }) / (batches * depth)
		t.Logf("%s: %.2f", p.name, got)
		if got > p.allocs+0.01 {
			t.Errorf("%s: %.2f allocations a NOTIFY, want at most %.0f", p.name, got, p.allocs)
		}
	}
}
