package haproxy_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/spoa-lua/spoa-lua/tests/haproxy"
)

func TestLoadRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		load haproxy.Load
		want string
	}{
		{name: "no address", load: haproxy.Load{Count: 1}, want: "without Addr"},
		{name: "no end", load: haproxy.Load{Addr: noAgent}, want: "without an end"},
		{name: "negative rate", load: haproxy.Load{Addr: noAgent, Count: 1, Rate: -1}, want: "negative"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := tt.load.Run(t.Context())
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want an error that contains %q", err, tt.want)
			}
		})
	}
}

// echoHandler shows the request in the answer's headers; /fail drops the
// connection, /chunked answers in pieces.
func echoHandler(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	w.Header().Set("x-seen", fmt.Sprintf("%s %s %s %s %d", r.Method, r.Host, r.URL, r.Header.Get("x-user"), len(body)))
	switch r.URL.Path {
	case "/fail":
		panic(http.ErrAbortHandler)
	case "/chunked":
		w.(http.Flusher).Flush()
		io.WriteString(w, "more")
	case "/close":
		w.Header().Set("Connection", "close")
	case "/slow":
		<-r.Context().Done() // until the client has given up
	}
}

func TestLoadRequests(t *testing.T) {
	t.Parallel()
	var conns atomic.Int64
	server := httptest.NewUnstartedServer(http.HandlerFunc(echoHandler))
	server.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			conns.Add(1)
		}
	}
	server.Start()
	defer server.Close()
	requests := []haproxy.Request{
		{},
		{Path: "/chunked", Host: "a.example.org", Header: http.Header{"X-User": {"u"}}},
		{Path: "/body", Body: []byte(strings.Repeat("b", 9000))},
		{Path: "/close", Method: "DELETE"},
		{Path: "/fail"},
		{Path: "/after", Method: "HEAD"},
		{Path: "/slow"},
		{Path: "/last?q=1"},
	}
	report, err := haproxy.Load{
		Addr: server.Listener.Addr().String(), Clients: 1, Count: len(requests), Timeout: 3 * time.Second,
		Requests: func(n int) haproxy.Request { return requests[n] }, Record: []string{"x-seen"},
	}.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range report.Samples {
		if s.Err != nil {
			got = append(got, "failed")
			continue
		}
		got = append(got, fmt.Sprint(s.Status, " ", s.Values[0]))
	}
	want := []string{
		"200 GET example.org /  0",
		"200 GET a.example.org /chunked u 0",
		"200 POST example.org /body  9000",
		"200 DELETE example.org /close  0",
		"failed",
		"200 HEAD example.org /after  0",
		"failed",
		"200 GET example.org /last?q=1  0",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("answers (-want +got):\n%s", diff)
	}
	if n := conns.Load(); n != 4 {
		t.Errorf("got %d connections, want 4: one more after each close, drop and timeout", n)
	}
	if n := len(report.Failed()); n != 2 {
		t.Errorf("got %d failures, want 2", n)
	}
}

func TestLoadRate(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(echoHandler))
	defer server.Close()
	report, err := haproxy.Load{Addr: server.Listener.Addr().String(), Rate: 200, Duration: time.Second}.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	// A busy machine may send late, but never early and never more than is due.
	if n := len(report.Samples); n == 0 || n > 200 {
		t.Errorf("got %d requests at 200/s in a second", n)
	}
	for _, s := range report.Samples {
		if s.Start.Before(s.Due) || s.End.Before(s.Start) {
			t.Fatalf("request %d: due %s, start %s, end %s", s.N, s.Due, s.Start, s.End)
		}
	}
}

func TestLoadNobodyThere(t *testing.T) {
	t.Parallel()
	report, err := haproxy.Load{Addr: noAgent, Clients: 2, Count: 5}.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Samples) != 5 || len(report.Failed()) != 5 || report.Rate() != 0 || report.Quantile(0.5) != 0 {
		t.Errorf("got %s, want 5 failures", report)
	}
	if want := "first failure: request "; !strings.Contains(report.String(), want) {
		t.Errorf("got %q, want it to contain %q", report, want)
	}
}

// BenchmarkLoad is the cost of a request through HAProxy with no agent: what
// the load generator and HAProxy themselves can do on this machine.
func BenchmarkLoad(b *testing.B) {
	for _, version := range haproxy.Versions {
		b.Run(version, func(b *testing.B) {
			p := haproxy.Start(b, haproxy.Config{Version: version, CFG: plain})
			b.ResetTimer()
			report, err := haproxy.Load{Addr: p.Addr(), Clients: 32, Count: b.N}.Run(b.Context())
			if err != nil {
				b.Fatal(err)
			}
			if failed := len(report.Failed()); failed > 0 {
				b.Fatal(report)
			}
			b.ReportMetric(report.Rate(), "requests/s")
			b.ReportMetric(0, "ns/op")
		})
	}
}
