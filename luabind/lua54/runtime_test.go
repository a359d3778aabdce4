package lua54

import (
	"fmt"
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"
)

func TestOnGlobalAssign(t *testing.T) {
	t.Parallel()
	const source = `top = 1
		local l, t = 1, {}
		function f()
			inner, l = 2, 3
			t.x = inner
			l = function()
				_ENV.y = 1
				deep = 4
			end
			l()
		end
		if top then alsotop = 5 end`
	for _, env := range []bool{false, true} {
		t.Run(fmt.Sprint("uses _ENV ", env), func(t *testing.T) {
			t.Parallel()
			vm := newTestVM(t)
			var got []string
			vm.rt.OnGlobalAssign = func(L *lua.LState, name string) {
				got = append(got, vm.rt.Where(L, 1)+name+" "+L.GetGlobal(name).String())
			}
			source := source
			want := "c:4: inner nil,c:8: deep nil"
			if env {
				want = "c:4: inner nil,c:7: y nil,c:8: deep nil"
			} else {
				source = strings.ReplaceAll(source, "_ENV.y = 1", "")
			}
			proto, err := Compile("c", []byte(source), Options{TrapGlobalAssign: true})
			if err != nil {
				t.Fatal(err)
			}
			vm.Push(vm.rt.NewFunction(proto, vm.G.Global))
			if err := vm.rt.PCall(vm.LState, 0, 0, nil); err != nil {
				t.Fatal(err)
			}
			vm.Push(vm.GetGlobal("f"))
			if err := vm.rt.PCall(vm.LState, 0, 0, nil); err != nil {
				t.Fatal(err)
			}
			if text := strings.Join(got, ","); text != want || vm.GetGlobal("deep") != lua.LNumber(4) {
				t.Errorf("got %s, want %s", text, want)
			}
		})
	}
}

func TestMaxString(t *testing.T) {
	t.Parallel()
	vm := newTestVM(t)
	vm.rt.MaxString = 1000
	out := vm.run("c", `local s = "x" while true do s = s .. s end`)
	if want := "error: c:1: resulting string is too large: 1024 bytes, limit 1000\n"; out != want {
		t.Errorf("got %q, want %q", out, want)
	}
	out = vm.run("c", `local s = ("x"):rep(400) print(#(s .. s), pcall(function() return s .. s .. s end))`)
	if want := "800\tfalse\tc:1: resulting string is too large: 1200 bytes, limit 1000\n"; out != want {
		t.Errorf("got %q, want %q", out, want)
	}
}

func TestProtoIsShared(t *testing.T) {
	t.Parallel()
	proto, err := Compile("c", []byte(`local n = 0 return function() n = n + 1 return n end`), Options{})
	if err != nil {
		t.Fatal(err)
	}
	for range 4 {
		t.Run("vm", func(t *testing.T) {
			t.Parallel()
			vm := newTestVM(t)
			vm.Push(vm.rt.NewFunction(proto, vm.G.Global))
			vm.Call(0, 1)
			for want := 1; want < 100; want++ {
				vm.Push(vm.Get(-1))
				vm.Call(0, 1)
				if got := vm.Get(-1); got != lua.LNumber(want) {
					t.Fatalf("got %v, want %d", got, want)
				}
				vm.Pop(1)
			}
		})
	}
}

func TestTraceback(t *testing.T) {
	t.Parallel()
	vm := newTestVM(t)
	proto, err := Compile("c", []byte("local function f()\n error('e')\nend\nlocal function g() f() end\ng()"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	vm.Push(vm.rt.NewFunction(proto, vm.G.Global))
	err = vm.rt.PCall(vm.LState, 0, 0, nil)
	api, ok := err.(*lua.ApiError)
	if !ok {
		t.Fatalf("got %v", err)
	}
	want := "stack traceback:\n\t[C]: in function 'error'\n\tc:2: in upvalue 'f'\n" +
		"\tc:4: in local 'g'\n\tc:5: in main chunk\n\t[C]: in ?"
	if api.StackTrace != want {
		t.Errorf("got\n%s\nwant\n%s", api.StackTrace, want)
	}
}

func TestCoroutines(t *testing.T) {
	t.Parallel()
	vm := newTestVM(t)
	out := vm.run("c", `
		local n = 0
		local function inc() n = n + 1 end
		local co = coroutine.wrap(function(a) local x = a inc() while true do x = coroutine.yield(x * 2) if x > 5 then local y <close> = setmetatable({}, {__close = inc}) error("big") end end end)
		print(co(1), co(2), pcall(co, 9))
		print(pcall(co))
		inc() print(n)
		local gen = function(k) return coroutine.wrap(function() for i = 1, k do coroutine.yield(i) end end) end
		for v in gen(3) do inc() io.write(v, " ") end print(n)
		local bad = coroutine.wrap(function() local q return q.x end)
		print(pcall(bad))`)
	want := "2\t4\tfalse\tc:4: big\nfalse\tcan not resume a dead thread\n2\n1 2 3 5\nfalse\tc:10: attempt to index a nil value (local 'q')\n"
	if out != want {
		t.Errorf("got\n%s\nwant\n%s", out, want)
	}
}

func TestCanYield(t *testing.T) {
	t.Parallel()
	vm := newTestVM(t)
	vm.SetGlobal("can", vm.NewFunction(func(L *lua.LState) int {
		L.Push(lua.LBool(vm.rt.CanYield(L)))
		return 1
	}))
	out := vm.run("c", `
		print(can())
		local t = setmetatable({}, {__index = function() return can() end})
		local function f() return can() end
		print(coroutine.wrap(function() local a = f() return can(), a, (f()), t.x, select(2, pcall(can)) end)())`)
	if want := "false\ntrue\ttrue\ttrue\tfalse\tfalse\n"; out != want {
		t.Errorf("got %q, want %q", out, want)
	}
}
