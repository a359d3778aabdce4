package tests

import (
	"os"
	"testing"
)

// broken are saves that must not go live, and what the log says of them.
var broken = []struct {
	name string
	file string
	text string
	log  string
}{
	{"syntax error", "policy.lua", "spoa.on('check', function()\n  set_var('txn.answer' 'x')\nend)", "scripts/policy.lua:2: "},
	{"half a file", "policy.lua", "spoa.on('check', function(msg)\n  set_var('txn.answer', msg.path)\n", "scripts/policy.lua:"},
	{"runtime error at top level", "policy.lua", "local x = nil\n\nprint(x.y)\nspoa.on('check', print)", "scripts/policy.lua:3: attempt to index a nil value"},
	{"error in an init function", "policy.lua", "spoa.on('check', print)\nspoa.on_init(function()\n  error('no ' .. 'luck')\nend)", "scripts/policy.lua:3: no luck"},
	{"set_var at top level", "policy.lua", "set_var('txn.answer', 1)", "scripts/policy.lua:1: set_var can only be called inside a handler"},
	{"syntax error in a module", "lib/mod.lua", "return {\n  value = = 1\n}", "scripts/lib/mod.lua:2: "},
	{"error in a module", "lib/mod.lua", "\n\n\nerror('module')", "scripts/lib/mod.lua:4: module"},
	{"script beside the good one", "z.lua", "local function f()\n  return 1 +\nend", "scripts/z.lua:3: "},
}

// TestBrokenSaves saves policies that do not load: the old one goes on, the log
// says what is wrong and where, metrics show it, and the repaired file loads.
func TestBrokenSaves(t *testing.T) {
	eachVersion(t, func(t *testing.T, version string) {
		w := startWatched(t, version)
		stop := w.background(t)
		for i, c := range broken {
			t.Run(c.name, func(t *testing.T) {
				before, err := os.ReadFile(w.path(c.file))
				if err != nil && !os.IsNotExist(err) {
					t.Fatal(err)
				}
				w.edit(t, func() error { return os.WriteFile(w.path(c.file), []byte(c.text), 0o644) })
				wantLog(t, w.agent, w.loaded, "reload failed: the old scripts go on", "err", c.log)
				w.wantReloads(t, i+1, i+1, 0)
				if got := send(t, get(t, w.proxy.URL()+"/")).header.Get("x-answer"); got != "first/mod/list" {
					t.Errorf("after the broken save: got %q, want the old policy's answer", got)
				}
				w.edit(t, func() error {
					if before == nil {
						return os.Remove(w.path(c.file))
					}
					return os.WriteFile(w.path(c.file), before, 0o644)
				})
				w.want(t, "first/mod/list")
				w.wantReloads(t, i+2, i+1, 1)
			})
		}
		stop()
	})
}

// wantReloads checks the metrics of loads.
func (w *watched) wantReloads(t *testing.T, ok, failed, last int) {
	t.Helper()
	for name, want := range map[string]int{
		`spoa_lua_reloads_total{result="ok"}`:    ok,
		`spoa_lua_reloads_total{result="error"}`: failed,
		"spoa_lua_reload_last_successful":        last,
		"spoa_lua_generation":                    ok,
	} {
		if got := w.agent.Metric(name); got != float64(want) {
			t.Errorf("%s is %v, want %d", name, got, want)
		}
	}
}

// TestBrokenStart shows that an agent does not start with a policy that does
// not load, which would answer nothing.
func TestBrokenStart(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"policy.lua": "spoa.on('check', nil)"})
	out, code := runCommand(t, "run", "--listen", "127.0.0.1:0", "--scripts", dir)
	if want := dir + "/policy.lua:1: bad argument #2 to 'on' (function expected, got nil)\n"; code != 1 || out != want {
		t.Errorf("got code %d and %q, want 1 and %q", code, out, want)
	}
}
