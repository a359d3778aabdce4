package spop

import (
	"crypto/tls"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// pair is a connection of a server without goroutines, and its peer.
type pair struct {
	rd   *reader
	peer net.Conn
}

func newPair(t *testing.T, network, address string) pair {
	t.Helper()
	l, err := net.Listen(network, address)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	peer, err := net.Dial(network, l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	nc, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	return pairOf(t, nc, peer)
}

func pairOf(t *testing.T, nc, peer net.Conn) pair {
	t.Helper()
	s := NewServer(Config{Handler: HandlerFunc(func(*Exchange) error { return nil })})
	c := newConn(s, nc)
	rd := newReader(c)
	c.cur.Store(rd)
	s.conns[c] = struct{}{}
	t.Cleanup(func() { nc.Close(); peer.Close() })
	return pair{rd, peer}
}

// fillInVain waits for bytes that do not come. Where the descriptor is waited
// for, the deadline comes when nothing was found in it, and not before.
func (p pair) fillInVain(t *testing.T) {
	t.Helper()
	over := func() { _ = p.rd.c.nc.SetReadDeadline(time.Unix(1, 0)) }
	if try := p.rd.try; try != nil && p.rd.empty() {
		p.rd.try = func(fd uintptr) (done bool) {
			defer over()
			return try(fd)
		}
		defer func() { p.rd.try = try }()
	} else {
		over()
	}
	if err := p.rd.fill(); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatalf("fill: got %v, want a deadline", err)
	}
	_ = p.rd.c.nc.SetReadDeadline(time.Time{})
}

// fill takes what send has sent.
func (p pair) fill(t *testing.T, send string) {
	t.Helper()
	if _, err := p.peer.Write([]byte(send)); err != nil {
		t.Fatal(err)
	}
	for got := 0; got < len(send); {
		before := p.rd.w - p.rd.r
		if err := p.rd.fill(); err != nil {
			t.Fatal(err)
		}
		got += p.rd.w - p.rd.r - before
	}
}

func (p pair) unread() string { return string(p.rd.in[p.rd.r:p.rd.w]) }

func (p pair) wantNoBuffer(t *testing.T, when string) {
	t.Helper()
	rd := p.rd
	if rd.in != nil || rd.out != nil || rd.box != nil || rd.x.payload != nil || rd.x.ack.buf != nil || rd.x.progress.payload != nil {
		t.Errorf("%s: the reader holds in %d, out %d, box %v, payload %d, ack %d, committed %d bytes; want nothing", when,
			cap(rd.in), cap(rd.out), rd.box, cap(rd.x.payload), cap(rd.x.ack.buf), cap(rd.x.progress.payload))
	}
}

// sockets are what has a descriptor that can be waited for.
func sockets(t *testing.T) map[string]pair {
	dir, err := os.MkdirTemp("", "spop") // t.TempDir is too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return map[string]pair{
		"tcp":  newPair(t, "tcp", "127.0.0.1:0"),
		"unix": newPair(t, "unix", filepath.Join(dir, "s")),
	}
}

// A connection holds no buffer before its first byte, nor after an exchange.
func TestIdleConnectionHoldsNoBuffer(t *testing.T) {
	for name, p := range sockets(t) {
		t.Run(name, func(t *testing.T) {
			p.fillInVain(t)
			p.wantNoBuffer(t, "at first")
			frame := EndFrame(append(BeginFrame(nil, Header{Type: FrameNotify, Flags: FlagFin, StreamID: 1, FrameID: 1}), "\x01a\x00"...), 0)
			p.fill(t, string(frame))
			if got := p.unread(); got != string(frame) {
				t.Fatalf("got %q, want %q", got, frame)
			}
			p.rd.c.watched.Store(true) // so that the watchdog is not started
			if kept, err := p.rd.c.step(p.rd); !kept || err != nil {
				t.Fatalf("step: %v, %v", kept, err)
			}
			p.rd.x.Commit(1, nil)
			if err := p.rd.flush(); err != nil {
				t.Fatal(err)
			}
			p.fillInVain(t)
			p.wantNoBuffer(t, "after an exchange")
			p.fill(t, "more")
			if got := p.unread(); got != "more" {
				t.Errorf("after a rest: got %q, want more", got)
			}
		})
	}
}

