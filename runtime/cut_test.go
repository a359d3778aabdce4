package runtime

import (
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/spoa-lua/spoa-lua/runtime/egress"
	"github.com/spoa-lua/spoa-lua/tests/loopback"
)

// cutScript asks a server that never ends its answer, by each client that there is.
const cutScript = `
local http, socket = require "socket.http", require "socket"
local url, port = spoa.vars.url, tonumber(spoa.vars.port)
spoa.on("socket.http", function() pcall(http.request, url) set_var("txn.late", true) end)
spoa.on("httpclient", function() core.httpclient():get {url = url, timeout = 3600000} set_var("txn.late", true) end)
spoa.on("socket", function()
  local s = socket.connect("127.0.0.1", port)
  s:send "GET / HTTP/1.0\r\n\r\n"
  s:receive "*a"
  set_var("txn.late", true)
end)
spoa.on("core.tcp", function()
  local s = core.tcp()
  s:connect("127.0.0.1", port)
  s:send "GET / HTTP/1.0\r\n\r\n"
  while s:receive(1) do end
  set_var("txn.late", true)
end)
`

// TestNetworkIsCutAtTheDeadline checks that an answer that drips is given up when
// the message's time is over: the connection is closed and the VM is free.
func TestNetworkIsCutAtTheDeadline(t *testing.T) {
	t.Parallel()
	var begun, gone atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begun.Add(1)
		defer gone.Add(1)
		for r.Context().Err() == nil {
			if _, err := w.Write([]byte("x")); err != nil {
				return
			}
			w.(http.Flusher).Flush()
			time.Sleep(time.Millisecond)
		}
	}))
	t.Cleanup(server.Close)
	policy, err := egress.ParsePolicy([]string{"127.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	network := egress.New(egress.Config{Policy: policy})
	t.Cleanup(network.Close)
	vars := map[string]string{"url": server.URL, "port": loopback.Port(server.Listener.Addr().String())}
	r, _, _ := newTest(t, Config{Network: network, Vars: vars, ErrorVar: "txn.error"}, map[string]string{"c.lua": cutScript})
	c := dial(t, serve(t, config(r, 100*time.Millisecond)))
	for _, name := range r.live.Load().Messages {
		if got := ask(t, c, name); got != "set-var txn.error str:timeout" {
			t.Errorf("%s: got %q", name, got)
		}
	}
	waitUntil(t, func() bool { return gone.Load() == begun.Load() && busyVMs(r) == 0 })
}
