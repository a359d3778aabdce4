package tests

import (
	"context"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spoa-lua/spoa-lua/tests/agent"
	"github.com/spoa-lua/spoa-lua/tests/haproxy"
)

// serviceScript has services that HAProxy runs itself and the agent for it.
const serviceScript = `
local function list(applet)
  local out = {}
  for _, field in ipairs{"method", "version", "path", "qs"} do
    out[#out + 1] = field .. "=" .. applet[field]
  end
  local names = {}
  for name in pairs(applet.headers) do
    if name:find("^x%-") or name == "host" then names[#names + 1] = name end
  end
  table.sort(names)
  for _, name in ipairs(names) do
    for i = 0, #applet.headers[name] do out[#out + 1] = name .. "[" .. i .. "]=" .. applet.headers[name][i] end
  end
  out[#out + 1] = "src=" .. applet.sf:src() .. " " .. applet.sc:upper("conv")
  out[#out + 1] = "missing=" .. tostring(applet.headers["x-missing"])
  out[#out + 1] = "fetch=" .. tostring(pcall(applet.f.path, applet.f))
  out[#out + 1] = "send=" .. select(2, pcall(applet.send, applet, "early"))
  out[#out + 1] = "status=" .. tostring(applet:set_status(99)) .. tostring(applet:set_status(600)) .. tostring(applet:set_status(201))
  out[#out + 1] = "var=" .. tostring(applet:set_var("txn.a", 5)) .. tostring(applet:get_var("txn.a")) .. tostring(applet:set_var("bad", 5))
    .. tostring(applet:get_var("txn.none")) .. tostring(applet:get_var("txn.user"))
  out[#out + 1] = "object=" .. tostring(applet)
  applet:add_header("X-Two", "1")
  applet:add_header("x-two", "2")
  applet:add_header("content-type", "text/plain")
  local text = table.concat(out, "\n") .. "\n"
  applet:start_response()
  applet:send(text)
end
core.register_service("list", "http", list)
core.register_service("lines", "http", function(applet)
  local out = {applet:getline(), applet:getline(), applet:receive(3), applet:receive(), applet:receive(), applet:getline()}
  applet:start_response()
  for _, text in ipairs(out) do applet:send("[" .. text .. "]") end
end)
core.register_service("count", "http", function(applet)
  local body = applet:receive()
  local text = #body .. " " .. body:sub(-3)
  applet:add_header("content-length", tostring(#text))
  applet:start_response()
  applet:send(text)
end)
core.register_service("big", "http", function(applet)
  applet:start_response()
  local block = ("0123456789"):rep(1000)
  for _ = 1, 100 do applet:send(block) end
end)
core.register_service("sleepy", "http", function(applet)
  core.msleep(5)
  applet:set_status(404)
  applet:start_response()
  core.msleep(5)
  applet:send("slept")
end)
core.register_service("empty", "http", function(applet) applet:set_status(204) applet:start_response() end)
core.register_service("none", "http", function(applet) applet:set_status(200) end)
core.register_service("wrong", "http", function(applet) error("broken") end)
core.register_service("late", "http", function(applet) applet:start_response() applet:send("part") error("broken late") end)
core.register_service("done", "http", function(applet) applet:start_response() applet:send("x") core.done() applet:send("y") end)
`

const serviceCFG = `global
  lua-load service.lua
defaults
  mode http
  timeout connect 5s
  timeout client 15s
  timeout server 15s
frontend web
  bind 127.0.0.1:${FRONTEND_PORT}
  option http-buffer-request
  http-request del-header spoa-lua- -m beg
  http-request set-var(txn.user) str(jo)
RULES
  http-request set-header spoa-lua-arg-src %[src]
  http-request set-header spoa-lua-arg-txn.user %[var(txn.user)]
  http-request set-header spoa-lua-service %[path,field(2,/)]
  use_backend spoa-lua-http
backend spoa-lua-http
  server agent ${HTTP_ADDR}
`

// httpAnswer is what a client sees of an HTTP answer.
type httpAnswer struct {
	status  int
	headers string
	body    string
	cut     bool
}

func serviceAnswer(t *testing.T, req *http.Request) httpAnswer {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	a := httpAnswer{status: resp.StatusCode, body: string(body), cut: err != nil}
	if a.status == 500 {
		return httpAnswer{status: 500} // HAProxy's own page
	}
	for _, name := range []string{"X-Two", "Content-Type", "Content-Length", "Date"} {
		values := slices.Sorted(slices.Values(resp.Header.Values(name))) // HAProxy has no order of them
		a.headers += name + "=" + strings.Join(values, "|") + "\n"
	}
	return a
}

