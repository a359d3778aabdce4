package egress

import (
	"bufio"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/spoa-lua/spoa-lua/luabind/remote"
	"github.com/spoa-lua/spoa-lua/tests/loopback"
)

// serve answers each connection once its request has come, and closes it.
func serve(t *testing.T, answer func(c net.Conn)) (url string) {
	t.Helper()
	return "http://" + loopback.Serve(t, func(c net.Conn) {
		r := bufio.NewReader(c)
		for line, err := r.ReadString('\n'); line != "\r\n"; line, err = r.ReadString('\n') {
			if err != nil {
				return
			}
		}
		answer(c)
	}) + "/"
}

// forever writes a text until the other side has gone.
func forever(c net.Conn, text string) {
	text = strings.Repeat(text, 1+4096/len(text))
	for {
		if _, err := io.WriteString(c, text); err != nil {
			return
		}
	}
}

// drip writes head, and then never more than a byte at a time.
func drip(c net.Conn, head string) {
	_, _ = io.WriteString(c, head)
	for {
		if _, err := io.WriteString(c, "x"); err != nil {
			return
		}
		time.Sleep(time.Millisecond)
	}
}

func network(t *testing.T, rules ...string) *Network {
	t.Helper()
	p, err := ParsePolicy(rules)
	if err != nil {
		t.Fatal(err)
	}
	n := New(Config{Policy: p})
	t.Cleanup(n.Close)
	return n
}

const (
	maxTestBody = 1 << 20
	timeout     = "timeout" // any error that says so
)

// bomb is many megabytes of zeros, packed.
func bomb() string {
	var b strings.Builder
	w := gzip.NewWriter(&b)
	for range 20 {
		_, _ = w.Write(make([]byte, maxTestBody))
	}
	_ = w.Close()
	return b.String()
}

// TestHostileServers asks servers that answer with too much, or never to the end:
// each must be an error that says so, or a body within the limit.
func TestHostileServers(t *testing.T) {
	t.Parallel()
	packed := bomb()
	head := "HTTP/1.1 200 OK\r\n"
	for name, c := range map[string]struct {
		answer func(c net.Conn)
		want   string // a part of the error, "" for none
	}{
		"endless header line":  {func(c net.Conn) { _, _ = io.WriteString(c, head+"X: "); forever(c, "xxxxxxxx") }, "headers exceeded"},
		"endless headers":      {func(c net.Conn) { _, _ = io.WriteString(c, head); forever(c, "X: y\r\n") }, "headers exceeded"},
		"endless status line":  {func(c net.Conn) { forever(c, "HTTP/1.1 200 ") }, "headers exceeded"},
		"endless 1xx":          {func(c net.Conn) { forever(c, "HTTP/1.1 100 Continue\r\nX: y\r\n\r\n") }, "headers exceeded"},
		"2 GB announced":       {func(c net.Conn) { _, _ = io.WriteString(c, head+"Content-Length: 2147483648\r\n\r\n") }, "over the limit of 1048576 bytes"},
		"2 GB announced, HEAD": {func(c net.Conn) { _, _ = io.WriteString(c, head+"Content-Length: 2147483648\r\n\r\n") }, ""},
		"two lengths":          {func(c net.Conn) { _, _ = io.WriteString(c, head+"Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx") }, "Content-Length"},
		"length below zero":    {func(c net.Conn) { _, _ = io.WriteString(c, head+"Content-Length: -1\r\n\r\n") }, "Content-Length"},
		"fewer than announced": {func(c net.Conn) { _, _ = io.WriteString(c, head+"Content-Length: 10\r\n\r\nxx") }, "unexpected EOF"},
		"endless body":         {func(c net.Conn) { _, _ = io.WriteString(c, head+"\r\n"); forever(c, "x") }, "over the limit"},
		"endless chunks": {func(c net.Conn) {
			_, _ = io.WriteString(c, head+"Transfer-Encoding: chunked\r\n\r\n")
			forever(c, "1000\r\n"+strings.Repeat("x", 4096)+"\r\n")
		}, "over the limit"},
		"huge chunk": {func(c net.Conn) {
			_, _ = io.WriteString(c, head+"Transfer-Encoding: chunked\r\n\r\nffffffffffffffff1\r\n")
		}, "too large"},
		"endless chunk extension": {func(c net.Conn) {
			_, _ = io.WriteString(c, head+"Transfer-Encoding: chunked\r\n\r\n1;x=")
			forever(c, "xxxxxxxx")
		}, "too long"},
		"gzip bomb": {func(c net.Conn) {
			_, _ = fmt.Fprintf(c, "%sContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s", head, len(packed), packed)
		}, ""},
		"no HTTP":      {func(c net.Conn) { _, _ = io.WriteString(c, "+PONG\r\n") }, "malformed HTTP"},
		"nothing":      {func(net.Conn) {}, "EOF"},
		"slow headers": {func(c net.Conn) { drip(c, head+"X: ") }, timeout},
		"slow body":    {func(c net.Conn) { drip(c, head+"Content-Length: 1000000\r\n\r\n") }, timeout},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := &remote.Request{Method: "GET", URL: serve(t, c.answer), MaxBody: maxTestBody}
			if strings.HasSuffix(name, "HEAD") {
				r.Method = "HEAD"
			}
			limit := time.Minute
			if strings.HasPrefix(name, "slow") {
				limit = 50 * time.Millisecond
			}
			ctx, cancel := context.WithTimeout(t.Context(), limit)
			defer cancel()
			resp, err := network(t, "127.0.0.1").Fetch(ctx, r)
			switch {
			case c.want == timeout:
				var late net.Error
				if !errors.As(err, &late) || !late.Timeout() {
					t.Errorf("got %v, want that the time is over", err)
				}
			case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
				t.Errorf("got %v, want %q", err, c.want)
			case c.want == "" && err != nil:
				t.Error(err)
			case name == "gzip bomb" && resp.Body != packed:
				t.Errorf("got %d bytes, want the %d that came", len(resp.Body), len(packed))
			}
		})
	}
}

