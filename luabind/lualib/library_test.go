package lualib

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	lua "github.com/yuin/gopher-lua"
)

func TestConfig(t *testing.T) {
	t.Parallel()
	noon := time.Date(2024, 2, 29, 12, 0, 0, 0, time.UTC)
	L, out := newVM(t, Config{
		Getenv:   func(name string) (string, bool) { return "value of " + name, name == "SET" },
		Debug:    true,
		Now:      func() time.Time { return noon },
		Location: time.FixedZone("EAST", 2*3600),
	})
	tests := []struct{ name, script, want string }{
		{"getenv", `print(os.getenv("SET"), os.getenv("UNSET"))`, "value of SET\tnil\n"},
		{"clock", `print(os.time(), os.date("%H:%M %Z %z"), os.date("!%H:%M %Z"))`, "1709208000\t14:00 EAST +0200\t12:00 GMT\n"},
		{"ticks", `for i = 1, 1e4 do assert(math.tointeger(os.time() + os.clock() * 1000000), i) end`, ""},
		{"seed", `math.randomseed(3) local a = math.random(1e9) math.randomseed(3.9) print(a == math.random(1e9), pcall(math.randomseed, 1e300))`,
			"true\tfalse\tbad argument #1 to 'math.randomseed' (number has no integer representation)\n"},
		{"local time", `print(os.time{year = 2024, month = 2, day = 29, hour = 14})`, "1709208000\n"},
		{"warn off", `warn("quiet")`, ""},
		{"warn on", `warn("@on") warn("a", "b") warn("@off") warn("c")`, "Lua warning: ab\n"},
		{"debug", `print(debug.getinfo(1, "l").currentline, type(debug.traceback("msg")), debug.sethook)`, "1\tstring\tnil\n"},
		{"codes", `print(pcall(utf8.codes, "\x80a"))`, "false\tbad argument #1 to 'utf8.codes' (invalid UTF-8 code)\n"},
		{"count", `print(collectgarbage("count") > 0, collectgarbage())`, "true\t0\n"},
	}
	for _, tt := range tests {
		out.Reset()
		if err := run(L, "config", tt.script); err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
		if got := out.String(); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestDefaultsAreClosed(t *testing.T) {
	t.Parallel()
	L, _ := newVM(t, Config{})
	for _, name := range []string{"io", "package", "require", "dofile", "loadfile", "debug", "loadstring", "setfenv"} {
		if v := L.G.Global.RawGetString(name); v != lua.LNil {
			t.Errorf("global %s is a %s, want none", name, v.Type())
		}
	}
	if err := run(L, "env", `assert(os.getenv("PATH") == nil and not os.execute and not os.exit)`); err != nil {
		t.Error(err)
	}
}

func TestEndCoroutines(t *testing.T) {
	before := runtime.NumGoroutine()
	L, _ := newVM(t, Config{})
	const script = `
		kept = {}
		for i = 1, 50 do
			kept[i] = coroutine.wrap(function() while true do pcall(coroutine.yield) end end)
			kept[i]()
		end`
	if err := run(L, "hoard", script); err != nil {
		t.Fatal(err)
	}
	if got := SuspendedCoroutines(L)(); got != 50 {
		t.Errorf("got %d suspended coroutines, want 50", got)
	}
	EndCoroutines(L)
	if got := SuspendedCoroutines(L)(); got != 0 {
		t.Errorf("got %d suspended coroutines, want 0", got)
	}
	for began := time.Now(); runtime.NumGoroutine() > before; time.Sleep(time.Millisecond) {
		if time.Since(began) > time.Minute {
			t.Fatalf("got %d goroutines, want %d", runtime.NumGoroutine(), before)
		}
	}
	if err := run(L, "after", `kept[1]()`); err == nil || !strings.Contains(err.Error(), "cannot resume dead coroutine") {
		t.Errorf("got error %v", err)
	}
}

// trippable is a context like the watchdog's of a VM: it has no Done channel
// until it is tripped.
type trippable struct {
	context.Context
	done chan struct{}
}

func (c *trippable) Done() <-chan struct{} { return c.done }

func (c *trippable) Err() error {
	if c.done != nil {
		return errors.New("tripped")
	}
	return nil
}

func TestCoroutineSeesLateDeadline(t *testing.T) {
	t.Parallel()
	L, _ := newVM(t, Config{})
	ctx := &trippable{Context: context.Background()}
	L.G.Global.RawSetString("trip", L.NewFunction(func(*lua.LState) int {
		ctx.done = make(chan struct{})
		close(ctx.done)
		return 0
	}))
	err := runIn(ctx, L, `coroutine.wrap(function() trip() while true do end end)()`)
	if err == nil || !strings.Contains(err.Error(), "tripped") {
		t.Errorf("got error %v, want the deadline's", err)
	}
}

func TestMatchAllocations(t *testing.T) {
	L, _ := newVM(t, Config{})
	s := lua.LString("/api/v12/users")
	fn := L.GetField(L.G.Global.RawGetString("string"), "match")
	allocs := testing.AllocsPerRun(100, func() {
		L.Push(fn)
		L.Push(s)
		L.Push(lua.LString("^/api/v(%d+)/"))
		L.Call(2, 1)
		L.Pop(1)
	})
	if allocs > 3 {
		t.Errorf("a match allocates %.0f times, want 3 at most", allocs)
	}
}
