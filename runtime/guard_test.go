package runtime

import (
	"context"
	"net/http"
	"path/filepath"
	goruntime "runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestGuard has a handler grow a table until the guard stops it. Another
// handler is asked all the while and loses nothing. It is not parallel: the heap
// that the guard looks at is the whole process's.
func TestGuard(t *testing.T) {
	for _, tt := range []struct{ name, script string }{
		{"table", `for i = 1, math.huge do t[i] = ("x"):rep(100000) .. i end`},
		{"table in a pcall", `while true do pcall(function() while true do t[#t + 1] = ("x"):rep(100000) .. #t end end) end`},
		{"many small tables", `for i = 1, math.huge do t[i] = {i, {}, {}} end`},
	} {
		t.Run(tt.name, func(t *testing.T) { testGuard(t, tt.script) })
	}
}

// guardHeap lets the heap grow by 96 MiB until the test ends.
func guardHeap(t *testing.T, r *Runtime) {
	t.Helper()
	guarding, stop := context.WithCancel(t.Context())
	var guards sync.WaitGroup
	goruntime.GC()
	limit := heapBytes() + 96<<20
	guards.Go(func() { r.Guard(guarding, limit) })
	t.Cleanup(func() { stop(); guards.Wait() })
}

func testGuard(t *testing.T, grow string) {
	r, _, log := newTest(t, Config{MaxVMs: 4, ErrorVar: "txn.why"}, map[string]string{"a.lua": `
spoa.on("grow", {on_error = function(reason) return {["txn.deny"] = reason} end}, function() local t = {} ` + grow + ` end)
spoa.on("good", function() set_var("txn.fine", 1) end)`})
	addr := serve(t, config(r, time.Minute))
	guardHeap(t, r)
	greedy, good := dial(t, addr), dial(t, addr)
	answer := make(chan string, 1)
	go func() { answer <- ask(t, greedy, "grow") }() // ends with the answer, which is waited for below
	for asked := 0; ; asked++ {
		if got, want := ask(t, good, "good"), "set-var txn.fine int64:1"; got != want {
			t.Fatalf("good message %d: got %s, want %s", asked, got, want)
		}
		select {
		case got := <-answer:
			if want := "set-var txn.deny str:memory; set-var txn.why str:memory"; got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
			if got := outcome(r, "grow", "memory"); got != 1 {
				t.Errorf("%d messages counted as memory, want 1", got)
			}
			waitUntil(t, func() bool { return log.count("kind=message name=grow") > 0 })
			return
		default:
		}
	}
}

// TestGuardOfServicesAndTasks has a service and then a task grow until the guard
// stops them. Messages are answered all the while.
func TestGuardOfServicesAndTasks(t *testing.T) {
	const grow = `local t = {} for i = 1, math.huge do t[i] = ("x"):rep(100000) .. i end`
	r, dir, log := newTest(t, Config{MaxVMs: 4, ServeHTTP: true, HTTPTimeout: time.Minute}, map[string]string{"a.lua": `
		core.register_service("grow", "http", function() ` + grow + ` end)
		spoa.on("good", function() set_var("txn.fine", 1) end)`})
	good := dial(t, serve(t, config(r, time.Minute)))
	s := serveHTTP(t, r)
	guardHeap(t, r)
	wantGood := func() {
		if got, want := ask(t, good, "good"), "set-var txn.fine int64:1"; got != want {
			t.Fatalf("good message: got %s, want %s", got, want)
		}
	}
	status, body := fetch(t, request(t, "GET", s.URL+"/grow", ""))
	if status != http.StatusServiceUnavailable || body != "Service Unavailable (memory)\n" {
		t.Errorf("got %d %q, want 503 and the reason", status, body)
	}
	waitUntil(t, func() bool { return log.count("kind=service name=grow") == 1 })
	wantGood()
	save(t, filepath.Join(dir, "b.lua"), "core.register_task(function() "+grow+" end)\n")
	if _, err := r.Reload(); err != nil {
		t.Fatal(err)
	}
	waitUntil(t, func() bool { wantGood(); return r.tasks.running.count() == 0 && r.tasks.failed.Load() == 1 })
	if log.count("kind=task name="+dir+"/b.lua:1") != 1 || log.count("task failed") != 1 || log.count("memory is running out: ") != 3 {
		t.Errorf("log: %v", log.buf.String())
	}
}

// TestGuardOfWaitingTasks stops the task that has run the most when the heap stays
// too large and nothing runs.
func TestGuardOfWaitingTasks(t *testing.T) {
	r, _, log := newTest(t, Config{}, map[string]string{"a.lua": `
		core.register_task(function() spoa.shared.incr("ready") core.sleep(3600) end)
		core.register_task(function()
		  local stop = os.clock() + 0.05
		  while os.clock() < stop do end
		  spoa.shared.incr("ready")
		  core.sleep(3600)
		end)`})
	waiting := func() bool {
		n := 0
		r.tasks.running.each(func(j *job) {
			if now, all := j.ran.Took(); now == 0 && all > 0 {
				n++
			}
		})
		return n == 2
	}
	waitUntil(t, func() bool { v, _ := r.shared.Get("ready"); return v != nil && v.String() == "2" && waiting() })
	g := guard{r: r, limit: 1}
	for range guardVain - 1 {
		g.look()
	}
	if n := r.tasks.running.count(); n != 2 {
		t.Errorf("%d tasks run before the patience is over, want 2", n)
	}
	g.look()
	waitUntil(t, func() bool { return r.tasks.running.count() == 1 })
	if log.count("a.lua:3 ") == 0 || log.count("kind=task") != 1 {
		t.Errorf("log: %v", log.buf.String())
	}
}

// TestGuardOfRunningTasks finds a task that runs and does not wait.
func TestGuardOfRunningTasks(t *testing.T) {
	t.Parallel()
	r, _, log := newTest(t, Config{}, map[string]string{"a.lua": "core.register_task(function() while true do end end)"})
	var s suspect
	waitUntil(t, func() bool { s = r.longest(); return s.took > guardGrace })
	if s.kind != "task" || !strings.HasSuffix(s.name, "a.lua:1") {
		t.Errorf("the longest is %+v, want the task", s)
	}
	s.stop()
	waitUntil(t, func() bool {
		return r.tasks.running.count() == 0 && r.tasks.failed.Load() == 1 && log.count("memory is running out") == 1
	})
}

// TestGuardOfRetired finds a message that runs on a generation that is retired.
func TestGuardOfRetired(t *testing.T) {
	t.Parallel()
	r, _, _ := newTest(t, Config{}, map[string]string{"a.lua": `
		spoa.on("loop", {timeout = "1h"}, function() spoa.shared.set("runs", true) while true do end end)`})
	c := dial(t, serve(t, config(r, time.Minute)))
	answer := make(chan string, 1)
	go func() { answer <- ask(t, c, "loop") }() // ends with the answer, which is waited for below
	waitUntil(t, func() bool { _, ok := r.shared.Get("runs"); return ok })
	if _, err := r.Reload(); err != nil {
		t.Fatal(err)
	}
	s := r.longest()
	if s.kind != "message" || s.name != "loop" {
		t.Fatalf("the longest is %+v, want the message of the old generation", s)
	}
	s.stop()
	if got := <-answer; got != "" {
		t.Errorf("got %q of an endless loop", got)
	}
	waitUntil(t, func() bool { return !r.stopping() })
}
