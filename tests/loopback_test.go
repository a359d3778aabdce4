package tests

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// startEchoServer serves TCP on loopback and sends back what comes, until it has sent
// "quit": then it closes.
func startEchoServer(t *testing.T) (port string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go echo(c)
		}
	}()
	_, port, _ = net.SplitHostPort(l.Addr().String())
	return port
}

func echo(c net.Conn) {
	defer c.Close()
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

// startWebsite serves HTTP on loopback: /echo tells what it was asked, /redirect
// leads there.
func startWebsite(t *testing.T) (port string) {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/redirect" {
			http.Redirect(w, r, "/echo", http.StatusFound)
			return
		}
		if r.URL.Path == "/jwks.json" {
			fmt.Fprint(w, `{"keys":[{"use":"sig","kty":"OKP","kid":"2026","crv":"Ed25519","x":"6kpsY-KcUgq-9VB7Ey7F-ZVHdq6-vnuSQh7qaRRG0iw"}]}`)
			return
		}
		body, _ := io.ReadAll(r.Body)
		w.Header().Add("X-M", "1")
		w.Header().Add("X-M", "2")
		host, _, _ := strings.Cut(r.Host, ":")
		fmt.Fprintf(w, "%s %s %s a=%s s=%s %s", r.Method, r.URL, host, r.Header.Values("X-A"), r.Header.Values("X-S"), body)
	}))
	t.Cleanup(s.Close)
	_, port, _ = net.SplitHostPort(s.Listener.Addr().String())
	return port
}
