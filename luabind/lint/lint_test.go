package lint_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spoa-lua/spoa-lua/luabind"
	"github.com/spoa-lua/spoa-lua/luabind/lint"
)

// run returns the warnings about a script as "line:column text".
func run(files ...lint.File) []string {
	var got []string
	for _, w := range lint.Run(files, luabind.GlobalNames()) {
		place, text, _ := strings.Cut(w.String(), " warning: ")
		got = append(got, strings.TrimSuffix(place, ":")+" "+text)
	}
	return got
}

func TestWarnings(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, src, want string }{
		{"global", `print(nothing)`, `1:7 undefined global 'nothing'`},
		{"global typo", `set_vra("txn.a", 1)`, `1:1 undefined global 'set_vra', did you mean 'set_var'?`},
		{"library typo", `local s = strng.rep("x", 2) print(s)`, `1:11 undefined global 'strng', did you mean 'string'?`},
		{"field typo", `print(string.fromat("%d", 1))`, `1:14 there is no 'string.fromat', did you mean 'string.format'?`},
		{"left out", `print(os.execute("ls"))`, `1:10 there is no 'os.execute': scripts start no programs`},
		{"program", "local dir = ... print(io.popen('rm ' .. dir .. '/x'))", `1:31 scripts start no programs: 'io.popen' lists files, as in io.popen("ls maps/*.map")`},
		{"listing", "local dir = ... print(io.popen('ls \"' .. dir .. '\"*.json'), io.popen(dir))", ``},
		{"channel", `local function f(txn) print(txn.req:data(0)) txn.res:send("a") end print(f)`, `1:58 'res:send' fails here: the agent cannot touch HAProxy's buffers; answer by txn:done(txn:reply{...}), or keep this script in HAProxy (lua-load)`},
		{"side effect", `local function f(txn) txn.f:sc0_inc_gpc0("t") end print(f)`, `1:41 'sc0_inc_gpc0' fails here: set a variable and use http-request sc-inc-gpc`},
		{"stick table", `local function f(p) return p.stktable end print(f)`, `1:30 'stktable' fails here where there is one: stick tables live in HAProxy; pass sc_*/table_* fetches as arguments`},
		{"api typo", `spoa.onn("m", function() end)`, `1:6 there is no 'spoa.onn', did you mean 'spoa.on'?`},
		{"deep api typo", `spoa.shared.gte("k")`, `1:13 there is no 'spoa.shared.gte', did you mean 'spoa.shared.get'?`},
		{"api typo by alias", `local shared = spoa.shared shared.incrr("k")`, `1:35 there is no 'spoa.shared.incrr', did you mean 'spoa.shared.incr'?`},
		{"own global typo", `counter = 1 print(countre)`, `1:19 undefined global 'countre', did you mean 'counter'?`},
		{"recursive local", `local f = function() return f() end f()`, `1:29 undefined global 'f'`},
		{"assignment", `local function f() total = 1 end f()`, `1:20 assignment to the global 'total', which is declared nowhere: is 'local' missing?`},
		{"function in function", `local function f() function g() end end f()`, `1:29 assignment to the global 'g', which is declared nowhere: is 'local' missing?`},
		{"library assigned", `local function f() type = 1 end f()`, `1:20 assignment to the global 'type' of the library`},
		{"unused", `local a, b = 1, 2 print(a)`, `1:10 unused local variable 'b'`},
		{"unused function", `local function f() return f() end`, ``},
		{"never called", `local function f() end`, `1:16 unused local function 'f'`},
		{"assigned only", `local a a = 1`, `1:7 local variable 'a' is assigned but never read`},
		{"shadowed", "local a = 1\ndo\n local a = 2 print(a)\nend print(a)", `3:8 local 'a' hides the one of line 1`},
		{"shadowed in function", "local a = 1\nlocal function f() local a = 2 return a end print(a, f)", `2:26 local 'a' hides the one of line 1`},
		{"after return", `do return end print(1)`, `1:15 this is never reached`},
		{"after break", `while true do break print(1) end`, `1:21 this is never reached`},
		{"after goto", `do goto out print(1) end ::out::`, `1:13 this is never reached`},
		{"after error", `local function f() error("x") return 1 end f()`, `1:31 this is never reached`},
		{"after if", `local function f(x) if x then return 1 else return 2 end print(x) end f()`, `1:58 this is never reached`},
		{"few arguments", `spoa.on("m", function() set_var("txn.a") end)`, `1:32 'set_var' takes 2 arguments, not 1`},
		{"many arguments", `spoa.on("m", function() unset_var("txn.a", 1) end)`, `1:34 'unset_var' takes 1 argument, not 2`},
		{"on", `spoa.on("m")`, `1:8 'spoa.on' takes 2 to 3 arguments, not 1`},
		{"shared", `spoa.shared.set("k")`, `1:16 'spoa.shared.set' takes 2 to 3 arguments, not 1`},
		{"typed", `print(spoa.ipv4())`, `1:16 'spoa.ipv4' takes 1 argument, not 0`},
		{"null", `print(spoa.null(1))`, `1:16 'spoa.null' takes no arguments, not 1`},
		{"c agent", `spoa.set_var_int32("a", spoa.scope.txn)`, `1:19 'spoa.set_var_int32' takes 3 arguments, not 2`},
		{"method of a string", `local s = "x" print(s:uper())`, `1:23 a string has no method 'uper', did you mean 'upper'?`},
		{"method of what is joined", `local s = "x" .. spoa.vars.y print(s:nothing())`, `1:38 a string has no method 'nothing'`},
		{"method in a chain", `print(("x"):upper():lwer())`, `1:21 a string has no method 'lwer', did you mean 'lower'?`},
		{"method of an argument", `spoa.on("m", function(m) print(m.path:mtch("a")) end)`, `1:39 a string has no method 'mtch', did you mean 'match'?`},
		{"method of a TXN", `core.register_action("a", {"http-req"}, function(txn) txn:set_vr("txn.x", 1) end)`,
			`1:59 a TXN has no method 'set_vr', did you mean 'set_var'?`},
		{"method of HTTP", `local function f(txn) return txn.http:req_get_header() end print(f)`,
			`1:39 the class HTTP has no method 'req_get_header', did you mean 'req_get_headers'?`},
		{"right of or", `spoa.on("m", function(m) local name = m.x or nme print(name) end)`, `1:46 undefined global 'nme', did you mean 'name'?`},
		{"local typo", `local LIMIT = 1 print(LIMTI, LIMIT)`, `1:23 undefined global 'LIMTI', did you mean 'LIMIT'?`},
		{"scope", `spoa.on("m", function() set_var("tnx.a", 1) end)`, `1:33 the variable 'tnx.a' has no scope, did you mean 'txn'?`},
		{"no scope", `spoa.on("m", function() unset_var("name") end)`, `1:35 the variable 'name' has no scope: write txn.name, or sess, req, res or proc in front`},
		{"name", `spoa.on("m", function() set_var("txn.my-var", 1) end)`, `1:33 bad variable name "my-var": it holds "-", allowed are a-z A-Z 0-9 . _`},
		{"good names", `spoa.on("m", function() set_var("txn.a.b_1", 1) unset_var("sess.x") end)`, ``},
		{"elsewhere", `spoa.on("m", function() spoa.set_var("txn.a", 1) end)`, `1:30 there is no 'spoa.set_var': set_var is a global function`},
		{"few arguments of the library", `print(string.rep("x"))`, `1:17 'string.rep' takes 2 to 3 arguments, not 1`},
		{"no arguments of the library", `print(string.format())`, `1:20 'string.format' takes at least 1 argument, not 0`},
		{"many arguments of the library", `print(tostring(1, 2))`, `1:15 'tostring' takes 1 argument, not 2`},
		{"module typo", `local json = require "json" print(json.encoed({}))`, `1:40 there is no 'json.encoed', did you mean 'json.encode'?`},
		{"module typo without a local", `print(require("socket.url").prase("x"))`, `1:29 there is no 'socket.url.prase', did you mean 'socket.url.parse'?`},
		{"message field", `spoa.on("m", {args = {"ip", "path"}}, function(msg) print(msg.pth, msg.ip) end)`,
			`1:63 the message has no argument 'pth' among args, did you mean 'path'?`},
		{"message field, fetches declared", `spoa.on("m", {args = {"ip=src", "path=path"}}, function(msg) print(msg.pth, msg.ip) end)`,
			`1:72 the message has no argument 'pth' among args, did you mean 'path'?`},
		{"message field in closure", `spoa.on("m", {args = {"ip"}}, function(msg) return (function() return msg.x end)() end)`,
			`1:75 the message has no argument 'x' among args`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			want := ""
			if tt.want != "" {
				want = "t.lua:" + tt.want
			}
			if diff := cmp.Diff(want, strings.Join(run(lint.File{Name: "t.lua", Text: []byte(tt.src)}), "\n")); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.src, diff)
			}
		})
	}
}

