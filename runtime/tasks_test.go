package runtime

import (
	"path/filepath"
	"testing"
	"time"
)

// TestTasks has a task and a handler talk through queues, across VMs.
func TestTasks(t *testing.T) {
	t.Parallel()
	r, _, _ := newTest(t, Config{}, map[string]string{"t.lua": `
		local questions, answers = core.queue(), core.queue()
		core.register_task(function(a, b)
		  while true do
		    local q = questions:pop_wait()
		    answers:push({text = q.text .. a .. b, list = {1, 2}})
		  end
		end, "x", 7)
		spoa.on("ask", function()
		  assert(questions:push({text = "hello"}))
		  local a = answers:pop_wait()
		  set_var("txn.a", a.text .. #a.list .. answers:size())
		end)`})
	c := dial(t, serve(t, config(r, time.Minute)))
	for range 3 {
		if got := ask(t, c, "ask"); got != "set-var txn.a str:hellox720" {
			t.Errorf("got %q", got)
		}
	}
	if n := r.tasks.running.count(); n != 1 {
		t.Errorf("%d tasks run", n)
	}
}

// TestTasksReload ends the tasks of a generation before those of the next begin.
func TestTasksReload(t *testing.T) {
	t.Parallel()
	text := func(version, wait string) string {
		return `core.register_task(function()
			assert(not spoa.shared.get("runs"), "two run at a time")
			spoa.shared.set("seen", "` + version + `")
			` + wait + `
		end)`
	}
	r, dir, log := newTest(t, Config{}, map[string]string{"t.lua": text("1", "core.sleep(3600)")})
	seen := func(want string) {
		waitUntil(t, func() bool { v, ok := r.shared.Get("seen"); return ok && v.String() == want })
	}
	seen("1")
	for _, wait := range []string{"while true do end", "core.queue():pop_wait()", "core.wait()", "error('broken')"} {
		save(t, filepath.Join(dir, "t.lua"), text(wait[:4], wait))
		if _, err := r.Reload(); err != nil {
			t.Fatal(err)
		}
		seen(wait[:4])
	}
	waitUntil(t, func() bool { return r.tasks.running.count() == 0 })
	if r.tasks.failed.Load() != 1 || log.count("task failed") != 1 || log.count("broken") == 0 {
		t.Errorf("%d failures, log: %v", r.tasks.failed.Load(), log)
	}
}

// TestTaskOfOneVM has a script register its task in the first VM only: the task
// cannot be run on another, and says so.
func TestTaskOfOneVM(t *testing.T) {
	t.Parallel()
	r, _, log := newTest(t, Config{}, map[string]string{"t.lua": `
		if not spoa.shared.get("loaded") then
		  spoa.shared.set("loaded", true)
		  core.register_task(function() end)
		end
		spoa.on("ask", function() set_var("txn.a", 1) end)`})
	waitUntil(t, func() bool { return r.tasks.failed.Load() == 1 })
	waitUntil(t, func() bool { return log.count("scripts registered for something else than in the first VM") == 1 })
	if got := ask(t, dial(t, serve(t, config(r, time.Minute))), "ask"); got != "set-var txn.a int64:1" {
		t.Errorf("got %q", got)
	}
}