// What waits to be handled or written stays while more is waited for.
func TestHalfAFrameKeepsItsBuffer(t *testing.T) {
	for name, p := range sockets(t) {
		t.Run(name, func(t *testing.T) {
			p.fill(t, "\x00\x00\x00\x09half")
			p.fillInVain(t)
			p.fill(t, " one")
			if got, want := p.unread(), "\x00\x00\x00\x09half one"; got != want {
				t.Errorf("got %q, want %q", got, want)
			}
			p.rd.r = p.rd.w
			p.rd.out = append(p.rd.out, "a reply"...)
			p.fillInVain(t)
			if got := string(p.rd.out); got != "a reply" {
				t.Errorf("replies: got %q, want them kept", got)
			}
		})
	}
}

// One connection after the other has the same buffer, at the size that the
// first has grown it to; one that is too large goes to nobody.
func TestBuffersGoRound(t *testing.T) {
	a := newPair(t, "tcp", "127.0.0.1:0")
	a.fill(t, strings.Repeat("x", 3*readSize))
	size := len(a.rd.in)
	if size <= readSize {
		t.Fatalf("the buffer has %d bytes, want more than %d", size, readSize)
	}
	a.rd.r = a.rd.w
	box, in := a.rd.box, &a.rd.in[0]
	a.rd.give()
	a.wantNoBuffer(t, "given back")
	a.rd.take()
	if a.rd.box == box && (&a.rd.in[0] != in || len(a.rd.in) != size || cap(a.rd.out) != 0) { // the pool may have lost it
		t.Errorf("taken again: %d bytes, want the same %d", len(a.rd.in), size)
	}
	a.rd.in = make([]byte, maxReadSize+1)
	a.rd.give()
	a.rd.take()
	if len(a.rd.in) > maxReadSize {
		t.Errorf("a buffer of %d bytes went round", len(a.rd.in))
	}
}

// Through TLS, and where there is no descriptor, a connection reads as ever:
// bytes may wait elsewhere than in the descriptor.
func TestBuffersWithoutDescriptor(t *testing.T) {
	nc, peer := net.Pipe()
	pipe := pairOf(t, nc, peer)
	raw := newPair(t, "tcp", "127.0.0.1:0")
	secure := pairOf(t, tls.Server(raw.rd.c.nc, new(tls.Config)), raw.peer)
	for name, p := range map[string]pair{"pipe": pipe, "tls": secure} {
		if p.rd.c.raw != nil || p.rd.try != nil {
			t.Errorf("%s: its descriptor is waited for", name)
		}
	}
	go func() { _, _ = peer.Write([]byte("bytes")) }() // ends with the fill
	if err := pipe.rd.fill(); err != nil {
		t.Fatal(err)
	}
	pipe.rd.r = pipe.rd.w
	pipe.fillInVain(t)
	if pipe.rd.in == nil {
		t.Error("pipe: the buffer has gone")
	}
}

// A slow exchange keeps its buffers, since its successor may still copy from
// them when it has been answered; the successor has others.
func TestSlowExchangeKeepsItsBuffers(t *testing.T) {
	p := newPair(t, "tcp", "127.0.0.1:0")
	p.fill(t, "unhandled")
	word := p.rd.x.begin(Header{StreamID: 1, FrameID: 1}, nil, nil)
	p.rd.x.move(word, stateDetached)
	p.rd.c.slow.Add(1)
	p.rd.c.finishSlow(&p.rd.x, word)
	next := p.rd.successor()
	if got := string(next.in[next.r:next.w]); got != "unhandled" || &next.in[0] == &p.rd.in[0] {
		t.Errorf("the successor has %q, want a copy of what is unhandled", got)
	}
}