// TestNoWarnings holds what is right, or may be.
func TestNoWarnings(t *testing.T) {
	t.Parallel()
	for _, src := range []string{
		`if core then print(core.register_action) end`,
		`local j = jit and jit.os print(j)`,
		`if type(unpack) == "function" then print(unpack) end`,
		`local unpack = table.unpack or unpack print(unpack)`,
		`if not debug then return end print(debug)`,
		`if debug ~= nil then print(debug.traceback) end`,
		`function helper() return 1 end print(helper())`,
		`state = {} local function f() state = {} end f()`,
		`_G.made = 1 print(made, _G.made, _G.other)`,
		`string.trim = function(s) return s end print(string.trim("x"))`,
		`setmetatable(_G, {__index = function() return 1 end}) print(anything)`,
		`local _ENV = {} x = 1 print(x)`,
		`local spoa = {} print(spoa.anything)`,
		`local _, b = 1, 2 print(b)`,
		`local ok, err = pcall(print) print(err)`,
		`local x <close> = nil`,
		`local x = 1 do local x = x print(x) end`,
		`for _, v in ipairs {} do print(v) end for i = 1, 2 do end`,
		`local v = 1 for _, v in ipairs {} do print(v) end print(v)`,
		`local function f(a, b) return a end f()`,
		`while true do if x then break end print(1) end x = 1`,
		`for i = 1, 2 do goto continue ::continue:: end`,
		`if x then return end print(x) x = 1`,
		`spoa.on("m", function() set_var(table.unpack {"txn.a", 1}) end)`,
		`spoa.on("m", function(...) set_var("txn.a", ...) end)`,
		`spoa.shared.incr("k") spoa.shared.incr("k", 1) spoa.shared.incr("k", 1, 2)`,
		`spoa.on("m", {args = {"ip"}}, function(msg) print(msg.ip, msg[1], #msg) end)`,
		`spoa.on("m", {timeout = 1}, function(msg) print(msg.any) end)`,
		`local names = {"a"} spoa.on("m", {args = names}, function(msg) print(msg.any) end)`,
		`spoa.on("m", {args = {"ip"}}, function(msg) msg = {} print(msg.any) end)`,
		`print(spoa.info.version, spoa.vars.anything, spoa.log.warn, spoa.scope.txn)`,
		`local json = require "json" print(json.encode({}))`,
		`local mine = require "mine" print(mine.anything)`,
		`local cjson = require "cjson" cjson.extra = 1 print(cjson.extra)`,
		`function string.trim(s) return s end print(("x"):trim())`,
		`local s = spoa.vars.x print(s:anything())`,
		`local s = "x" s = {} print(s:anything())`,
		`local function f(txn) return txn:own() end print(f)`,
		`spoa.on("m", function(m) print(m.ip:anything(), m:any()) end)`,
		`local unpack = table.unpack or unpack print(unpack)`,
		`local o = {} function o:uper() end local s = "x" print(s:uper(), o)`,
		`print(string.format("%s", ...), tostring(...), string.rep(table.unpack {"x", 2}))`,
		`spoa.on("m", function(m) set_var(m.name, 1) set_var("sess.a.b", 1) end)`,
		`print(core.backends.web, core.proxies.x)`,
		`x = = 1`,
	} {
		if got := run(lint.File{Name: "t.lua", Text: []byte(src)}); got != nil {
			t.Errorf("%s: got %q", src, got)
		}
	}
}

// A file that has the name of a module is that module.
func TestModuleFile(t *testing.T) {
	t.Parallel()
	files := []lint.File{
		{Name: "policies/a.lua", Text: []byte(`local json = require "json" print(json.pretty)`)},
		{Name: "policies/json.lua", Text: []byte(`return {pretty = 1}`)},
	}
	if got := run(files...); got != nil {
		t.Errorf("got %q", got)
	}
}

// The globals of one file are those of the others.
func TestFilesTogether(t *testing.T) {
	t.Parallel()
	files := []lint.File{
		{Name: "a.lua", Text: []byte(`print(shared_helper()) print(typo)`)},
		{Name: "broken.lua", Text: []byte(`x = `)},
		{Name: "b.lua", Text: []byte("function shared_helper() end\nlocal unused = 1")},
	}
	want := []string{"a.lua:1:30 undefined global 'typo', did you mean 'type'?", "b.lua:2:7 unused local variable 'unused'"}
	if diff := cmp.Diff(want, run(files...)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
