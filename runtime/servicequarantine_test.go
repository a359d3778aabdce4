package runtime

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind"
)

// counted returns how many requests have become of that kind.
func counted(r *Runtime, k requestKind) uint64 {
	r.requests.mu.Lock()
	defer r.requests.mu.Unlock()
	return r.requests.total[k]
}

// TestServiceQuarantine shows that a service that always fails is answered for
// without being run, that the others go on, and that it is tried again.
func TestServiceQuarantine(t *testing.T) {
	t.Parallel()
	r, _, log := newTest(t, Config{ServeHTTP: true, HTTPTimeout: time.Minute, QuarantineAfter: 3}, map[string]string{"s.lua": `
		core.register_service("bad", "http", function(applet)
		  spoa.shared.incr("runs")
		  assert(spoa.shared.get("mended"), "always " .. applet.qs)
		  applet:start_response()
		end)
		core.register_service("good", "http", function(applet) applet:start_response() applet:send(spoa.shared.get("runs")) end)`})
	s := serveHTTP(t, r)
	want := func(path string, status int, reason, body string) {
		t.Helper()
		resp, err := http.Get(s.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		text, _ := io.ReadAll(resp.Body)
		if resp.StatusCode != status || resp.Header.Get(reasonHeader) != reason || string(text) != body {
			t.Errorf("%s: got %d %q %q, want %d %q %q", path, resp.StatusCode, resp.Header.Get(reasonHeader), text, status, reason, body)
		}
	}
	for i := range 3 {
		want("/bad?"+strings.Repeat("x", i), 500, "error", "Internal Server Error (error)\n")
	}
	for range 2 {
		want("/bad", 503, "quarantined", "Service Unavailable (quarantined)\n")
	}
	want("/good", 200, "", "3")
	if log.count("service in quarantine: ") != 1 || log.count("service out of quarantine") != 0 {
		t.Errorf("log: %s", log.buf.String())
	}
	handlers := r.Handlers()
	if len(handlers) != 2 || handlers[0].Service != "bad" || !handlers[0].Quarantined || handlers[0].Line != 2 || handlers[0].InRow != 3 ||
		handlers[0].Last == nil || !strings.Contains(handlers[0].Last.Error, "always xx") || handlers[1].Quarantined {
		t.Errorf("handlers: %+v", handlers)
	}
	if got := r.Live().quarantined(); got != 1 {
		t.Errorf("%d are in quarantine, want 1", got)
	}
	bad := requestKind{"bad", 503, luabind.ReasonQuarantined}
	if got := counted(r, bad); got != 2 {
		t.Errorf("%d requests counted as quarantined, want 2", got)
	}
	r.Live().services[0].breaker.until.Store(new(time.Time)) // the pause is over
	if err := r.shared.Set("mended", lua.LTrue, 0); err != nil {
		t.Fatal(err)
	}
	want("/bad", 200, "", "")
	want("/bad", 200, "", "")
	if log.count("service out of quarantine") != 1 || r.Live().quarantined() != 0 {
		t.Errorf("log: %s", log.buf.String())
	}
}

// TestServiceClientsAtFault shows that nobody gets a service into quarantine by
// what he does wrong himself.
func TestServiceClientsAtFault(t *testing.T) {
	t.Parallel()
	r, _, log := newTest(t, Config{ServeHTTP: true, HTTPTimeout: 100 * time.Millisecond, QuarantineAfter: 1}, map[string]string{"s.lua": services})
	s := serveHTTP(t, r)
	for range 2 {
		nc, err := net.Dial("tcp", s.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(nc, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nslow")
		_, _ = io.ReadAll(nc)
		nc.Close()
	}
	waitUntil(t, func() bool { return counted(r, requestKind{"echo", 504, reasonClient}) == 2 })
	if log.count("in quarantine") != 0 {
		t.Errorf("log: %s", log.buf.String())
	}
}

// TestServiceAfterALateOne asks on a connection whose last request took longer than
// its time, as on a busy machine.
func TestServiceAfterALateOne(t *testing.T) {
	t.Parallel()
	r, _, _ := newTest(t, Config{ServeHTTP: true, HTTPTimeout: time.Minute}, map[string]string{"s.lua": `
		core.register_service("short", "http", function(applet) core.msleep(20) applet:start_response() end)`})
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if req.URL.Path == "/late" {
			newExchange(w, req, time.Now())
			time.Sleep(5 * readGrace) // beyond the time for the body, which there is none of
			w.WriteHeader(http.StatusGatewayTimeout)
			return
		}
		r.ServeHTTP(w, req)
	}))
	defer s.Close()
	for range 3 {
		if status, _ := fetch(t, request(t, "GET", s.URL+"/late", "")); status != http.StatusGatewayTimeout {
			t.Errorf("got %d, want 504", status)
		}
		if status, _ := fetch(t, request(t, "GET", s.URL+"/short", "")); status != http.StatusOK {
			t.Errorf("the request after a late one: got %d, want 200", status)
		}
	}
}

