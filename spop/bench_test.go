package spop_test

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"testing"

	"github.com/spoa-lua/spoa-lua/spop"
)

// typicalMessage is a NOTIFY's payload as small policies get it: an address,
// a method, a path and a header.
func typicalMessage() []byte {
	return spop.AppendMessage(nil, "check-request",
		spop.Arg{Name: []byte("src"), Value: spop.IP(netip.MustParseAddr("192.0.2.1"))},
		spop.Arg{Name: []byte("method"), Value: spop.String("GET")},
		spop.Arg{Name: []byte("path"), Value: spop.String("/index.html")},
		spop.Arg{Name: []byte("ua"), Value: spop.String("Mozilla/5.0 (X11; Linux x86_64)")},
		spop.Arg{Name: []byte("n"), Value: spop.Int64(2288)},
	)
}

// typicalHandler reads two arguments and sets a variable.
func typicalHandler(x *spop.Exchange) error {
	n := x.Notify()
	var m spop.Message
	for n.Next(&m) {
		v, _ := m.Arg("n")
		if src, ok := m.Arg("src"); !ok || !src.Addr().Is4() {
			continue
		}
		if err := x.Ack().SetVar(spop.ScopeTransaction, "score", v); err != nil {
			return err
		}
	}
	return n.Err()
}

func BenchmarkVarint(b *testing.B) {
	for _, v := range []uint64{239, 2287, 1 << 40, 1<<64 - 1} {
		b.Run(fmt.Sprint("append/", v), func(b *testing.B) {
			b.ReportAllocs()
			buf := make([]byte, 0, 16)
			for b.Loop() {
				buf = spop.AppendVarint(buf[:0], v)
			}
		})
		b.Run(fmt.Sprint("parse/", v), func(b *testing.B) {
			b.ReportAllocs()
			buf := spop.AppendVarint(nil, v)
			for b.Loop() {
				if _, n := spop.ParseVarint(buf); n == 0 {
					b.Fatal("no varint")
				}
			}
		})
	}
}

func BenchmarkParseHeader(b *testing.B) {
	b.ReportAllocs()
	frame := spop.BeginFrame(nil, spop.Header{Type: spop.FrameNotify, Flags: spop.FlagFin, StreamID: 4711, FrameID: 1})[4:]
	for b.Loop() {
		if _, _, err := spop.ParseHeader(frame); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkNotifyCursor(b *testing.B) {
	payload := typicalMessage()
	b.ReportAllocs()
	b.SetBytes(int64(len(payload)))
	for b.Loop() {
		n := spop.NewNotify(payload)
		var m spop.Message
		var a spop.Arg
		for n.Next(&m) {
			for args := m.Args(); args.Next(&a); {
				_ = a.Value.Kind()
			}
		}
		if n.Err() != nil {
			b.Fatal(n.Err())
		}
	}
}

func BenchmarkAckSetVar(b *testing.B) {
	b.ReportAllocs()
	ack := spop.NewAck(16380)
	v := spop.String("blocked")
	for b.Loop() {
		ack.Reset()
		if err := ack.SetVar(spop.ScopeTransaction, "verdict", v); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkMessageArg looks for the last of five arguments by its name.
func BenchmarkMessageArg(b *testing.B) {
	b.ReportAllocs()
	n := spop.NewNotify(typicalMessage())
	var m spop.Message
	if !n.Next(&m) {
		b.Fatal(n.Err())
	}
	for b.Loop() {
		if v, ok := m.Arg("n"); !ok || !v.IsInt() {
			b.Fatal("no argument n")
		}
	}
}

// BenchmarkAck is an ACK from its header to its last byte.
func BenchmarkAck(b *testing.B) {
	host, score, deny := spop.String("www.example.org"), spop.Int64(36), spop.Bool(false)
	for _, bench := range []struct {
		name string
		fill func(a *spop.Ack) error
	}{
		{"noop", func(*spop.Ack) error { return nil }},
		{"one", func(a *spop.Ack) error { return a.SetVar(spop.ScopeTransaction, "score", score) }},
		{"unset", func(a *spop.Ack) error { return a.UnsetVar(spop.ScopeTransaction, "score") }},
		{"three", func(a *spop.Ack) error {
			return errors.Join(a.SetVar(spop.ScopeTransaction, "score", score),
				a.SetVar(spop.ScopeTransaction, "deny", deny), a.SetVar(spop.ScopeTransaction, "host", host))
		}},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			ack := spop.NewAck(16380)
			var out []byte
			for b.Loop() {
				ack.Reset()
				if err := bench.fill(ack); err != nil {
					b.Fatal(err)
				}
				out = spop.BeginFrame(out[:0], spop.Header{Type: spop.FrameAck, Flags: spop.FlagFin, StreamID: 4711, FrameID: 1})
				out = spop.EndFrame(append(out, ack.Payload()...), 0)
			}
		})
	}
}

// BenchmarkServer is the whole way of a NOTIFY over loopback TCP, the peer's
// share included: depth is how many are in flight at once.
func BenchmarkServer(b *testing.B) {
	for _, depth := range []int{1, 20, 64} {
		b.Run(fmt.Sprint("depth/", depth), func(b *testing.B) { benchServer(b, depth) })
	}
}

// benchAgent serves typicalHandler on loopback.
func benchAgent(b *testing.B) net.Addr {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	srv := spop.NewServer(spop.Config{Handler: spop.HandlerFunc(typicalHandler)})
	go srv.Serve(l)
	b.Cleanup(func() { srv.Close() })
	return l.Addr()
}

func benchServer(b *testing.B, depth int) {
	addr := benchAgent(b)
	nc, err := net.Dial("tcp", addr.String())
	if err != nil {
		b.Fatal(err)
	}
	defer nc.Close()
	r := bufio.NewReaderSize(nc, 64<<10)
	hello := spop.HaproxyHello{Versions: "2.0", MaxFrameSize: 16380, Capabilities: "pipelining"}
	buf := make([]byte, 16384)
	benchWrite(b, nc, hello.Append(nil))
	benchRead(b, r, buf)
	var burst []byte
	for i := range depth {
		start := len(burst)
		burst = spop.BeginFrame(burst, spop.Header{Type: spop.FrameNotify, Flags: spop.FlagFin, StreamID: uint64(2*i + 1), FrameID: 1})
		burst = spop.EndFrame(append(burst, typicalMessage()...), start)
	}
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		if n == 0 {
			benchWrite(b, nc, burst)
			n = depth
		}
		benchRead(b, r, buf)
		n--
	}
}

func benchWrite(b *testing.B, w io.Writer, frames []byte) {
	if _, err := w.Write(frames); err != nil {
		b.Fatal(err)
	}
}

func benchRead(b *testing.B, r io.Reader, buf []byte) {
	if _, err := io.ReadFull(r, buf[:4]); err != nil {
		b.Fatal(err)
	}
	if _, err := io.ReadFull(r, buf[:binary.BigEndian.Uint32(buf)]); err != nil {
		b.Fatal(err)
	}
}
