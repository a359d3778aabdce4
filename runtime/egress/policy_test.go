package egress

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spoa-lua/spoa-lua/luabind/remote"
)

func TestPolicy(t *testing.T) {
	for _, c := range []struct {
		rules string // separated by blanks
		host  string
		addr  string
		err   string // a part of the error, "" for none
	}{
		{"", "", "93.184.216.34:443", ""},
		{"", "www.example.org", "[2606:2800:220:1::1]:443", ""},
		{"", "", "127.0.0.1:80", "egress to 127.0.0.1:80 refused: loopback addresses must be listed; --egress 127.0.0.1:80 would allow it"},
		{"", "", "[::1]:80", "loopback"},
		{"", "", "[::ffff:127.0.0.1]:80", "egress to 127.0.0.1:80 refused"},
		{"", "", "[::ffff:169.254.169.254]:80", "link-local"},
		{"", "metadata.example.org", "169.254.169.254:80", "egress to metadata.example.org (169.254.169.254:80) refused: link-local"},
		{"", "", "[fe80::1%eth0]:80", "link-local"},
		{"", "", "10.0.0.1:80", "private"},
		{"", "", "172.31.255.255:80", "private"},
		{"", "", "192.168.1.1:80", "private"},
		{"", "", "100.64.0.1:80", "private"},
		{"", "", "[fd00::1]:80", "private"},
		{"", "", "0.0.0.0:80", "special-purpose"},
		{"", "", "[::]:80", "special-purpose"},
		{"", "", "255.255.255.255:80", "special-purpose"},
		{"", "", "224.0.0.1:80", "special-purpose"},
		{"", "", "[64:ff9b::7f00:1]:80", "special-purpose"},
		{"", "", "[2002:7f00:1::]:80", "special-purpose"},
		{"10.0.0.0/8", "", "10.1.2.3:80", ""},
		{"10.0.0.0/8", "", "93.184.216.34:443", "no --egress lists it"},
		{"10.0.0.0/8 public", "", "93.184.216.34:443", ""},
		{"10.0.0.0/8:6379", "", "10.1.2.3:6379", ""},
		{"10.0.0.0/8:6379", "", "10.1.2.3:6380", "private"},
		{"[fd00::/8]:80", "", "[fd00::1]:80", ""},
		{"[fd00::/8]:80", "", "[fd00::1]:81", "private"},
		{"fd00::1", "", "[fd00::1]:81", ""},
		{"127.0.0.1", "", "[::ffff:127.0.0.1]:80", ""},
		{"redis.example.org:6379", "redis.example.org", "10.0.0.5:6379", ""},
		{"redis.example.org:6379", "redis.example.org", "10.0.0.5:80", "private"},
		{"redis.example.org", "redis.example.org", "127.0.0.1:6379", "loopback"},
		{"redis.example.org", "redis.example.org", "169.254.169.254:80", "link-local"},
		{"redis.example.org", "", "10.0.0.5:6379", "private"},
		{"redis.example.org", "evil.example.net", "10.0.0.5:6379", "private"},
		{"localhost", "localhost", "127.0.0.1:6379", ""},
		{"*.example.org", "a.example.org", "10.0.0.5:6379", ""},
		{"*.example.org", "example.org", "10.0.0.5:6379", "private"},
		{"*.example.org", "evilexample.org", "10.0.0.5:6379", "private"},
	} {
		p, err := ParsePolicy(strings.Fields(c.rules))
		if err != nil {
			t.Fatalf("%s: %v", c.rules, err)
		}
		err = p.checkAddr(c.host, netip.MustParseAddrPort(c.addr))
		if (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("rules %q, %s %s: got %v, want %q", c.rules, c.host, c.addr, err, c.err)
		}
	}
}

func TestPolicyErrors(t *testing.T) {
	for rule, want := range map[string]string{
		"":                 "it must be",
		"10.0.0.1/8":       "the range begins at 10.0.0.0/8",
		"10.0.0.0/8:0":     "port",
		"host:99999":       "port",
		"http://host":      "write its host, host",
		"a b":              "it must be",
		"*":                "it must be",
		"a*.example.org":   "it must be",
		"[::1]80":          "brackets",
		"unix:run/s":       "absolute",
		"*example.org":     "it must be",
		"10.0.0.0/8,other": "it must be",
	} {
		if _, err := ParsePolicy([]string{rule}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", rule, err, want)
		}
	}
}

// TestDialChecksTheAddress asks by name: what counts is where it leads.
func TestDialChecksTheAddress(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	port := l.Addr().(*net.TCPAddr).Port
	var refused *remote.RefusedError
	for rule, ok := range map[string]bool{Public: false, "127.0.0.0/8": true, "localhost": true, "10.0.0.0/8": false} {
		p, err := ParsePolicy([]string{rule})
		if err != nil {
			t.Fatal(err)
		}
		n := New(Config{Policy: p})
		c, err := n.Dial(context.Background(), remote.Destination{Host: "localhost", Port: port})
		if ok != (err == nil) || !ok && !errors.As(err, &refused) {
			t.Errorf("rule %s: got %v", rule, err)
		}
		if c != nil {
			c.Close()
		}
		n.Close()
	}
}

// TestDialUnix connects to a socket that is listed only.
func TestDialUnix(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "s")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for rule, ok := range map[string]bool{"unix:" + path: true, "unix:" + dir + "/*": true, Public: false, "unix:/other": false} {
		p, err := ParsePolicy([]string{rule})
		if err != nil {
			t.Fatal(err)
		}
		n := New(Config{Policy: p})
		c, err := n.Dial(context.Background(), remote.Destination{Path: path})
		if ok != (err == nil) {
			t.Errorf("rule %s: got %v", rule, err)
		}
		if c != nil {
			c.Close()
		}
		n.Close()
	}
}
