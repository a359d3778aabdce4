package lua54

import (
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"
)

// recursions never end by themselves: each must end in an error, long before
// Go's stack is used up, and leave the VM in order.
var recursions = []struct{ name, source string }{
	{"function", `local function f() return 1 + f() end f()`},
	{"index", `local t = setmetatable({}, {__index = function(t, k) return t[k] end}) local x = t.x`},
	{"newindex", `local t = setmetatable({}, {__newindex = function(t, k, v) t[k] = v end}) t.x = 1`},
	{"add", `local mt = {} mt.__add = function(a, b) return a + b end local x = setmetatable({}, mt) + 1`},
	{"idiv", `local mt = {} mt.__idiv = function(a, b) return a // b end local x = setmetatable({}, mt) // 1`},
	{"eq", `local mt = {} mt.__eq = function(a, b) return a == b end
		local x = setmetatable({}, mt) == setmetatable({}, mt)`},
	{"lt", `local mt = {} mt.__lt = function(a, b) return a < b end local x = setmetatable({}, mt) < setmetatable({}, mt)`},
	{"lt mixed", `local mt = {} mt.__lt = function(a, b) return a < b end local x = setmetatable({}, mt) < 1`},
	{"le mixed", `local mt = {} mt.__le = function(a, b) return a <= b end local x = 1 <= setmetatable({}, mt)`},
	{"concat", `local mt = {} mt.__concat = function(a, b) return a .. b end local x = setmetatable({}, mt) .. 1`},
	{"len", `local mt = {} mt.__len = function(a) return #a end local x = #setmetatable({}, mt)`},
	{"call", `local mt = {} mt.__call = function(a) return 1 + a() end setmetatable({}, mt)()`},
	{"tostring", `local mt = {} mt.__tostring = function(a) return tostring(a) .. "" end tostring(setmetatable({}, mt))`},
	{"pcall", `local function f() local ok, e = pcall(f) error(e, 0) end f()`},
	{"pcall of pcall", `local function f() local _, a, b = pcall(pcall, f) error(b or a, 0) end f()`},
	{"xpcall handler", `local function f() return 1 + f() end
		local ok, e = xpcall(f, function(e) return f() end) error(tostring(e), 0)`},
	{"gsub", `local function f(s) return (s:gsub(".", f)) end f("x")`},
	{"sort", `local function f(a, b) table.sort({1, 2, 3}, f) return a < b end table.sort({1, 2, 3}, f)`},
	{"iterator", `local function f() for x in f do end return 1 end f()`},
	{"close", `local mt = {} mt.__close = function() local x <close> = setmetatable({}, mt) end
		local y <close> = setmetatable({}, mt)`},
	{"load", `local function f() load("f()", "c", "t", {f = f})() return 1 end f()`},
}

func TestRecursion(t *testing.T) {
	t.Parallel()
	for _, tt := range recursions {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			vm := newTestVM(t)
			out := vm.run("r.lua", tt.source)
			if !strings.Contains(out, "error: ") || !strings.Contains(out, "overflow") {
				t.Errorf("got %q, want an overflow", out)
			}
			const after = `local n = 0 local function inc() n = n + 1 end inc() pcall(error) inc() print(n)`
			if got := vm.run("after", after); got != "2\n" {
				t.Errorf("afterwards the VM printed %q", got)
			}
		})
	}
}

// TestDepth runs as deep as scripts may expect at least.
func TestDepth(t *testing.T) {
	t.Parallel()
	const source = `local function f(n) if n == 0 then return 0 end return 1 + f(n - 1) end
		print(pcall(f, 900))
		local function g(n) if n == 0 then return 0 end local ok, v = pcall(g, n - 1) return v + 1 end
		print(pcall(g, 150))`
	L := newTestVM(t)
	if got, want := L.run("depth", source), "true\t900\ntrue\t150\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestPrivateLayout fails when another version of gopher-lua has moved what
// internals.go reads.
func TestPrivateLayout(t *testing.T) {
	t.Parallel()
	L := lua.NewState()
	defer L.Close()
	rt := Open(L)
	if rt.frame(L) != nil || len(rt.registers(L).array) == 0 || stateOf(L).uvcache != nil {
		t.Error("a fresh VM has a frame, upvalues or no registers")
	}
}
