package runtime

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// serveHTTP serves r's services until the test ends.
func serveHTTP(t *testing.T, r *Runtime) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(r)
	t.Cleanup(s.Close)
	return s
}

// fetch sends a request and returns the status and the body.
func fetch(t *testing.T, req *http.Request) (int, string) {
	t.Helper()
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return resp.StatusCode, "cut off: " + string(body)
	}
	return resp.StatusCode, string(body)
}

func request(t *testing.T, method, url, body string, headers ...string) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Add(headers[i], headers[i+1])
	}
	return req
}

const services = `
	local function answer(applet, text)
	  applet:start_response()
	  applet:send(text)
	end
	core.register_service("echo", "http", function(applet)
	  answer(applet, applet.method .. " " .. applet.path .. "?" .. applet.qs .. " " .. applet:receive())
	end)
	core.register_service("arg", "http", function(applet)
	  assert(applet.headers["spoa-lua-arg-src"] == nil)
	  assert(applet:get_var("txn.none") == nil and applet:set_var("txn.a", 1) and applet:get_var("txn.a") == 1)
	  answer(applet, applet.f:src() .. " " .. applet.f:src_port() + 1 .. " " .. applet:get_var("txn.User"))
	end)
	core.register_service("fetch", "http", function(applet) applet.f:src() end)
	core.register_service("none", "http", function(applet) end)
	core.register_service("wrong", "http", function(applet) error("broken") end)
	core.register_service("late", "http", function(applet) answer(applet, "part") error("broken late") end)
	core.register_service("early", "http", function(applet) applet:send("x") end)
	core.register_service("split", "http", function(applet) applet:add_header("a", "b\r\nc: d") end)
	core.register_service("endless", "http", function(applet) while true do end end)
	core.register_service("sleepy", "http", function(applet) core.sleep(3600) end)
	core.register_service("done", "http", function(applet) answer(applet, "x") core.done() end)
	core.register_service("raw", "tcp", function() end)
	spoa.on("ask", function() set_var("txn.a", "answered") end)`

func TestServices(t *testing.T) {
	t.Parallel()
	r, _, log := newTest(t, Config{ServeHTTP: true, HTTPTimeout: time.Minute}, map[string]string{"s.lua": services})
	s := serveHTTP(t, r)
	for _, tt := range []struct {
		name, path, body string
		headers          []string
		status           int
		want             string
	}{
		{name: "by path", path: "/echo/a%20b?c=d&e", status: 200, want: "POST /echo/a%20b?c=d&e "},
		{name: "by header", path: "/x", headers: []string{"spoa-lua-service", "echo"}, body: "body", status: 200, want: "POST /x? body"},
		{name: "arguments", path: "/arg", headers: []string{"spoa-lua-arg-src", "192.0.2.1", "spoa-lua-arg-src_port", "7", "spoa-lua-arg-txn.User", "u"},
			status: 200, want: "192.0.2.1 8 u"},
		{name: "fetch that is not there", path: "/fetch", status: 500},
		{name: "no start_response", path: "/none", status: 500},
		{name: "error", path: "/wrong", status: 500},
		{name: "error behind start_response", path: "/late", status: 200, want: "cut off: part"},
		{name: "send before start_response", path: "/early", status: 500},
		{name: "line end in a header", path: "/split", status: 500},
		{name: "core.done", path: "/done", status: 200, want: "x"},
		{name: "no service", path: "/nosuch", status: 404},
		{name: "TCP", path: "/raw", status: 404},
		{name: "body too long", path: "/echo", body: strings.Repeat("x", maxRequestBody+1), status: 413},
	} {
		t.Run(tt.name, func(t *testing.T) {
			status, body := fetch(t, request(t, "POST", s.URL+tt.path, tt.body, tt.headers...))
			if status != tt.status || tt.want != "" && body != tt.want {
				t.Errorf("got %d %q, want %d %q", status, body, tt.status, tt.want)
			}
		})
	}
	for _, text := range []string{"s.lua:17: broken", "spoa-lua-arg-src %[src]", "send' you must call", "holds a line end", "TCP services"} {
		if log.count(text) == 0 {
			t.Errorf("%q is not in the log", text)
		}
	}
	if log.count("services are not served") != 0 {
		t.Error("warned of services that are served")
	}
}