// TestServices compares services that HAProxy runs with those that the agent
// runs behind use_backend.
func TestServices(t *testing.T) {
	names := []string{"list", "lines", "count", "big", "sleepy", "empty", "none", "wrong", "late", "done"}
	rules := ""
	for _, name := range names {
		rules += "  http-request use-service lua." + name + " if { path_beg /" + name + " } { req.hdr(x-by) haproxy }\n"
	}
	eachVersion(t, func(t *testing.T, version string) {
		a := agent.Start(t, "--scripts", folder(t, map[string]string{"service.lua": serviceScript}), "--http-listen", "127.0.0.1:0")
		addr, _ := a.WaitLog("ready")["http"].(string)
		p := haproxy.Start(t, haproxy.Config{
			Version: version, CFG: strings.Replace(serviceCFG, "RULES\n", rules, 1),
			Files: map[string]string{"service.lua": serviceScript}, Vars: map[string]string{"HTTP_ADDR": addr},
		})
		for _, tt := range []struct {
			name, path, body string
			chunked          bool
		}{
			{name: "list", path: "/list/a%20b?q=1&r"},
			{name: "list of a POST", path: "/list", body: "abc"},
			{name: "lines", path: "/lines", body: "one\ntwo\r\nthree and the rest"},
			{name: "lines of nothing", path: "/lines"},
			{name: "body", path: "/count", body: "abcdef"},
			{name: "large body", path: "/count", body: strings.Repeat("0123456789", 100_000)},
			{name: "chunked body", path: "/count", body: strings.Repeat("abc", 1000), chunked: true},
			{name: "large answer", path: "/big"},
			{name: "sleep", path: "/sleepy"},
			{name: "204", path: "/empty"},
			{name: "no start_response", path: "/none"},
			{name: "error", path: "/wrong"},
			{name: "error behind start_response", path: "/late"},
			{name: "core.done", path: "/done"},
		} {
			t.Run(tt.name, func(t *testing.T) {
				by := func(who string) httpAnswer {
					req := get(t, p.URL()+tt.path)
					if tt.body != "" {
						req = post(t, p.URL()+tt.path, tt.body)
					}
					if tt.chunked {
						req.ContentLength, req.GetBody = -1, nil
					}
					req.Host = "example.org"
					req.Header["X-By"] = []string{who}
					req.Header["X-Many"] = []string{"1", "2, 3"}
					if version == "3.4" && who == "haproxy" && tt.path == "/late" {
						// It leaves the client waiting for ever when a service has failed.
						ctx, cancel := context.WithTimeout(req.Context(), 5*time.Second)
						defer cancel()
						req = req.WithContext(ctx)
					}
					return serviceAnswer(t, req)
				}
				native, ours := by("haproxy"), by("agent")
				native.body = strings.Replace(native.body, "x-by[0]=haproxy", "x-by[0]=agent", 1)
				if native != ours {
					t.Errorf("HAProxy %+v\nagent   %+v", native, ours)
				}
			})
		}
	})
}

// TestServicesHostile keeps the listener in use whoever else talks to it, and
// answers what is in flight when the agent stops.
func TestServicesHostile(t *testing.T) {
	t.Parallel()
	script := serviceScript + `core.register_service("wait", "http", function(applet)
		core.Info("waiting")
		core.sleep(1)
		applet:start_response()
		applet:send("drained")
	end)`
	a := agent.Start(t, "--scripts", folder(t, map[string]string{"service.lua": script}), "--http-listen", "127.0.0.1:0")
	addr, _ := a.WaitLog("ready")["http"].(string)
	for name, text := range map[string]string{
		"garbage":        "\x00\xff\x13garbage\r\n\r\n",
		"huge header":    "GET /done HTTP/1.1\r\nHost: a\r\nX-A: " + strings.Repeat("a", 100_000) + "\r\n\r\n",
		"endless header": strings.Repeat("GET /", 40_000),
		"two lengths":    "POST /count HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
		"bad chunk":      "POST /count HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
		"half a request": "POST /count HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nab",
	} {
		nc, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(nc, text) // it may be closed before all is sent
		if tcp, ok := nc.(*net.TCPConn); ok {
			_ = tcp.CloseWrite()
		}
		_ = nc.SetReadDeadline(time.Now().Add(15 * time.Second))
		out, err := io.ReadAll(nc)
		nc.Close()
		if ne, ok := err.(net.Error); ok && ne.Timeout() {
			t.Errorf("%s: the connection stays open", name)
		}
		if strings.HasPrefix(string(out), "HTTP/1.1 2") {
			t.Errorf("%s: got %q", name, out)
		}
		if got := serviceAnswer(t, get(t, "http://"+addr+"/done")); got.status != 200 || got.body != "x" {
			t.Errorf("behind %s: got %v", name, got)
		}
	}
	last := make(chan httpAnswer, 1)
	go func() { last <- serviceAnswer(t, get(t, "http://"+addr+"/wait")) }()
	a.WaitLog("waiting")
	a.Stop()
	if got := <-last; got.body != "drained" {
		t.Errorf("in flight at the stop: got %v", got)
	}
}