// TestRefusedSlowBody shows that a request that no service answers does not keep
// its connection by never ending.
func TestRefusedSlowBody(t *testing.T) {
	t.Parallel()
	r, _, _ := newTest(t, Config{ServeHTTP: true}, map[string]string{"s.lua": services})
	nc, err := net.Dial("tcp", serveHTTP(t, r).Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	if _, err := io.WriteString(nc, "POST /nosuch HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nslow"); err != nil {
		t.Fatal(err)
	}
	_ = nc.SetReadDeadline(time.Now().Add(time.Minute))
	answer, err := io.ReadAll(nc)
	if err != nil || !strings.HasPrefix(string(answer), "HTTP/1.1 404 ") {
		t.Errorf("got %q, %v, want a 404 and the end", answer, err)
	}
}

// TestErrorsOfAPlaceAreOneLine logs once a second what differs in nothing but what
// a peer has sent.
func TestErrorsOfAPlaceAreOneLine(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r, _, log := newTest(t, Config{}, map[string]string{"m.lua": answerText("x")})
		m := r.Live().byName["m"]
		for i := range 3 {
			for line := 1; line <= 2; line++ {
				err := &luabind.ScriptError{Script: "a.lua", Line: line, Msg: strings.Repeat("x", i)}
				r.logScriptError(m, err, luabind.ReasonError)
				r.logService(requestKind{"s", 500, luabind.ReasonError}, err)
			}
		}
		if a, b := log.count("script error"), log.count("service failed"); a != 2 || b != 2 {
			t.Errorf("%d and %d lines, want 2 of each", a, b)
		}
	})
}

// TestServiceBehindItsAnswer shows that a service goes on whose client has all of the
// answer and goes, as one that still logs: it has not failed. Without all of it, it
// has.
func TestServiceBehindItsAnswer(t *testing.T) {
	t.Parallel()
	r, _, log := newTest(t, Config{ServeHTTP: true, HTTPTimeout: time.Minute}, map[string]string{"s.lua": `
		local function answer(applet, length)
			applet:set_status(200)
			applet:add_header("content-length", length)
			applet:start_response()
			applet:send("hi")
			while not spoa.shared.get "gone" do core.msleep(1) end
		end
		core.register_service("whole", "http", function(applet) answer(applet, 2) end)
		core.register_service("part", "http", function(applet) answer(applet, 3) end)`})
	gone := make(chan struct{}, 3)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		context.AfterFunc(req.Context(), func() { gone <- struct{}{} })
		r.ServeHTTP(w, req)
	}))
	t.Cleanup(s.Close)
	for _, path := range []string{"/whole", "/part"} {
		nc, err := net.Dial("tcp", s.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(nc, "GET "+path+" HTTP/1.1\r\nHost: a\r\n\r\n")
		for text := ""; !strings.HasSuffix(text, "hi"); {
			b := make([]byte, 1000)
			n, err := nc.Read(b)
			if err != nil {
				t.Fatal(err)
			}
			text += string(b[:n])
		}
		nc.Close()
		<-gone
	}
	waitUntil(t, func() bool { return counted(r, requestKind{"part", statusClientGone, reasonClient}) == 1 })
	if err := r.shared.Set("gone", lua.LTrue, 0); err != nil {
		t.Fatal(err)
	}
	waitUntil(t, func() bool { return counted(r, requestKind{"whole", 200, ""}) == 1 })
	if n := log.count("service=whole"); n != 0 {
		t.Errorf("%d lines of the log about a service that has answered", n)
	}
}
