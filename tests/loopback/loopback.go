// Package loopback has servers on 127.0.0.1 for tests of what connects to others.
package loopback

import (
	"context"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
)

// Serve runs serve for each connection that comes to the address, in a goroutine
// of its own, and closes the connection behind it. The test's end closes what is
// still open and waits for all of them: serve must return when its connection fails.
func Serve(tb testing.TB, serve func(net.Conn)) (addr string) {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			serving.Go(func() {
				defer c.Close()
				stop := context.AfterFunc(ctx, func() { c.Close() })
				defer stop()
				serve(c)
			})
		}
	})
	tb.Cleanup(func() {
		l.Close()
		cancel()
		serving.Wait()
	})
	return l.Addr().String()
}

// Echo sends back what comes, until it has sent "quit". It is for Serve.
func Echo(c net.Conn) {
	buf := make([]byte, 4096)
	for {
		n, err := c.Read(buf)
		if err != nil {
			return
		}
		if _, err := c.Write(buf[:n]); err != nil || strings.Contains(string(buf[:n]), "quit") {
			return
		}
	}
}

// Drain reads until the other side has gone. It is for Serve.
func Drain(c net.Conn) { _, _ = io.Copy(io.Discard, c) }

// Refusing returns an address that nobody listens at: a client's own, which is taken
// until the test ends, so that nobody comes to listen there either.
func Refusing(tb testing.TB) (addr string) {
	tb.Helper()
	c, err := net.Dial("tcp", Serve(tb, Drain))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { c.Close() })
	return c.LocalAddr().String()
}

// Port returns the port of an address.
func Port(addr string) string {
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		panic("loopback: " + err.Error())
	}
	return port
}
