//go:build linux

package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// answers serves x-answer with the path, but wrongly when told so.
func answers(t *testing.T, wrong func(request int64) bool) (addr string) {
	t.Helper()
	var requests atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(time.Millisecond) // it is to last, not to load the machine
		answer := r.URL.Path
		if wrong(requests.Add(1)) {
			answer = "/of/another"
		}
		w.Header()["Date"] = nil // every answer of HAProxy's is the same
		w.Header().Set("x-answer", answer)
	}))
	t.Cleanup(server.Close)
	return server.Listener.Addr().String()
}

func runLoad(t *testing.T, addr string) *load {
	t.Helper()
	l, err := newLoad(addr, 4, func(path string) string { return path })
	if err != nil {
		t.Fatal(err)
	}
	defer l.close()
	var samples []int
	err = l.run(-1, 500*time.Millisecond, time.Second, func(answered int) error {
		samples = append(samples, answered)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(samples) != 2 || samples[1] != l.answered || samples[0] >= samples[1] {
		t.Errorf("samples %v of %d answers", samples, l.answered)
	}
	return l
}

func TestLoad(t *testing.T) {
	t.Parallel()
	l := runLoad(t, answers(t, func(int64) bool { return false }))
	if l.wrong != 0 {
		t.Errorf("%d wrong answers, the first: %v", l.wrong, l.first)
	}
}

func TestLoadWrong(t *testing.T) {
	t.Parallel()
	l := runLoad(t, answers(t, func(request int64) bool { return request == 3 || request == 6 }))
	if l.wrong != 2 || !strings.Contains(l.first.Error(), `x-answer "/of/another", want "/api/v1/users/`) {
		t.Errorf("%d wrong answers, the first: %v", l.wrong, l.first)
	}
}

func TestLoadClosed(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Connection", "close") }))
	defer server.Close()
	l, err := newLoad(server.Listener.Addr().String(), 1, func(path string) string { return path })
	if err != nil {
		t.Fatal(err)
	}
	defer l.close()
	err = l.run(-1, time.Minute, time.Minute, nil)
	if err == nil {
		t.Error("the load goes on without a connection")
	}
}

func TestParseTry(t *testing.T) {
	t.Parallel()
	got, err := parseTry("spoe: max-waiting-frames 40; spoe: maxconnrate 1; server: maxconn 2; server: check")
	if err != nil {
		t.Fatal(err)
	}
	if want := "  max-waiting-frames 40\n  maxconnrate 1\n"; got.lines["spoe"] != want {
		t.Errorf("got %q, want %q", got.lines["spoe"], want)
	}
	if want := " maxconn 2 check"; got.lines["server"] != want {
		t.Errorf("got %q, want %q", got.lines["server"], want)
	}
	for _, text := range []string{"maxconnrate 1", "frontend: log global"} {
		if _, err := parseTry(text); err == nil || !strings.Contains(err.Error(), "SECTION: LINE") {
			t.Errorf("%q: got %v", text, err)
		}
	}
}
