package tests

import (
	"bufio"
	"context"
	"fmt"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spoa-lua/spoa-lua/cmd/spoa-lua/bench"
	"github.com/spoa-lua/spoa-lua/spop"
	"github.com/spoa-lua/spoa-lua/tests/agent"
)

// soakText fails in every way that a handler may, now and then, and fills the
// shared store with keys that come and go.
const soakText = `
spoa.on("flaky", { timeout = "20ms" }, function(msg)
	spoa.shared.incr("visitor:" .. math.random(100000), 1, 10)
	local n = math.random(5000)
	if n == 1 then
		while true do end
	elseif n <= 100 then
		error("no luck today")
	end
	set_var("txn.path", msg.path)
end)
`

// soakLoads are the messages that are sent all the time, each over connections
// of its own: those of all policies that ship with the agent, and a flaky one.
var soakLoads = [][]string{
	{"ip-reputation", "ip=ipv4:192.0.2.17"},
	{"bot-score", "ua=str:Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "accept=str:*/*", "path=str:/index.html"},
	{"canary", "header=null", "session=str:4711-0815", "ip=ipv4:192.0.2.17"},
	{"path-rules", "method=str:GET", "path=str:/static/../admin/x", "ip=ipv4:192.0.2.17"},
	{"rate-limit", "client=ipv4:192.0.2.17", "bucket=null"},
	{"flaky", "path=str:/index.html"},
}

// soakPlan is how long the agent is loaded, and with how many NOTIFYs a second.
// SPOA_LUA_SOAK and SPOA_LUA_SOAK_RATE in the environment ask for more than fits
// into every run of the tests.
func soakPlan(t *testing.T) (d time.Duration, rate float64) {
	t.Helper()
	d, rate = 6*time.Second, 1500
	var err error
	if text := os.Getenv("SPOA_LUA_SOAK"); text != "" {
		if d, err = time.ParseDuration(text); err != nil {
			t.Fatalf("SPOA_LUA_SOAK: %v", err)
		}
	}
	if text := os.Getenv("SPOA_LUA_SOAK_RATE"); text != "" {
		if rate, err = strconv.ParseFloat(text, 64); err != nil {
			t.Fatalf("SPOA_LUA_SOAK_RATE: %v", err)
		}
	}
	return d, rate
}

// TestSoak loads an agent while a script changes every two seconds and handlers
// fail. Every NOTIFY is answered, every change counts, and at the end the agent
// has no more of anything than when it had warmed up. `make soak` runs it for
// half an hour.
func TestSoak(t *testing.T) {
	t.Parallel()
	duration, rate := soakPlan(t)
	own := folder(t, map[string]string{"flaky.lua": soakText, "revision.lua": soakRevision(0)})
	// A pool that a busy machine makes grow stays so: a small one grows little.
	flags := []string{"--timeout", "1s", "--max-vms", "16", "--scripts", own}
	for _, name := range shippedPolicies {
		flags = append(flags, "--scripts", filepath.Join(shippedDir, name))
	}
	a := agent.Start(t, flags...)

	ctx, cancel := context.WithTimeout(t.Context(), duration)
	defer cancel()
	var running sync.WaitGroup
	results := make([]*bench.Result, len(soakLoads))
	for i, words := range soakLoads {
		running.Go(func() { results[i] = soakLoad(ctx, t, a, words, duration, rate/float64(len(soakLoads))) })
	}
	running.Go(func() { soakChanges(ctx, t, a, filepath.Join(own, "revision.lua")) })
	rows := soakRows(ctx, t, a, duration)
	running.Wait()

	for i, r := range results {
		if r == nil || r.Answered == 0 || r.ErrorCount() > 0 {
			t.Errorf("%s: got %+v, want answers and no errors", soakLoads[i][0], r)
			continue
		}
		t.Logf("%s: %d answered, %.0f/s, median %.0f us, 99%% %.0f us", soakLoads[i][0], r.Answered, r.PerSecond, r.Latency.P50, r.Latency.P99)
	}
	for _, r := range rows {
		t.Log(r)
	}
	checkGrowth(t, rows[0], rows[len(rows)-1])
}

func soakRevision(n int) string {
	return fmt.Sprintf(`spoa.on("revision", function() set_var("txn.revision", %d) end)`, n)
}

// soakLoad sends one message at a fixed rate and checks every reply.
func soakLoad(ctx context.Context, t *testing.T, a *agent.Process, words []string, d time.Duration, rate float64) *bench.Result {
	var args []spop.Arg
	for _, word := range words[1:] {
		name, text, _ := strings.Cut(word, "=")
		v, err := spop.ParseValue(text)
		if err != nil {
			t.Error(err)
			return nil
		}
		args = append(args, spop.Arg{Name: []byte(name), Value: v})
	}
	r, err := bench.Run(ctx, bench.Config{
		Dial: bench.Dialer(a.Addr), Connections: 3, Depth: 16, Duration: d, Rate: rate,
		Message: spop.NewMessage(words[0], args...),
	})
	if err != nil {
		t.Errorf("%s: %v", words[0], err)
	}
	return r
}

// soakChanges saves a new revision of a script every two seconds, and wants its
// answers before the next one.
func soakChanges(ctx context.Context, t *testing.T, a *agent.Process, path string) {
	c, err := spop.Dial(t.Context(), a.Addr)
	if err != nil {
		t.Error(err)
		return
	}
	defer c.Close()
	tick := time.NewTicker(2 * time.Second)
	defer tick.Stop()
	for n := 1; ; n++ {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Logf("%d changes of a script, each with its own answers", n-1)
			return
		}
		if err := os.WriteFile(path, []byte(soakRevision(n)), 0o644); err != nil {
			t.Error(err)
			return
		}
		if got, ok := awaitRevision(t, c, n); !ok {
			t.Errorf("after the change to revision %d: got %s", n, got)
			return
		}
	}
}

// awaitRevision asks until the answer is that of revision n.
func awaitRevision(t *testing.T, c *spop.Client, n int) (got string, ok bool) {
	deadline := time.NewTimer(time.Minute)
	defer deadline.Stop()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		actions, err := c.Notify(t.Context(), spop.NewMessage("revision"))
		got = fmt.Sprint(actions, err)
		if err == nil && len(actions) == 1 && actions[0].Value.Int64() == int64(n) {
			return got, true
		}
		select {
		case <-tick.C:
		case <-deadline.C:
			return got, false
		}
	}
}

// soakRow is what the agent had in one part of the time: the most of what only
// counts up, and the least of all else. Garbage comes and goes, and so do messages
// that wait for a busy machine; what has leaked is there in the least, too.
type soakRow struct {
	until                           time.Duration
	heap, rss, goroutines, fds, vms float64
	messages, reloads, shared       float64
}

func (r soakRow) String() string {
	return fmt.Sprintf("until %-7s heap %5.1f MB, RSS %5.1f MB, %3.0f goroutines, %3.0f fds, %3.0f VMs, %6.0f shared keys; %.0f messages, %.0f reloads",
		r.until.Round(time.Second), r.heap/1e6, r.rss/1e6, r.goroutines, r.fds, r.vms, r.shared, r.messages, r.reloads)
}

func newSoakRow() soakRow {
	most := math.Inf(1)
	return soakRow{heap: most, rss: most, goroutines: most, fds: most, vms: most}
}

func (r *soakRow) add(m map[string]float64) {
	for _, x := range []struct {
		least *float64
		now   float64
	}{
		{&r.heap, m["go_memstats_heap_alloc_bytes"]}, {&r.rss, m["process_resident_memory_bytes"]},
		{&r.goroutines, m["go_goroutines"]}, {&r.fds, m["process_open_fds"]},
		{&r.vms, m[`spoa_lua_vms{state="idle"}`] + m[`spoa_lua_vms{state="busy"}`]},
	} {
		*x.least = min(*x.least, x.now)
	}
	r.shared = max(r.shared, m["spoa_lua_shared_keys"])
	r.reloads = max(r.reloads, m[`spoa_lua_reloads_total{result="ok"}`])
	r.messages = max(r.messages, messagesOf(m))
}

func messagesOf(m map[string]float64) (sum float64) {
	for name, value := range m {
		if strings.HasPrefix(name, "spoa_lua_messages_total{") {
			sum += value
		}
	}
	return sum
}

// soakRows measures until ctx ends, in six parts of equal length. There are two
// rows at least.
func soakRows(ctx context.Context, t *testing.T, a *agent.Process, duration time.Duration) (rows []soakRow) {
	t.Helper()
	const parts, perPart = 6, 20
	tick := time.NewTicker(duration / (parts * perPart))
	defer tick.Stop()
	began := time.Now()
	row := newSoakRow()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			for len(rows) < 2 { // the machine is too busy to have looked before
				row.add(allMetrics(t, a))
				rows = append(rows, row)
			}
			return rows
		}
		row.add(allMetrics(t, a))
		row.until = time.Since(began)
		// The last look may come after the end: that of the part before it counts.
		if part := duration * time.Duration(len(rows)+1) / parts; row.until >= part-duration/(parts*perPart) {
			rows = append(rows, row)
			row = newSoakRow()
		}
	}
}

// allMetrics returns every line of /metrics.
func allMetrics(t *testing.T, a *agent.Process) map[string]float64 {
	t.Helper()
	all := make(map[string]float64)
	resp, err := http.Get("http://" + a.Metrics + "/metrics")
	if err != nil {
		t.Error(err)
		return all
	}
	defer resp.Body.Close()
	in := bufio.NewScanner(resp.Body)
	for in.Scan() {
		name, text, _ := strings.Cut(in.Text(), " ")
		if value, err := strconv.ParseFloat(text, 64); err == nil && name != "#" {
			all[name] = value
		}
	}
	return all
}

// checkGrowth compares the last part with the first one. The bounds leave room
// for chance, and none for something that grows with each NOTIFY or reload of
// half an hour.
func checkGrowth(t *testing.T, first, last soakRow) {
	t.Helper()
	const mb = 1 << 20
	for _, x := range []struct {
		what        string
		first, last float64
		limit       float64
	}{
		{"heap", first.heap, last.heap, first.heap*1.5 + 16*mb},
		{"RSS", first.rss, last.rss, first.rss*1.5 + 32*mb},
		{"goroutines", first.goroutines, last.goroutines, first.goroutines*1.5 + 16},
		{"fds", first.fds, last.fds, first.fds + 8},
		{"VMs", first.vms, last.vms, first.vms*1.5 + 16},
	} {
		if x.last > x.limit {
			t.Errorf("%s grew from %.0f to %.0f, want %.0f at most", x.what, x.first, x.last, x.limit)
		}
	}
}