// TestServiceChunkedBody reads a body of unknown length up to the limit.
func TestServiceChunkedBody(t *testing.T) {
	t.Parallel()
	r, _, _ := newTest(t, Config{ServeHTTP: true, HTTPTimeout: time.Minute}, map[string]string{"s.lua": services})
	s := serveHTTP(t, r)
	for size, want := range map[int]int{1 << 20: 200, maxRequestBody + 1: 413} {
		req := request(t, "POST", s.URL+"/echo", "")
		req.Body, req.ContentLength = io.NopCloser(strings.NewReader(strings.Repeat("x", size))), -1
		if status, _ := fetch(t, req); status != want {
			t.Errorf("%d bytes: got %d, want %d", size, status, want)
		}
	}
}

// TestServiceTimeout ends what runs or waits for too long, and what it reads.
func TestServiceTimeout(t *testing.T) {
	t.Parallel()
	r, _, _ := newTest(t, Config{ServeHTTP: true, HTTPTimeout: 20 * time.Millisecond}, map[string]string{"s.lua": services})
	s := serveHTTP(t, r)
	for _, path := range []string{"/endless", "/sleepy"} {
		if status, _ := fetch(t, request(t, "GET", s.URL+path, "")); status != http.StatusGatewayTimeout {
			t.Errorf("%s: got %d, want 504", path, status)
		}
	}
	nc, err := net.Dial("tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	if _, err := io.WriteString(nc, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nslow"); err != nil {
		t.Fatal(err)
	}
	answer, _ := io.ReadAll(nc)
	if !strings.HasPrefix(string(answer), "HTTP/1.1 504 ") {
		t.Errorf("a slow body: got %q, want a 504", answer)
	}
}

// TestServicesLeaveVMs fills all places of services; messages still find a VM.
func TestServicesLeaveVMs(t *testing.T) {
	t.Parallel()
	r, _, _ := newTest(t, Config{ServeHTTP: true, HTTPTimeout: time.Minute, MaxVMs: 4}, map[string]string{"s.lua": services})
	s := serveHTTP(t, r)
	c := dial(t, serve(t, config(r, time.Minute)))
	for range r.maxServing() {
		go func() { _, _ = http.Get(s.URL + "/sleepy") }() // ends with the server's connections
	}
	t.Cleanup(s.CloseClientConnections)
	waitUntil(t, func() bool { return r.requests.inFlight.Load() == 2 && busyVMs(r) == 2 })
	if status, _ := fetch(t, request(t, "GET", s.URL+"/echo", "")); status != http.StatusServiceUnavailable {
		t.Errorf("one more: got %d, want 503", status)
	}
	if got := ask(t, c, "ask"); got != "set-var txn.a str:answered" {
		t.Errorf("the message got %q", got)
	}
	serving := 0
	for _, vm := range r.VMs() {
		if vm.Service == "sleepy" {
			serving++
		}
	}
	if serving != 2 {
		t.Errorf("%d VMs show a service, want 2", serving)
	}
}

