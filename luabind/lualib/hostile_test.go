package lualib

import (
	"context"
	"strings"
	"testing"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
)

const deadline = "context deadline exceeded"

var hostileScripts = []struct{ name, script, want string }{
	{"backtracking", `return (("a"):rep(30)):find(("a-"):rep(10) .. "b")`, deadline},
	{"backtracking stars", `return (("a"):rep(200)):find(("a*"):rep(20) .. "b")`, deadline},
	{"backtracking in gmatch", `for _ in (("a"):rep(200)):gmatch(("a*"):rep(20) .. "b") do end`, deadline},
	{"quadratic gsub", `return (("a"):rep(1000000)):gsub(".-b", "")`, deadline},
	{"quadratic balance", `return (("("):rep(1000000)):find("%b()")`, deadline},
	{"swallowed deadline", `while true do pcall(function() return (("a"):rep(200)):find(("a*"):rep(20) .. "b") end) end`, deadline},
	{"rep", `return ("x"):rep(1 << 40)`, "resulting string too large"},
	{"rep of rep", `local s = "x" while true do s = s:rep(1000) end`, "resulting string too large"},
	{"rep separator", `return (""):rep(1 << 40, "abc")`, "resulting string too large"},
	{"doubling", `local s = "x" while true do s = s .. s end`, "too large"},
	{"gsub bomb", `local s = "x" while true do s = s:gsub(".", "%0%0%0%0%0%0%0%0") end`, "resulting string too large"},
	{"concat bomb", `local t, s = {}, ("x"):rep(1000000) for i = 1, 100 do t[i] = s end return table.concat(t)`, "resulting string too large"},
	{"format bomb", `local s = ("x"):rep(1 << 21) return ("%s%s%s"):format(s, s, s)`, "resulting string too large"},
	{"format width", `return ("%99999d"):format(1)`, "invalid conversion"},
	{"pack bomb", `return string.pack("c2000000000", "x")`, "resulting string too large"},
	{"print bomb", `local s = ("x"):rep(1 << 21) print(s, s, s)`, "resulting string too large"},
	{"unpack", `return table.unpack({}, 1, 1e8)`, "too many results to unpack"},
	{"byte", `return (("x"):rep(1 << 20)):byte(1, -1)`, "string slice too long"},
	{"move", `table.move({}, 1, 1 << 50, 2)`, deadline},
	{"concat range", `table.concat(setmetatable({}, {__index = function() return "" end}), "", 1, 1 << 60)`, deadline},
	{"insert far", `table.insert(setmetatable({}, {__len = function() return 1 << 60 end, __index = function() end, __newindex = function() end}), 1, 1)`, deadline},
	{"sort lies", `local t = {} for i = 1, 1000 do t[i] = i end while true do pcall(table.sort, t, function() return true end) end`, deadline},
	{"sort random", `local t = {} for i = 1, 100000 do t[i] = i end while true do pcall(table.sort, t, function() return math.random(2) == 1 end) end`, deadline},
	{"sort long __len", `table.sort(setmetatable({}, {__len = function() return 1 << 30 end, __index = function(_, i) return i end}))`, deadline},
	{"gsub recursion", `local function f() return (("x"):gsub("x", f)) end f()`, "stack overflow"},
	{"sort recursion", `local function f() table.sort({1, 2, 3}, f) end f()`, "stack overflow"},
	{"tostring recursion", `local t = setmetatable({}, {__tostring = function(t) return tostring(t) end}) tostring(t)`, "stack overflow"},
	{"pcall recursion", `local function f() local ok, e = pcall(f) if not ok then error(e, 0) end end f()`, "stack overflow"},
	{"pcall of pcall", `local function f(...) return pcall(pcall, f, ...) end print(f()) error("done")`, "done"},
	{"load recursion", `local function r() local f, e = load(r) error(e, 0) end r()`, "stack overflow"},
	{"wrap recursion", `local function f() return coroutine.wrap(f)() end f()`, "stack overflow"},
	{"resume recursion", `local function f() local ok, e = coroutine.resume(coroutine.create(f)) error(e, 0) end f()`, "stack overflow"},
	{"index recursion", `local t = {} setmetatable(t, {__index = function(_, k) return t[k] end}) return t.x`, "stack overflow"},
	{"function recursion", `local function f() return 1 + f() end f()`, "stack overflow"},
	{"endless reader", `load(function() return " " end)() while true do end`, ""},
	{"big chunk", `local s = ("x = 1 "):rep(1 << 19) local f = {} for i = 1, 4 do f[i] = s end local i = 0 error(select(2, load(function() i = i + 1 return f[i] end)), 0)`, "chunk too large"},
	{"coroutine hoard", `for i = 1, 1e6 do local co = coroutine.create(coroutine.yield) local ok, e = coroutine.resume(co) if not ok then error(e, 0) end end`, "too many suspended coroutines"},
	{"coroutine loop", `coroutine.wrap(function() while true do end end)()`, deadline},
	{"coroutine pcall loop", `while true do pcall(coroutine.wrap(function() while true do end end)) end`, deadline},
	{"ping-pong", `local co = coroutine.wrap(function() while true do coroutine.yield() end end) while true do co() end`, deadline},
	{"xpcall handler", `xpcall(error, function() while true do end end)`, deadline},
	{"failing handlers", `local function h() error("again") end local ok, e = xpcall(error, h) error(e, 0)`, "error in error handling"},
	{"close loop", `local co = coroutine.create(function() local x <close> = setmetatable({}, {__close = function() while true do end end}) coroutine.yield() end) coroutine.resume(co) coroutine.close(co)`, deadline},
	{"pairs loop", `for _ in pairs(setmetatable({}, {__pairs = function() return function() return 1 end end})) do end`, deadline},
	{"string metatable", `getmetatable("").__index = nil return ("x"):upper() == "X" and error("intact", 0)`, "intact"},
	{"string metatable replaced", `setmetatable("", {})`, "table expected"},
	{"binary chunk", `error(select(2, load("\27Lua")), 0)`, "attempt to load a binary chunk"},
	{"no way out", `for _, n in ipairs{"io", "require", "package", "dofile", "loadfile", "debug"} do assert(_G[n] == nil, n) end for _, n in ipairs{"execute", "exit", "remove", "rename", "tmpname", "setlocale"} do assert(os[n] == nil, n) end error("closed", 0)`, "closed"},
	{"collector", `for i = 1, 1e9 do collectgarbage() end`, deadline},
}

