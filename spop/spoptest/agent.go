package spoptest

import (
	"context"
	"errors"
	"net"
	"testing"

	"github.com/spoa-lua/spoa-lua/spop"
)

// Agent is a spop.Server that runs for the time of a test.
type Agent struct {
	// Server is the server, for Shutdown and Close.
	Server *spop.Server
	// Listener is where connections in memory come from; nil after StartTCP.
	Listener *Listener

	tb   testing.TB
	dial func() (net.Conn, error)
	done chan error
}

// Start serves cfg on connections in memory until the test ends.
func Start(tb testing.TB, cfg spop.Config) *Agent {
	tb.Helper()
	l := NewListener()
	a := start(tb, cfg, l, func() (net.Conn, error) { return l.Dial() })
	a.Listener = l
	return a
}

// StartTCP serves cfg on a loopback port until the test ends.
func StartTCP(tb testing.TB, cfg spop.Config) *Agent {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	return start(tb, cfg, l, func() (net.Conn, error) { return net.Dial("tcp", l.Addr().String()) })
}

func start(tb testing.TB, cfg spop.Config, l net.Listener, dial func() (net.Conn, error)) *Agent {
	a := &Agent{Server: spop.NewServer(cfg), tb: tb, dial: dial, done: make(chan error, 1)}
	go func() { a.done <- a.Server.Serve(l) }() // ends with Close
	tb.Cleanup(func() {
		a.stop()
		if err := <-a.done; !errors.Is(err, spop.ErrServerClosed) {
			tb.Errorf("Serve returned %v, want ErrServerClosed", err)
		}
	})
	return a
}

// stop closes the server and waits for the handlers that still run.
func (a *Agent) stop() {
	a.Server.Close()
	ctx, cancel := context.WithTimeout(context.Background(), readTimeout)
	defer cancel()
	if err := a.Server.Shutdown(ctx); err != nil {
		a.tb.Errorf("handlers are still running %v after Close", readTimeout)
	}
}

// Conn returns a new connection to the server, which the end of the test closes.
func (a *Agent) Conn() net.Conn {
	a.tb.Helper()
	nc, err := a.dial()
	if err != nil {
		a.tb.Fatalf("connect to the agent: %v", err)
	}
	a.tb.Cleanup(func() { nc.Close() })
	return nc
}

// Peer returns a Peer on a new connection that has not sent its HELLO.
func (a *Agent) Peer() *Peer {
	a.tb.Helper()
	return NewPeer(a.tb, a.Conn())
}

// Ready returns a Peer on a new connection that has exchanged HELLO frames as
// HAProxy 3.2 does.
func (a *Agent) Ready() *Peer {
	a.tb.Helper()
	p := a.Peer()
	p.Hello(Hello32())
	return p
}
