package main

import (
	"io"
	"net"
	"testing"
)

// TestLimitListener serves one connection at a time, and tells of the others.
func TestLimitListener(t *testing.T) {
	t.Parallel()
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	refused := make(chan net.Addr, 10)
	l := &limitListener{Listener: inner, max: 1, refused: func(remote net.Addr, limit int) {
		if limit != 1 {
			t.Errorf("the limit is %d, want 1", limit)
		}
		refused <- remote
	}}
	defer l.Close()
	accepted := make(chan net.Conn)
	go func() { // ends with the listener
		defer close(accepted)
		for {
			nc, err := l.Accept()
			if err != nil {
				return
			}
			accepted <- nc
		}
	}()
	dial := func() net.Conn {
		nc, err := net.Dial("tcp", inner.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { nc.Close() })
		return nc
	}
	dial()
	first := <-accepted
	second := dial()
	if got, want := (<-refused).String(), second.LocalAddr().String(); got != want {
		t.Errorf("refused %s, want %s", got, want)
	}
	if _, err := io.ReadAll(second); err != nil {
		t.Errorf("the connection that was refused: %v", err)
	}
	first.Close()
	first.Close() // twice gives one place back
	dial()
	(<-accepted).Close()
	if n := l.open.Load(); n != 0 {
		t.Errorf("%d are open at the end, want none", n)
	}
}