// TestHostile runs scripts that try to hang, to exhaust memory or to overflow
// Go's stack. Each must end with the error, within the deadline and a little.
func TestHostile(t *testing.T) {
	t.Parallel()
	for _, tt := range hostileScripts {
		t.Run(tt.name, func(t *testing.T) {
			L, _ := newVM(t, Config{Limits: Limits{MaxString: 1 << 22}})
			limit := 5 * time.Minute // which ends a test that fails, not one on a slow machine
			if tt.want == deadline || tt.want == "" {
				limit = 100 * time.Millisecond
			}
			ctx, cancel := context.WithTimeout(context.Background(), limit)
			defer cancel()
			err := runIn(ctx, L, tt.script)
			if ctx.Err() != nil && tt.want != deadline && tt.want != "" {
				t.Fatalf("ran into the deadline, want %q; error: %v", tt.want, err)
			}
			if err == nil || !strings.Contains(lua54.ErrorValue(err).String(), tt.want) {
				t.Fatalf("got error %v, want %q", err, tt.want)
			}
			// The VM is still good for a policy.
			if err := run(L, "after", `assert(("a1"):match("%d") == "1")`); err != nil {
				t.Fatalf("afterwards: %v", err)
			}
		})
	}
}

func runIn(ctx context.Context, L *lua.LState, src string) error {
	proto, err := lua54.Compile("hostile", []byte(src), lua54.Options{})
	if err != nil {
		return err
	}
	L.SetContext(ctx)
	rt := lua54.From(L)
	rt.Adopt(L)
	L.Push(rt.NewFunction(proto, L.G.Global))
	return rt.PCall(L, 0, 0, nil)
}
