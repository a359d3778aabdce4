package tests

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/spoa-lua/spoa-lua/tests/loopback"
)

// startEchoServer serves TCP on loopback and sends back what comes, until it has sent
// "quit": then it closes.
func startEchoServer(t *testing.T) (port string) {
	t.Helper()
	return loopback.Port(loopback.Serve(t, loopback.Echo))
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
	return loopback.Port(s.Listener.Addr().String())
}