// TestHostileRequests checks that a script cannot put a second request into one.
func TestHostileRequests(t *testing.T) {
	t.Parallel()
	url := serve(t, func(c net.Conn) { _, _ = io.WriteString(c, "HTTP/1.1 204 No Content\r\n\r\n") })
	for name, r := range map[string]*remote.Request{
		"method":       {Method: "GET / HTTP/1.1\r\nX: y\r\n\r\nGET", URL: url},
		"URL":          {Method: "GET", URL: url + " HTTP/1.1\r\nX: y\r\n\r\n"},
		"header name":  {Method: "GET", URL: url, Header: map[string][]string{"X\r\nY": {"z"}}},
		"header value": {Method: "GET", URL: url, Header: map[string][]string{"X": {"y\r\nZ: a"}}},
		"host":         {Method: "GET", URL: url, Header: map[string][]string{"Host": {"a\r\nX: y"}}},
		"scheme":       {Method: "GET", URL: "file:///etc/passwd"},
	} {
		if resp, err := network(t, "127.0.0.1").Fetch(t.Context(), r); err == nil {
			t.Errorf("%s: got %d, want an error", name, resp.Status)
		}
	}
}

// TestFetchRefused goes through the rules whatever the URL and the place to
// connect to look like.
func TestFetchRefused(t *testing.T) {
	t.Parallel()
	n := network(t, "10.0.0.0/8", "unix:/run/app/*.sock")
	for _, url := range []string{
		"http://127.0.0.1/", "http://127.0.0.1:6379/", "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/",
		"http://[::127.0.0.1]/", "http://0.0.0.0/", "http://[::]/", "http://[64:ff9b::7f00:1]/", "http://[64:ff9b:1::a00:1]/",
		"http://[64:ff9b::a00:1]/", "http://[2002:7f00:1::]/", "http://[::ffff:0:127.0.0.1]/", "http://169.254.169.254/latest/meta-data",
		"http://[fe80::1%25lo]/", "http://[::1%25lo]/", "http://localhost/", "http://LOCALHOST/",
		"http://10.0.0.1@127.0.0.1/", "https://127.0.0.1/",
	} {
		wantRefused(t, n, url, &remote.Request{Method: "GET", URL: url})
	}
	for _, path := range []string{
		"/run/docker.sock", "/run/app/../docker.sock", "/run/app/x/y.sock", "run/app/a.sock", "@abstract", "/run/docker.sock\x00/run/app/a.sock",
		"/run/app/docker.sock\x00.sock", "",
	} {
		d := remote.Destination{Path: path}
		if path == "" {
			d = remote.Destination{Host: "127.0.0.1", Port: 80}
		}
		wantRefused(t, n, path, &remote.Request{Method: "GET", URL: "http://10.0.0.1/", Via: &d})
	}
}

func wantRefused(t *testing.T, n *Network, what string, r *remote.Request) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if _, err := n.Fetch(ctx, r); err == nil || !strings.Contains(err.Error(), "refused: ") {
		t.Errorf("%q: got %v, want a refusal", what, err)
	}
}