// TestServiceReload answers by the generation that the request came to.
func TestServiceReload(t *testing.T) {
	t.Parallel()
	text := func(version string) string {
		return `core.register_service("v", "http", function(applet)
			applet:start_response()
			if applet.qs == "wait" then spoa.shared.set("waits", true) while not spoa.shared.get("go") do core.msleep(1) end end
			applet:send("` + version + `")
		end)`
	}
	r, dir, _ := newTest(t, Config{ServeHTTP: true, HTTPTimeout: time.Minute}, map[string]string{"s.lua": text("old")})
	s := serveHTTP(t, r)
	old := make(chan string, 1)
	go func() {
		_, body := fetch(t, request(t, "GET", s.URL+"/v?wait", ""))
		old <- body
	}()
	waitUntil(t, func() bool { _, ok := r.shared.Get("waits"); return ok })
	save(t, filepath.Join(dir, "s.lua"), text("new"))
	if _, err := r.Reload(); err != nil {
		t.Fatal(err)
	}
	if _, body := fetch(t, request(t, "GET", s.URL+"/v", "")); body != "new" {
		t.Errorf("after the reload: %q, want new", body)
	}
	save(t, filepath.Join(dir, "s.lua"), text("new")+`spoa.shared.set("go", true)`)
	if _, err := r.Reload(); err != nil {
		t.Fatal(err)
	}
	if body := <-old; body != "old" {
		t.Errorf("the request before it: %q, want old", body)
	}
}

// TestServicesUnserved warns of services that nobody can reach.
func TestServicesUnserved(t *testing.T) {
	t.Parallel()
	_, _, log := newTest(t, Config{}, map[string]string{"s.lua": `core.register_service("a", "http", print)`})
	if log.count("services are not served: there is no --http-listen") != 1 {
		t.Errorf("log: %v", log)
	}
}

// TestServiceAnswersBeforeItReads has services that send their answer, or a part
// of it, and receive the body then: all of it comes.
func TestServiceAnswersBeforeItReads(t *testing.T) {
	t.Parallel()
	r, _, _ := newTest(t, Config{ServeHTTP: true, HTTPTimeout: time.Minute}, map[string]string{"s.lua": `
core.register_service("counts", "http", function(applet)
  applet:start_response()
  applet:send("got ")
  applet:send(tostring(#applet:receive()))
end)
core.register_service("returns", "http", function(applet)
  applet:start_response()
  repeat
    local part = applet:receive(1000)
    applet:send(part)
  until part == ""
end)
core.register_service("reads", "http", function(applet)
  local text = applet:receive()
  applet:start_response()
  applet:send(text)
end)`})
	web := serveHTTP(t, r)
	for _, size := range []int{0, 10, 5000, 1 << 20} {
		text := strings.Repeat("b", size)
		for path, want := range map[string]string{"counts": fmt.Sprint("got ", size), "returns": text, "reads": text} {
			whole := request(t, "POST", web.URL+"/"+path, text)
			asking := request(t, "POST", web.URL+"/"+path, text, "Expect", "100-continue")
			chunked := request(t, "POST", web.URL+"/"+path, text)
			chunked.ContentLength = -1
			for i, req := range []*http.Request{whole, asking, chunked} {
				if status, got := fetch(t, req); status != 200 || got != want {
					t.Errorf("%s of %d bytes, way %d: got %d and %.40q (%d bytes)", path, size, i, status, got, len(got))
				}
			}
		}
	}
}

// TestServiceLeavesNothingBehind answers before a long body has come, the rest of
// which never does: what the client sends then is not taken for another request.
func TestServiceLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	r, _, _ := newTest(t, Config{ServeHTTP: true, HTTPTimeout: 100 * time.Millisecond}, map[string]string{"s.lua": `
core.register_service("starts", "http", function(applet) applet:start_response() applet:send("x") end)`})
	nc, err := net.Dial("tcp", serveHTTP(t, r).Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	head := fmt.Sprintf("POST /starts HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n", keptBody+1000)
	if _, err := io.WriteString(nc, head+strings.Repeat("b", keptBody+10)); err != nil {
		t.Fatal(err)
	}
	first := make([]byte, 9)
	if _, err := io.ReadFull(nc, first); err != nil || string(first) != "HTTP/1.1 " {
		t.Fatalf("got %q, %v, want an answer", first, err)
	}
	_, _ = io.WriteString(nc, "GET /starts HTTP/1.1\r\nHost: a\r\n\r\n") // it may be closed
	if rest, _ := io.ReadAll(nc); strings.Contains(string(rest), "HTTP/1.1 ") {
		t.Errorf("another request was answered: %q", rest)
	}
}
