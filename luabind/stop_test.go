package luabind

import (
	"errors"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/spop"
)

// stoppers are handlers that do not end by themselves. They call running()
// once they are where the flag has to find them.
var stoppers = map[string]string{
	"loop":          `running() while true do end`,
	"pcall":         `running() while true do pcall(function() while true do end end) end`,
	"pcall error":   `running() while true do pcall(error, "x") end`,
	"xpcall":        `running() while true do xpcall(function() while true do end end, function() while true do end end) end`,
	"recursion":     `running() local function f() return f() end f()`,
	"coroutine":     `coroutine.wrap(function() running() while true do end end)()`,
	"two threads":   `coroutine.wrap(function() coroutine.wrap(function() running() while true do end end)() end)()`,
	"resume":        `running() while true do coroutine.resume(coroutine.create(function() while true do end end)) end`,
	"yield":         `local co = coroutine.wrap(function() while true do coroutine.yield() end end) running() while true do co() end`,
	"gsub callback": `running() while true do ("x"):rep(1000):gsub(".", function() end) end`,
	"sort callback": `running() local t = {} for i = 1, 1e4 do t[i] = -i end while true do table.sort(t, function(a, b) return a < b end) end`,
	"pattern":       `running() while true do ("a"):rep(30):find(("a-"):rep(12) .. "b") end`,
	"metamethod":    `running() local t = setmetatable({}, {__index = function() while true do end end}) local x = t.x`,
	"close":         `running() local x <close> = setmetatable({}, {__close = function() while true do end end}) while true do end`,
	"shared":        `running() while true do spoa.shared.incr("x") end`,
}

func TestStop(t *testing.T) {
	t.Parallel()
	for name, src := range stoppers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			vm := newStoppable(t, src)
			var stop atomic.Bool
			vm.state.G.Global.RawSetString("running", vm.newFunction(func(*lua.LState) int {
				stop.Store(true)
				return 0
			}))
			ack := spop.NewAck(16380)
			vm.Begin(ack, &stop)
			err := vm.Call(0, newMessage(t, "m"))
			if !errors.Is(err, ErrStopped) {
				t.Errorf("got error %v, want %v", err, ErrStopped)
			}
			var script *ScriptError
			if !errors.As(err, &script) || script.Script != "t.lua" {
				t.Errorf("got %#v, want a ScriptError of t.lua", script)
			}
			if vm.End() {
				t.Error("a stopped VM must not be reusable")
			}
			if got := actionTexts(t, ack); len(got) != 0 {
				t.Errorf("got actions %q of a stopped handler", got)
			}
		})
	}
}

func newStoppable(t *testing.T, src string) *VM {
	t.Helper()
	vm := newTestVM(t, &Program{}, `spoa.on("m", function(msg) set_var("txn.a", 1) `+src+` end)`)
	return vm
}

// The flag is set from another goroutine while the handler runs.
func TestStopFromOutside(t *testing.T) {
	t.Parallel()
	vm := newTestVM(t, &Program{}, `spoa.on("m", function(msg) while true do end end)`)
	var stop atomic.Bool
	vm.Begin(spop.NewAck(100), &stop)
	go func() {
		runtime.Gosched()
		stop.Store(true)
	}()
	if err := vm.Call(0, newMessage(t, "m")); !errors.Is(err, ErrStopped) {
		t.Errorf("got error %v, want %v", err, ErrStopped)
	}
}

func TestStopWhileLoading(t *testing.T) {
	t.Parallel()
	for _, src := range []string{`while true do end`, `spoa.on_init(function() while true do end end)`} {
		p := &Program{Scripts: []*Script{mustCompile(t, "t.lua", src)}}
		var stop atomic.Bool
		stop.Store(true)
		vm, err := p.NewVM(&stop)
		if vm != nil || !errors.Is(err, ErrStopped) {
			t.Errorf("%s: got error %v, want %v", src, err, ErrStopped)
		}
	}
}

