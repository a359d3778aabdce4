package lua54

import (
	"slices"
	"testing"
	"time"

	lua "github.com/yuin/gopher-lua"
)

// fragments are pieces of typical policies; each defines a function f that
// the benchmark calls. They are valid in both dialects.
var fragments = []struct{ name, source string }{
	{"field", `local m = {ip = "a", port = 80}
		function f() local n = 0 for i = 1, 100 do n = n + m.port end return n end`},
	{"nested field", `local m = {a = {b = {c = 1}}}
		function f() local n = 0 for i = 1, 100 do n = n + m.a.b.c end return n end`},
	{"set field", `local m = {}
		function f() for i = 1, 100 do m.x = i end end`},
	{"global", `limit = 10
		function f() local n = 0 for i = 1, 100 do n = n + limit end return n end`},
	{"compare strings", `local m = {path = "/admin", method = "GET"}
		function f() local n = 0 for i = 1, 100 do if m.path == "/admin" and m.method ~= "POST" then n = n + 1 end end return n end`},
	{"compare numbers", `function f() local n = 0 for i = 1, 100 do if i > 10 and i <= 90 or i == 95 then n = n + 1 end end return n end`},
	{"and or", `local t = {a = false, b = 5}
		function f() local v for i = 1, 100 do v = t.a and 1 or t.b; v = t.c or v or 3 end return v end`},
	{"and or locals", `function f() local a, b, v = nil, 2 for i = 1, 100 do v = a or b; v = a and b or i end return v end`},
	{"boolean value", `function f() local v for i = 1, 100 do v = i == 5; v = not (i < 3) end return v end`},
	{"call", `local function g(a, b) return a end
		function f() for i = 1, 100 do g(i, 2) end end`},
	{"tail call", `local function g(n) if n == 0 then return 0 end return g(n - 1) end
		function f() return g(100) end`},
	{"method", `local o = {n = 0} function o:inc(d) self.n = self.n + d end
		function f() for i = 1, 100 do o:inc(1) end end`},
	{"vararg", `local function g(...) local a, b = ... return a end
		function f() for i = 1, 100 do g(i, 2, 3) end end`},
	{"closure", `local function counter() local n = 0 return function() n = n + 1 return n end end
		function f() local c = counter() for i = 1, 100 do c() end end`},
	{"closure creation", `function f() local t = {} for i = 1, 100 do t[1] = function() return i end end end`},
	{"while", `function f() local i = 0 while i < 100 do i = i + 1 end return i end`},
	{"repeat", `function f() local i = 0 repeat i = i + 1 until i >= 100 return i end`},
	{"array", `local t = {} for i = 1, 100 do t[i] = i end
		function f() local n = 0 for i = 1, #t do n = n + t[i] end return n end`},
	{"table lookup", `local block = {["1.2.3.4"] = true, ["5.6.7.8"] = true} local ip = "5.6.7.8"
		function f() local n = 0 for i = 1, 100 do if block[ip] then n = n + 1 end end return n end`},
	{"pairs", `local t = {a = 1, b = 2, c = 3, d = 4, e = 5}
		function f() local n = 0 for i = 1, 10 do for k, v in pairs(t) do n = n + v end end return n end`},
	{"ipairs", `local t = {1, 2, 3, 4, 5}
		function f() local n = 0 for i = 1, 10 do for k, v in ipairs(t) do n = n + v end end return n end`},
	{"constructor", `function f() local t for i = 1, 100 do t = {name = "x", value = i} end return t end`},
	{"array constructor", `function f() local t for i = 1, 100 do t = {i, 2, 3} end return t end`},
	{"concat 2", `local s = "user"
		function f() local v for i = 1, 100 do v = s .. "-suffix" end return v end`},
	{"concat 5", `local s, p = "host", "path"
		function f() local v for i = 1, 100 do v = s .. ":" .. p .. "/" .. s end return v end`},
	{"concat number", `local s = "id"
		function f() local v for i = 1, 100 do v = s .. i end return v end`},
	{"arithmetic", `function f() local a, b = 1, 2 for i = 1, 100 do a = (a + b) * 0.5 - i / 3 end return a end`},
	{"modulo constant", `function f() local a = 0 for i = 1, 100 do a = a + i % 7 end return a end`},
	{"modulo", `local m = 7 function f() local a = 0 for i = 1, 100 do a = a + i % m end return a end`},
	{"length", `local s = "hello" function f() local a = 0 for i = 1, 100 do a = a + #s end return a end`},
	{"function call with fields", `local string = string
		function f() local a for i = 1, 100 do a = string.len("abc") end return a end`},
	{"swap in table", `local t = {1, 2}
		function f() for i = 1, 100 do t[1], t[2] = t[2], t[1] end end`},
}

func BenchmarkFragment(b *testing.B) {
	for _, fr := range fragments {
		for _, name := range []string{"raw", "lua54"} {
			b.Run(fr.name+"/"+name, func(b *testing.B) {
				L := loaders[name](b, fr.source)
				f := L.GetGlobal("f")
				b.ReportAllocs()
				for b.Loop() {
					L.Push(f)
					L.Call(0, 0)
				}
			})
		}
	}
}

// BenchmarkRatio tells how much longer a fragment takes than in raw gopher-lua:
// the median over short runs of both in turn, which other work on the machine
// changes less than the times of BenchmarkFragment.
func BenchmarkRatio(b *testing.B) {
	for _, fr := range fragments {
		b.Run(fr.name, func(b *testing.B) {
			raw, ours := loaders["raw"](b, fr.source), loaders["lua54"](b, fr.source)
			var ratios []float64
			for b.Loop() {
				ratios = append(ratios, 1/float64(timeCalls(raw))*float64(timeCalls(ours)))
			}
			slices.Sort(ratios)
			b.ReportMetric(ratios[len(ratios)/2], "ratio")
		})
	}
}

// loaders make a VM in which a fragment has defined f.
var loaders = map[string]func(tb testing.TB, source string) *lua.LState{
	"raw": func(tb testing.TB, source string) *lua.LState {
		L := newBenchState(tb)
		if err := L.DoString(source); err != nil {
			tb.Fatal(err)
		}
		return L
	},
	"lua54": func(tb testing.TB, source string) *lua.LState {
		L := newBenchState(tb)
		rt := Open(L)
		proto, err := Compile("bench", []byte(source), Options{})
		if err != nil {
			tb.Fatal(err)
		}
		L.Push(rt.NewFunction(proto, L.G.Global))
		L.Call(0, 0)
		return L
	},
}

func newBenchState(tb testing.TB) *lua.LState {
	L := lua.NewState()
	tb.Cleanup(L.Close)
	return L
}

// timeCalls is how long some calls of f take.
func timeCalls(L *lua.LState) time.Duration {
	f := L.GetGlobal("f")
	start := time.Now()
	for range 20 {
		L.Push(f)
		L.Call(0, 0)
	}
	return time.Since(start)
}
