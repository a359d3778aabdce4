package luabind

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/spoa-lua/spoa-lua/spop"
)

func TestScripts(t *testing.T) {
	t.Parallel()
	p := &Program{Scripts: []*Script{
		mustCompile(t, "a.lua", `
			spoa.on("both", function() set_var("txn.order", spoa.info.script) end)
			shared_by_scripts = 1`),
		mustCompile(t, "b.lua", `
			spoa.on("only", function() end)
			spoa.on("both", function() set_var("txn.order", spoa.info.script) end)
			loaded_in = spoa.info.script
			spoa.on_init(function() assert(spoa.info.script == "b.lua" and shared_by_scripts == 1) end)`),
	}}
	vm, err := p.NewVM(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer vm.Close()
	if got := strings.Join(vm.Messages(), " "); got != "both only" {
		t.Errorf("got messages %q", got)
	}
	if got := p.Scripts[1].Name(); got != "b.lua" {
		t.Errorf("got name %q", got)
	}
	got, err := exchange(t, vm, newMessage(t, "both"))
	if want := "set-var txn.order str:a.lua set-var txn.order str:b.lua"; strings.Join(got, " ") != want || err != nil {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
	vm.Close() // a second time does nothing
}

func TestScriptError(t *testing.T) {
	t.Parallel()
	_, err := Compile("scripts/ip.lua", []byte("local x = 1\nlocal y = = 2\n"))
	var script *ScriptError
	if !errors.As(err, &script) || script.Script != "scripts/ip.lua" || script.Line != 2 {
		t.Errorf("got %#v, want a ScriptError of line 2", err)
	}
	vm := newTestVM(t, &Program{}, `
		local function inner(x) return x.y end
		spoa.on("m", function(msg) local r = inner(nil) return r end)
		spoa.on("big", function(msg) set_var("txn.a", ("x"):rep(1000)) end)
		spoa.on("name", function(msg) set_var("a", 1) end)`)
	_, err = exchange(t, vm, newMessage(t, "m"))
	if !errors.As(err, &script) || script.Line != 2 || script.Script != "t.lua" || script.Err != nil {
		t.Fatalf("got %#v, want a ScriptError of line 2", err)
	}
	if want := "attempt to index a nil value (local 'x')"; script.Msg != want {
		t.Errorf("got message %q, want %q", script.Msg, want)
	}
	if !strings.Contains(script.Traceback, "t.lua:3:") {
		t.Errorf("the traceback does not tell the caller:\n%s", script.Traceback)
	}
	ack := spop.NewAck(100)
	vm.Begin(ack, nil)
	if err := vm.Call(1, newMessage(t, "big")); !errors.Is(err, spop.ErrTooBig) {
		t.Errorf("got %v, want %v", err, spop.ErrTooBig)
	}
	if err := vm.Call(2, newMessage(t, "name")); !errors.Is(err, spop.ErrVarName) || errors.Is(err, spop.ErrTooBig) {
		t.Errorf("got %v, want %v", err, spop.ErrVarName)
	}
	if !vm.End() || ack.Actions() != 0 {
		t.Errorf("got %d actions, want none and a reusable VM", ack.Actions())
	}
}

func TestScriptErrorText(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, script, msg string }{
		{"t.lua:12: oops", "t.lua:12", "oops"},
		{"a:b.lua:1: x:2: y", "a:b.lua:1", "x:2: y"},
		{"no place", "", "no place"},
		{":5: x", "", ":5: x"},
		{"a line\nb.lua:1: x", "", "a line\nb.lua:1: x"},
		{"t.lua:: x", "", "t.lua:: x"},
	} {
		e := placed(c.text, "", nil)
		if e.Error() != c.text || e.Msg != c.msg {
			t.Errorf("%q: got %q, %q", c.text, e.Error(), e.Msg)
		}
	}
	if got := (&ScriptError{Script: "t.lua", Msg: "x"}).Error(); got != "t.lua: x" {
		t.Errorf("got %q", got)
	}
}

// What is warned about once is so for all VMs of a Program.
func TestWarnings(t *testing.T) {
	t.Parallel()
	var log logRecorder
	p := &Program{Log: log.logger(), Scripts: []*Script{mustCompile(t, "t.lua", `
		spoa.on("m", function(msg) local x = msg.none; g = 1 end)
		spoa.on("n", function(msg) local x = msg.none end)
		spoa.on("many", function(msg) for i = 1, 2000 do local x = msg["a" .. i] end end)`)}}
	for range 3 {
		vm, err := p.NewVM(nil)
		if err != nil {
			t.Fatal(err)
		}
		defer vm.Close()
		for _, name := range []string{"m", "n", "m"} {
			if _, err := exchange(t, vm, newMessage(t, name)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if got := log.lines(); len(got) != 3 {
		t.Errorf("got %d warnings, want 3:\n%s", len(got), strings.Join(got, "\n"))
	}
	vm, err := p.NewVM(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer vm.Close()
	if _, err := exchange(t, vm, newMessage(t, "many")); err != nil {
		t.Fatal(err)
	}
	if got := log.lines(); len(got) != maxWarnings-3 {
		t.Errorf("got %d warnings, want %d", len(got), maxWarnings-3)
	}
}

// A coroutine that a script keeps is not taken from it, those of exchanges are.
func TestOwnCoroutine(t *testing.T) {
	t.Parallel()
	vm := newTestVM(t, &Program{}, `
		local ids = coroutine.wrap(function() for i = 1, math.huge do coroutine.yield(i) end end)
		ids()
		spoa.on("m", function() set_var("txn.id", ids()) end)
		spoa.on("leak", function() for i = 1, 300 do coroutine.wrap(coroutine.yield)() end end)`)
	for range 3 {
		if _, err := exchange(t, vm, newMessage(t, "m")); err != nil {
			t.Fatal(err)
		}
	}
	got, err := exchange(t, vm, newMessage(t, "m"))
	if err != nil || len(got) != 1 || got[0] != "set-var txn.id int64:5" {
		t.Errorf("got %q, %v", got, err)
	}
	vm.Begin(spop.NewAck(100), nil)
	if err := vm.Call(1, newMessage(t, "leak")); err != nil {
		t.Fatal(err)
	}
	if vm.End() {
		t.Error("a VM with 301 coroutines must not be reusable")
	}
}

// Without Log, Module, ReadFile and Shared a Program is a closed box that works.
func TestZeroProgram(t *testing.T) {
	t.Parallel()
	vm := newTestVM(t, &Program{}, `
		local ok, err = pcall(require, "x")
		local ok2, err2 = pcall(spoa.read, "x")
		spoa.on("m", function(msg)
			spoa.log("x") local none = msg.none
			set_var("txn.require", err) set_var("txn.read", err2)
			set_var("txn.n", spoa.shared.incr("n"))
		end)`)
	got, err := exchange(t, vm, newMessage(t, "m"))
	want := `set-var txn.require str:t.lua:2: module 'x' not found: there are no modules here` +
		` set-var txn.read str:t.lua:3: read "x": no files can be read here set-var txn.n int64:1`
	if text := strings.Join(got, " "); text != want || err != nil {
		t.Errorf("got %q, %v, want %q", text, err, want)
	}
}

func Example() {
	script, err := Compile("hello.lua", []byte(`spoa.on("hello", function(msg) set_var("txn.greeting", "hello " .. msg.name) end)`))
	if err != nil {
		panic(err)
	}
	vm, err := (&Program{Scripts: []*Script{script}}).NewVM(nil)
	if err != nil {
		panic(err)
	}
	defer vm.Close()
	payload := spop.AppendMessage(nil, "hello", spop.Arg{Name: []byte("name"), Value: spop.String("HAProxy")})
	notify, ack := spop.NewNotify(payload), spop.NewAck(16380)
	vm.Begin(ack, nil)
	for m := new(spop.Message); notify.Next(m); {
		if err := vm.Call(0, m); err != nil {
			panic(err)
		}
	}
	vm.End()
	actions, _ := spop.ParseActions(ack.Payload())
	fmt.Println(actions[0])
	// Output: set-var txn.greeting str:hello HAProxy
}