// A flag that is set after the handler has returned costs nothing.
func TestStopTooLate(t *testing.T) {
	t.Parallel()
	vm := newTestVM(t, &Program{}, `spoa.on("m", function() set_var("txn.a", 1) end)`)
	var stop atomic.Bool
	ack := spop.NewAck(100)
	vm.Begin(ack, &stop)
	if err := vm.Call(0, newMessage(t, "m")); err != nil {
		t.Fatal(err)
	}
	stop.Store(true)
	if !vm.End() {
		t.Error("the VM must be reusable")
	}
	if _, err := exchange(t, vm, newMessage(t, "m")); err != nil {
		t.Errorf("the next exchange: %v", err)
	}
}

func TestPanicInBinding(t *testing.T) {
	t.Parallel()
	for name, src := range map[string]string{
		"plain":     `set_var("txn.a", 1) boom()`,
		"pcall":     `set_var("txn.a", 1) pcall(boom)`,
		"coroutine": `set_var("txn.a", 1) coroutine.wrap(boom)()`,
		"callback":  `set_var("txn.a", 1); ("x"):gsub(".", boom)`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			vm := newTestVM(t, &Program{}, `
				spoa.on("m", function() `+src+` end)
				spoa.on("m", function() set_var("txn.second", 1) end)`)
			cause := errors.New("broken binding")
			vm.setGlobal("boom", func(*lua.LState) int { panic(cause) })
			ack := spop.NewAck(16380)
			vm.Begin(ack, nil)
			err := vm.Call(0, newMessage(t, "m"))
			var script *ScriptError
			if !errors.As(err, &script) {
				t.Fatalf("got error %v, want a ScriptError", err)
			}
			if !strings.Contains(script.Error(), "panic: broken binding") || !strings.Contains(script.Traceback, "TestPanicInBinding") {
				t.Errorf("got %q with the stack\n%s", script.Error(), script.Traceback)
			}
			if !errors.Is(err, cause) {
				t.Errorf("%v does not wrap the panic's value", err)
			}
			if got := actionTexts(t, ack); len(got) != 0 {
				t.Errorf("got actions %q", got)
			}
			if vm.End() {
				t.Error("the VM must not be reusable")
			}
		})
	}
}

// A script error leaves the VM as it was.
func TestUsableAfterError(t *testing.T) {
	t.Parallel()
	vm := newTestVM(t, &Program{}, `
		spoa.on("bad", function(msg) local t = {} ; coroutine.wrap(function() error("x") end)() end)
		spoa.on("deep", function(msg) local function f() return 1 + f() end f() end)
		spoa.on("good", function(msg) set_var("txn.a", msg.a) end)`)
	for range 50 {
		for _, name := range []string{"bad", "deep"} {
			ack := spop.NewAck(1000)
			vm.Begin(ack, nil)
			if err := vm.Call(map[string]int{"bad": 0, "deep": 1}[name], newMessage(t, name)); err == nil {
				t.Fatalf("%s: got no error", name)
			}
			if !vm.End() {
				t.Fatalf("%s: the VM is not reusable", name)
			}
		}
		got, err := exchange(t, vm, newMessage(t, "good", arg(t, "a=str:x")))
		if err != nil || len(got) != 1 || got[0] != "set-var txn.a str:x" {
			t.Fatalf("got %q, %v", got, err)
		}
	}
}

// Coroutines that wait for ever go with their exchange, and no goroutine stays.
func TestNoGoroutineLeak(t *testing.T) {
	before := runtime.NumGoroutine()
	vm := newTestVM(t, &Program{}, `
		local keep = {}
		spoa.on("m", function(msg)
			for i = 1, 10 do
				local co = coroutine.create(function() coroutine.yield() end)
				coroutine.resume(co)
				keep[#keep + 1] = co
			end
		end)`)
	for range 200 {
		if _, err := exchange(t, vm, newMessage(t, "m")); err != nil {
			t.Fatal(err)
		}
	}
	vm.Close()
	for began := time.Now(); runtime.NumGoroutine() > before; time.Sleep(time.Millisecond) {
		if time.Since(began) > time.Minute {
			t.Fatalf("got %d goroutines, %d before", runtime.NumGoroutine(), before)
		}
	}
}
