package lint_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spoa-lua/spoa-lua/luabind/lint"
)

var column = regexp.MustCompile(`:\d+ `)

// TestState holds what handlers keep in variables of their VM.
func TestState(t *testing.T) {
	t.Parallel()
	const (
		counts = "changes with each message, but every VM has its own"
		others = "is set here for other handlers, but every VM has its own"
		task   = "is set here and read elsewhere, but a task has a VM of its own"
		found  = "keeps here what other messages look for, but every VM has its own"
	)
	for _, tt := range []struct{ name, src, want string }{
		{"number", `local hits = 0 spoa.on("m", function() hits = hits + 1 set_var("txn.a", hits) end)`, `1 'hits' of line 1 ` + counts},
		{"table", "local hits = {}\ncore.register_action('a', {'http-req'}, function(txn)\n local k = txn.sf:src()\n hits[k] = (hits[k] or 0) + 1\nend)", `4 'hits' of line 1 ` + counts},
		{"field", `local stats = {n = 0} spoa.on("m", function() stats.n = stats.n + 1 end)`, `1 'stats' of line 1 ` + counts},
		{"deep field", `local stats = {a = {n = 0}} spoa.on("m", function() stats.a.n = stats.a.n + 1 end)`, `1 'stats' of line 1 ` + counts},
		{"list", `local seen = {} spoa.on("m", function(msg) seen[#seen + 1] = msg.ip end)`, `1 'seen' of line 1 ` + counts},
		{"insert", `local seen = {} spoa.on("m", function(msg) table.insert(seen, msg.ip) end)`, `1 'seen' of line 1 ` + counts},
		{"global", `hits = 0 spoa.on("m", function() hits = hits + 1 end)`, `1 'hits' of line 1 ` + counts},
		{"in a helper", `local n = 0 local function count() n = n + 1 return n end spoa.on("m", function() set_var("txn.n", count()) end)`, `1 'n' of line 1 ` + counts},
		{"in a field's helper", `local n, M = 0, {} function M.count() n = n + 1 return n end spoa.on("m", function() M.count() end)`, `1 'n' of line 1 ` + counts},
		{"a named handler", `local n = 0 local function handle() n = n + 1 end core.register_service("s", "http", handle)`, `1 'n' of line 1 ` + counts},
		{"in a loop", `for _, name in ipairs {"a", "b"} do local n = 0 spoa.on(name, function() n = n + 1 end) end`, `1 'n' of line 1 ` + counts},
		{"by an alias", `local n, on = 0, spoa.on on("m", {timeout = 1}, function() n = n + 1 end)`, `1 'n' of line 1 ` + counts},
		{"sessions", "local users = {}\nspoa.on('login', function(msg) users[msg.id] = msg.user end)\nspoa.on('check', function(msg) set_var('txn.u', users[msg.id]) end)", `2 'users' of line 1 ` + others},
		{"latest", "local last\nspoa.on('a', function(msg) last = msg.x end)\nspoa.on('b', function() set_var('txn.x', last) end)", `2 'last' of line 1 ` + others},
		{"task", "local list = {}\ncore.register_task(function() list = core.httpclient():get{url = 'http://a/'} end)\ncore.register_action('a', {'http-req'}, function(txn) txn:set_var('txn.a', list[1]) end)", `2 'list' of line 1 ` + task},
		{"task's table", "local bad = {}\ncore.register_task(function() bad['1.2.3.4'] = true end)\ncore.register_action('a', {'http-req'}, function(txn) txn:set_var('txn.a', bad[txn.sf:src()]) end)", `2 'bad' of line 1 ` + task},
		{"logins", "local logins = {}\nspoa.on('m', function(msg)\n if logins[msg.cookie] then return end\n local id = tostring(math.random())\n logins[id] = msg.user\nend)", `5 'logins' of line 1 ` + found},
		{"logins by helpers", "local logins = {}\nlocal function get(id) return logins[id] end\nlocal function put(id, v) logins[id] = v end\nspoa.on('m', function(msg)\n if get(msg.cookie) then return end\n put(math.random(), 1)\nend)", `3 'logins' of line 1 ` + found},
		{"ended elsewhere", "local users = {}\nspoa.on('login', function(msg) users[msg.id] = msg.user end)\nspoa.on('check', function(msg) if users[msg.id] == 1 then users[msg.id] = nil end end)", `2 'users' of line 1 ` + others},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			want := "t.lua:" + tt.want + "; share it by spoa.shared, or by a Map that core.set_map changes"
			got := column.ReplaceAllString(strings.Join(run(lint.File{Name: "t.lua", Text: []byte(tt.src)}), "\n"), " ")
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.src, diff)
			}
		})
	}
}

// TestNoState holds what is no state, or is shared.
func TestNoState(t *testing.T) {
	t.Parallel()
	for _, src := range []string{
		`local cache = {} spoa.on("m", function(msg) if not cache[msg.k] then cache[msg.k] = #msg.k end set_var("txn.a", cache[msg.k]) end)`,
		"local cache = {} local function get(k) if cache[k] == nil then cache[k] = #k end return cache[k] end\nspoa.on('a', function(m) get(m.k) end) spoa.on('b', function(m) get(m.k) end) core.register_task(function() get('x') end)",
		"local cache = {} local function get(k) return cache[k] end local function put(k, v) cache[k] = v end\nspoa.on('m', function(msg) local v = get(msg.k) if not v then v = #msg.k put(msg.k, v) end end)",
		"local cache = {} local function get(k) local e = cache[k] if e and e.till > os.time() then return e.v end cache[k] = nil end\nlocal function put(k, v) cache[k] = {v = v, till = os.time() + 5} end\nspoa.on('m', function(msg) local v = get(msg.a .. msg.b) or #msg.a put(msg.a .. msg.b, v) end)",
		`local log = {} spoa.on("m", function(msg) log[msg.id] = 1 end)`,
		`local n = 0 for _ in pairs {} do n = n + 1 end spoa.on("m", function() set_var("txn.n", n) end)`,
		`local ready = false core.register_init(function() ready = true end) spoa.on("m", function() set_var("txn.r", ready) end)`,
		`local m = Map.new("a.map") spoa.on("m", function() core.set_map("a.map", "k", m:slookup("k") .. "x") end)`,
		`spoa.on("m", function() local n = 0 for _ = 1, 3 do n = n + 1 end set_var("txn.n", n) end)`,
		`local names = {"a"} spoa.on("m", function() local list = {} for i, n in ipairs(names) do list[i] = n end set_var("txn.n", #list) end)`,
		`local q = core.queue() core.register_task(function() q:push("a") end) spoa.on("m", function() set_var("txn.q", q:pop()) end)`,
		`local M = {} function M.f(t) t.n = t.n + 1 return t end spoa.on("m", function() M.f({n = 1}) end)`,
		`core.register_task(function() local n = 0 while true do n = n + 1 core.msleep(n) end end)`,
		`local n = 0 core.register_task(function() while true do n = n + 1 core.msleep(n) end end)`,
	} {
		if got := run(lint.File{Name: "t.lua", Text: []byte(src)}); got != nil {
			t.Errorf("%s: got %q", src, got)
		}
	}
}

// TestNoStateInPolicies looks at the policies that ship.
func TestNoStateInPolicies(t *testing.T) {
	t.Parallel()
	var files []lint.File
	err := filepath.WalkDir("../../scripts", func(path string, _ os.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".lua" {
			return err
		}
		text, err := os.ReadFile(path)
		files = append(files, lint.File{Name: path, Text: text})
		return err
	})
	if err != nil || len(files) < 10 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, w := range lint.State(files) {
		t.Error(w)
	}
}
