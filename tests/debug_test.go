package tests

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/spoa-lua/spoa-lua/spop"
	"github.com/spoa-lua/spoa-lua/tests/agent"
)

// debugScript has a handler for each state that /debug shows.
const debugScript = `
spoa.on("bad", {timeout = "20s", on_error = {["txn.deny"] = true}}, function() error("on purpose") end)
spoa.on("fine", function() set_var("txn.fine", 1) end)
spoa.on("slow", function() while true do end end)`

// debugPage reads a page of the agent as JSON.
func debugPage[T any](tb testing.TB, a *agent.Process, path string) T {
	tb.Helper()
	var v T
	if err := json.Unmarshal([]byte(page(tb, a, path)), &v); err != nil {
		tb.Fatalf("%s: %v", path, err)
	}
	return v
}

type debugHandler struct {
	Message, Script string
	Line            int
	Timeout         string
	OnError         []string `json:"on_error"`
	Quarantined     bool
	Retry           time.Time                                  `json:"retry_at"`
	Failures        int                                        `json:"failures_in_a_row"`
	Last            *struct{ Reason, Error, Traceback string } `json:"last_failure"`
}

type debugVM struct {
	State   string
	Message string
	Running float64 `json:"running_seconds"`
}

type debugConnection struct {
	ID       uint64
	Peer     string
	Size     uint32 `json:"max_frame_size"`
	Notifies uint64
	InFlight int `json:"in_flight"`
}

// debugAgent starts the agent that the tests of /debug look at.
func debugAgent(t *testing.T, flags ...string) (*agent.Process, *spop.Client) {
	t.Helper()
	dir := folder(t, map[string]string{"policy.lua": debugScript})
	a := agent.Start(t, append([]string{"--scripts", dir, "--timeout", "60s", "--drain-timeout", "1ms"}, flags...)...)
	c, err := spop.Dial(t.Context(), a.Addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return a, c
}

// notifyAs sends one message and returns the answer as text.
func notifyAs(t *testing.T, c *spop.Client, name string) string {
	t.Helper()
	actions, err := c.Notify(t.Context(), spop.NewMessage(name))
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, a := range actions {
		all = append(all, a.String())
	}
	return strings.Join(all, "; ")
}

// TestDebugHandlers fails a handler twice and finds it in quarantine.
func TestDebugHandlers(t *testing.T) {
	t.Parallel()
	a, c := debugAgent(t, "--quarantine-after", "2")
	for range 3 {
		if got, want := notifyAs(t, c, "bad"), "set-var txn.deny bool:true"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	handlers := debugPage[[]debugHandler](t, a, "/debug/handlers")
	if len(handlers) != 3 {
		t.Fatalf("got %d handlers, want 3: %+v", len(handlers), handlers)
	}
	bad := handlers[0]
	if bad.Message != "bad" || !strings.HasSuffix(bad.Script, "policy.lua") || bad.Line != 2 || bad.Timeout != "20s" ||
		len(bad.OnError) != 1 || bad.OnError[0] != "set-var txn.deny bool:true" || !bad.Quarantined || bad.Retry.IsZero() || bad.Failures != 2 {
		t.Errorf("got %+v", bad)
	}
	if bad.Last == nil || bad.Last.Reason != "error" || !strings.Contains(bad.Last.Error, "policy.lua:2: on purpose") ||
		!strings.Contains(bad.Last.Traceback, "policy.lua:2:") {
		t.Errorf("last failure: %+v", bad.Last)
	}
	if fine := handlers[1]; fine.Message != "fine" || fine.Quarantined || fine.Last != nil {
		t.Errorf("got %+v", fine)
	}
}

// TestDebugStopped finds where a handler was whose time was over, in the log and at
// /debug/handlers.
func TestDebugStopped(t *testing.T) {
	t.Parallel()
	const stopped = "handler stopped: this is where it was"
	a, c := debugAgent(t, "--timeout", "100ms", "--quarantine-after", "0")
	for !strings.Contains(a.Log(), stopped) { // a busy machine may not come to run it within its time
		notifyAs(t, c, "slow")
	}
	line := a.WaitLog(stopped)
	if where, _ := line["err"].(string); !strings.Contains(where, "policy.lua:4: ") || line["message"] != "slow" {
		t.Errorf("logged %v", line)
	}
	slow := debugPage[[]debugHandler](t, a, "/debug/handlers")[2]
	if slow.Last == nil || slow.Last.Reason != "timeout" || !strings.Contains(slow.Last.Traceback, "policy.lua:4:") {
		t.Errorf("got %+v, last failure %+v", slow, slow.Last)
	}
}

// TestDebugVMs finds the handler that runs, and its connection.
func TestDebugVMs(t *testing.T) {
	t.Parallel()
	a, c := debugAgent(t)
	if got := notifyAs(t, c, "fine"); got != "set-var txn.fine int64:1" {
		t.Errorf("got %s", got)
	}
	go func() { _, _ = c.Notify(t.Context(), spop.NewMessage("slow")) }() // ends with the agent
	var vms []debugVM
	running := func() bool {
		vms = debugPage[[]debugVM](t, a, "/debug/vms")
		for _, vm := range vms {
			if vm.State == "busy" && vm.Message == "slow" && vm.Running > 0 {
				return true
			}
		}
		return false
	}
	waitFor(t, running, func() string { return "no VM runs the message slow" })
	connections := debugPage[[]debugConnection](t, a, "/debug/connections")
	if len(connections) != 1 {
		t.Fatalf("got %d connections, want 1: %+v", len(connections), connections)
	}
	if got := connections[0]; got.ID == 0 || !strings.HasPrefix(got.Peer, "127.0.0.1:") || got.Size == 0 || got.Notifies != 2 || got.InFlight != 1 {
		t.Errorf("got %+v", got)
	}
}

// TestPprof shows that profiles are served only when they are asked for.
func TestPprof(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		flags []string
		want  int
	}{
		{"off", nil, http.StatusNotFound},
		{"on", []string{"--pprof"}, http.StatusOK},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a, _ := debugAgent(t, tt.flags...)
			for _, path := range []string{"/debug/pprof/", "/debug/pprof/goroutine", "/debug/pprof/heap", "/debug/pprof/symbol"} {
				if got := status(t, a, path); got != tt.want {
					t.Errorf("%s: got %d, want %d", path, got, tt.want)
				}
			}
		})
	}
}
