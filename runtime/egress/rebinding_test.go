package egress

import (
	"context"
	"encoding/binary"
	"errors"
	"net"
	"net/netip"
	"sync/atomic"
	"testing"

	"github.com/spoa-lua/spoa-lua/luabind/remote"
)

// dnsServer answers each question for an IPv4 address with what next returns, for
// no longer than now.
func dnsServer(t *testing.T, next func() netip.Addr) *net.Resolver {
	t.Helper()
	server, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	go func() {
		buf := make([]byte, 512)
		for {
			n, from, err := server.ReadFrom(buf)
			if err != nil {
				return
			}
			_, _ = server.WriteTo(dnsAnswer(buf[:n], next), from)
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", server.LocalAddr().String())
	}}
}

// dnsAnswer is the answer to a query with one question (RFC 1035 4.1): its header
// and question, and an address if one was asked for.
func dnsAnswer(query []byte, next func() netip.Addr) []byte {
	end := 12
	for query[end] != 0 {
		end += int(query[end]) + 1
	}
	end += 5
	out := append([]byte(nil), query[:end]...)
	binary.BigEndian.PutUint16(out[2:], 0x8180) // an answer, recursion was done
	copy(out[6:12], []byte{0, 0, 0, 0, 0, 0})
	if binary.BigEndian.Uint16(query[end-4:]) != 1 { // no A
		return out
	}
	out[7] = 1
	address := next().As4()
	out = append(out, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4)
	return append(out, address[:]...)
}

// TestRebinding asks for a name that leads elsewhere the second time: what a lookup said
// a moment ago counts for nothing, the address that is dialled does.
func TestRebinding(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	inside, here := netip.MustParseAddr("10.0.0.1"), netip.MustParseAddr("127.0.0.1")
	var address atomic.Pointer[netip.Addr]
	address.Store(&inside)
	n := network(t, "10.0.0.0/8", "evil.example.org")
	n.resolver = dnsServer(t, func() netip.Addr { return *address.Load() })
	list, err := n.Lookup(t.Context(), "evil.example.org")
	if err != nil || len(list) != 1 || list[0] != inside {
		t.Fatalf("the first lookup gives %v, %v", list, err)
	}
	address.Store(&here)
	c, err := n.Dial(t.Context(), remote.Destination{Host: "evil.example.org", Port: l.Addr().(*net.TCPAddr).Port})
	if _, ok := errors.AsType[*remote.RefusedError](err); !ok {
		t.Errorf("got %v, %v, want a refusal", c, err)
	}
	if c != nil {
		c.Close()
	}
}
