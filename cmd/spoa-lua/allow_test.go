package main

import (
	"io"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"testing"
)

// TestAllows covers the forms that a peer's address may have.
func TestAllows(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, allow, peer string
		want              bool
	}{
		{"in the network", "192.0.2.0/24", "192.0.2.7:1", true},
		{"outside", "192.0.2.0/24", "192.0.3.7:1", false},
		{"one address", "192.0.2.7", "192.0.2.7:1", true},
		{"next to one address", "192.0.2.7", "192.0.2.8:1", false},
		{"IPv4 in IPv6, allowed", "192.0.2.0/24", "[::ffff:192.0.2.7]:1", true},
		{"IPv4 in IPv6, refused", "192.0.2.0/24", "[::ffff:192.0.3.7]:1", false},
		{"network not masked", "192.0.2.99/24", "192.0.2.1:1", true},
		{"IPv6", "2001:db8::/32", "[2001:db8::1]:1", true},
		{"IPv6 with a zone", "fe80::/10", "[fe80::1%lo]:1", true},
		{"IPv6 and an IPv4 network", "0.0.0.0/0", "[2001:db8::1]:1", false},
		{"second of two", "10.0.0.0/8,2001:db8::/32", "[2001:db8::1]:1", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			l := &allowListener{allow: prefixes(t, tt.allow)}
			peer := net.TCPAddrFromAddrPort(netip.MustParseAddrPort(tt.peer))
			if got := l.allows(peer); got != tt.want {
				t.Errorf("--allow %s and the peer %s: got %v, want %v", tt.allow, tt.peer, got, tt.want)
			}
		})
	}
	if l := (&allowListener{allow: prefixes(t, "0.0.0.0/0")}); l.allows(&net.UnixAddr{Name: "x"}) {
		t.Error("an address that is none of TCP is allowed")
	}
}

func prefixes(t *testing.T, list string) []netip.Prefix {
	t.Helper()
	var all []netip.Prefix
	for text := range strings.SplitSeq(list, ",") {
		p, err := parsePrefix(text)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	return all
}

// TestAllowListener has real connections come: one that is refused is closed
// and logged, many are logged once, and one that is allowed is accepted.
func TestAllowListener(t *testing.T) {
	t.Parallel()
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	l := &allowListener{Listener: inner, allow: prefixes(t, "127.0.0.2"), log: slog.New(slog.NewTextHandler(&log, nil))}
	accepted := make(chan string, 1)
	go func() { // ends when the listener is closed, at the latest
		defer close(accepted)
		nc, err := l.Accept()
		if err != nil {
			return
		}
		accepted <- nc.RemoteAddr().(*net.TCPAddr).IP.String()
		nc.Close()
	}()
	for range 3 {
		nc := dialFrom(t, "127.0.0.1", inner.Addr())
		if b, err := io.ReadAll(nc); len(b) > 0 || err != nil && !strings.Contains(err.Error(), "reset") {
			t.Errorf("a refused peer reads %q, %v, want the end", b, err)
		}
		nc.Close()
	}
	dialFrom(t, "127.0.0.2", inner.Addr()).Close()
	if got := <-accepted; got != "127.0.0.2" {
		t.Errorf("got a connection from %q, want one from 127.0.0.2", got)
	}
	inner.Close()
	if n := strings.Count(log.String(), "not in --allow"); n < 1 || n > 3 || !strings.Contains(log.String(), "peer=127.0.0.1:") {
		t.Errorf("log of the refusals:\n%s", log.String())
	}
}

func dialFrom(t *testing.T, local string, to net.Addr) net.Conn {
	t.Helper()
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(local)}}
	nc, err := d.DialContext(t.Context(), "tcp", to.String())
	if err != nil {
		t.Fatal(err)
	}
	return nc
}

func TestParseOwner(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		text     string
		uid, gid int
		ok       bool
	}{
		{"", -1, -1, true},
		{"7", 7, -1, true},
		{"7:8", 7, 8, true},
		{"root", 0, -1, true},
		{"root:root", 0, 0, true},
		{"7:root", 7, 0, true},
		{":8", 0, 0, false},
		{"no-such-user-here", 0, 0, false},
		{"7:no-such-group-here", 0, 0, false},
	} {
		uid, gid, err := parseOwner(tt.text)
		if (err == nil) != tt.ok || uid != tt.uid || gid != tt.gid {
			t.Errorf("parseOwner(%q) = %d, %d, %v, want %d, %d, ok %v", tt.text, uid, gid, err, tt.uid, tt.gid, tt.ok)
		}
	}
}

// TestSocketModeAndOwner looks at the socket files that a door opens, stale ones
// in their place or not.
func TestSocketModeAndOwner(t *testing.T) {
	t.Parallel()
	owner := os.Getuid()
	if owner == 0 {
		owner = 65534 // root can give it away
	}
	for _, tt := range []struct {
		name  string
		mode  os.FileMode
		stale bool
	}{
		{"private", 0o600, false}, {"group", 0o660, false}, {"all", 0o666, false}, {"stale", 0o600, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			path := t.TempDir() + "/s"
			if tt.stale {
				leaveSocket(t, path)
			}
			d := &door{mode: tt.mode, uid: owner, gid: -1, log: slog.New(slog.DiscardHandler)}
			l, err := d.listen("unix:" + path)
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			info, err := os.Stat(path)
			if err != nil {
				t.Fatal(err)
			}
			if info.Mode().Perm() != tt.mode {
				t.Errorf("mode is %v, want %v", info.Mode().Perm(), tt.mode)
			}
			if got := uidOf(info); got != owner {
				t.Errorf("the owner is %s, want %s", strconv.Itoa(got), strconv.Itoa(owner))
			}
			if _, err := d.listen("unix:" + path); err == nil {
				t.Error("a socket in use was taken over")
			}
		})
	}
}
