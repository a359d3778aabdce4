package lualib

import (
	"testing"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
)

// fragments are loops of 100 rounds over what policies do with strings and
// tables.
var fragments = []struct{ name, body string }{
	{"match", `local s = "/api/v12/users" for i = 1, 100 do local v = s:match("^/api/v(%d+)/") end`},
	{"match-miss", `local s = "/static/app.js" for i = 1, 100 do local v = s:match("^/api/v(%d+)/") end`},
	{"find-plain", `local s = "Mozilla/5.0 (X11; Linux x86_64) Chrome/120" for i = 1, 100 do local v = s:find("Chrome", 1, true) end`},
	{"find-class", `local s = "Mozilla/5.0 (X11; Linux x86_64) Chrome/120" for i = 1, 100 do local v = s:find("Chrome/(%d+)") end`},
	{"gmatch", `local s = "a=1; b=2; c=3" for i = 1, 100 do for k, v in s:gmatch("(%w+)=(%w+)") do end end`},
	{"gsub", `local s = "hello world" for i = 1, 100 do local v = s:gsub("o", "0") end`},
	{"format", `for i = 1, 100 do local s = string.format("%s:%d", "host", i) end`},
	{"lower", `local s = "Content-Type" for i = 1, 100 do local v = s:lower() end`},
	{"sub", `local s = "abcdef" for i = 1, 100 do local v = s:sub(2, 4) end`},
	{"ipairs", `local t = {1, 2, 3, 4, 5} for i = 1, 100 do for _, v in ipairs(t) do end end`},
	{"pairs", `local t = {a = 1, b = 2, c = 3} for i = 1, 100 do for k, v in pairs(t) do end end`},
	{"insert", `local t = {} for i = 1, 100 do table.insert(t, i) end`},
	{"concat", `local t = {"a", "b", "c", "d"} for i = 1, 100 do local s = table.concat(t, ",") end`},
	{"sort", `local t = {} for i = 1, 100 do t[i] = (i * 7919) % 101 end table.sort(t)`},
	{"sort-function", `local t = {} for i = 1, 100 do t[i] = (i * 7919) % 101 end table.sort(t, function(a, b) return a < b end)`},
	{"tonumber", `for i = 1, 100 do local n = tonumber("443") end`},
	{"tostring", `for i = 1, 100 do local n = tostring(i) end`},
	{"pcall", `local function f() end for i = 1, 100 do pcall(f) end`},
	{"pcall-error", `for i = 1, 100 do pcall(error, "x") end`},
	{"coroutine", `local w = coroutine.wrap(function() for i = 1, 101 do coroutine.yield(i) end end) for i = 1, 100 do w() end`},
}

func BenchmarkLibrary(b *testing.B) {
	for _, f := range fragments {
		b.Run(f.name+"/lualib", func(b *testing.B) {
			L, _ := newVM(b, Config{})
			proto, err := lua54.Compile("bench", []byte(f.body), lua54.Options{})
			if err != nil {
				b.Fatal(err)
			}
			benchmark(b, L, lua54.From(L).NewFunction(proto, L.G.Global))
		})
		b.Run(f.name+"/gopher-lua", func(b *testing.B) {
			L := lua.NewState()
			defer L.Close()
			fn, err := L.LoadString(f.body)
			if err != nil {
				b.Fatal(err)
			}
			benchmark(b, L, fn)
		})
	}
}

func benchmark(b *testing.B, L *lua.LState, fn *lua.LFunction) {
	b.ReportAllocs()
	for b.Loop() {
		L.Push(fn)
		L.Call(0, 0)
	}
}
