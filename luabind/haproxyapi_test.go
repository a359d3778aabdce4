package luabind

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/spoa-lua/spoa-lua/spop"
)

func TestHAProxyAction(t *testing.T) {
	for _, c := range []struct {
		name, body string
		want       []string
		err        string
	}{
		{name: "continue", body: ``, want: []string{"unset-var txn.act"}},
		{name: "deny", body: `return act.DENY`, want: []string{"unset-var txn.act", "set-var txn.act int64:5"}},
		{name: "done", body: `core.done(act.STOP)`, want: []string{"unset-var txn.act", "set-var txn.act int64:1"}},
		{name: "yield", body: `return act.YIELD`, want: []string{"unset-var txn.act"}, err: "act.YIELD is not supported"},
		{
			name: "an error keeps what was set", body: `txn:set_var("txn.a", 1) error("no")`,
			want: []string{"unset-var txn.act", "set-var txn.a int64:1"}, err: "t.lua:1: no",
		},
		{
			name: "the overlay is of one run", body: `assert(txn:get_var("txn.a") == nil) txn:set_var("txn.a", "x") assert(txn:get_var("txn.a") == "x")`,
			want: []string{"unset-var txn.act", "set-var txn.a str:x"},
		},
		{name: "registering", body: `core.register_init(print)`, want: []string{"unset-var txn.act"}, err: "can only be called while scripts are loaded"},
		{name: "no converter", body: `assert(txn.c.nosuch == nil)`, want: []string{"unset-var txn.act"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := inAction(t, c.body)
			if !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if (err != nil) != (c.err != "") || err != nil && !strings.Contains(err.Error(), c.err) {
				t.Errorf("got error %v, want %q", err, c.err)
			}
		})
	}
}

// TestHAProxyTooBig sets more than a frame holds.
func TestHAProxyTooBig(t *testing.T) {
	got, err := inAction(t, `txn:set_var("txn.a", "x") txn:set_var("txn.b", ("x"):rep(20000))`)
	if !errors.Is(err, spop.ErrTooBig) || !slices.Contains(got, "set-var txn.a str:x") {
		t.Errorf("got %q, %v, want what fits and ErrTooBig", got, err)
	}
}

// TestHAProxyFacilities registers one name for requests and for responses.
func TestHAProxyFacilities(t *testing.T) {
	vm := newTestVM(t, &Program{}, `
		core.register_action("cors", {"http-req"}, function(txn) txn:set_var("txn.at", "req") end)
		core.register_action("cors", {"http-res"}, function(txn) txn:set_var("txn.at", "res") end)`)
	for message, want := range map[string]string{"cors:http-req": "str:req", "cors:http-res": "str:res", "cors": "several functions"} {
		i := slices.Index(vm.Messages(), message)
		if i < 0 {
			t.Fatalf("no message %s among %q", message, vm.Messages())
		}
		got, err := exchangeAt(t, vm, i, newMessage(t, message))
		text := strings.Join(got, " ")
		if err != nil {
			text = err.Error()
		}
		if !strings.Contains(text, want) {
			t.Errorf("%s: got %q, want %q", message, text, want)
		}
	}
}

// TestHAProxyParameters gives an action its arguments by name and by position.
func TestHAProxyParameters(t *testing.T) {
	vm := newTestVM(t, &Program{}, `core.register_action("a", {"http-req"}, function(txn, x, y)
		txn:set_var("txn.out", x .. type(x) .. y) end, 2)`)
	i := slices.Index(vm.Messages(), "a")
	for _, args := range [][]string{{"arg1=int32:7", "arg2=str:b"}, {"=int32:7", "path=str:/", "=str:b"}} {
		m := newMessage(t, "a", arg(t, args[0]), arg(t, args[1]), arg(t, args[len(args)-1]))
		got, err := exchangeAt(t, vm, i, m)
		if err != nil || !slices.Contains(got, "set-var txn.out str:7stringb") {
			t.Errorf("%q: got %q, %v", args, got, err)
		}
	}
	if _, err := exchangeAt(t, vm, i, newMessage(t, "a")); err == nil || !strings.Contains(err.Error(), "args arg1=str(...)") {
		t.Errorf("got error %v, want the missing entry", err)
	}
}

// TestHAProxyMapReload reads a map file through the VM, once for all VMs.
func TestHAProxyMapReload(t *testing.T) {
	reads := 0
	p := &Program{ReadFile: func(from, path string) ([]byte, error) {
		reads++
		return []byte("a " + from + path + "\n"), nil
	}}
	src := `local m = Map.new("x.map") assert(m:lookup("a") == "t.luax.map") assert(m:slookup("b") == "")`
	newTestVM(t, p, src)
	if _, err := p.NewVM(nil); err != nil || reads != 1 {
		t.Errorf("got %v and %d readings, want one for both VMs", err, reads)
	}
	bad := &Program{Scripts: []*Script{mustCompile(t, "t.lua", `Map.new("x.map", Map._reg)`)},
		ReadFile: func(string, string) ([]byte, error) { return []byte("# x\n(a)\\1 v\n"), nil }}
	if _, err := bad.NewVM(nil); err == nil || !strings.Contains(err.Error(), "x.map: line 2: regex") {
		t.Errorf("got error %v, want the line of the map", err)
	}
}

// TestHAProxyMapChangesOnce changes a file at the top level, which every VM runs.
func TestHAProxyMapChangesOnce(t *testing.T) {
	p := &Program{ReadFile: func(string, string) ([]byte, error) { return []byte("a 0\n"), nil }}
	newTestVM(t, p, `local m, p = Map.new("x.map"), core.get_patref("x.map")
		assert(p:add("b", "1") == true)
		core.set_map("x.map", "a", "1")
		core.register_init(function() assert(p:del("c") ~= nil and p:set("b", "2")) end)
		core.register_action("count", {"http-req"}, function(txn)
			local all = ""
			for key, value in pairs(p) do all = all .. key .. value end
			txn:set_var("txn.all", all)
			core.set_map("x.map", "a", "2")
		end)`)
	for _, want := range []string{"set-var txn.all str:a1b2", "set-var txn.all str:a2b2"} {
		vm, err := p.NewVM(nil)
		if err != nil {
			t.Fatal(err)
		}
		got, err := exchangeAt(t, vm, slices.Index(vm.Messages(), "count"), newMessage(t, "count"))
		if err != nil || !slices.Contains(got, want) {
			t.Errorf("got %q, %v, want %s", got, err, want)
		}
		vm.Close()
	}
}

// TestHAProxyIsLazy makes the API only for scripts that use it.
func TestHAProxyIsLazy(t *testing.T) {
	for src, want := range map[string]bool{
		`spoa.on("a", function() end)`: false, `spoa.on("a", function() return core end)`: true,
		`load("return core.log")()`: true, `local x = load("return 1")()`: false,
	} {
		if vm := newTestVM(t, &Program{}, src); (vm.haproxy != nil) != want {
			t.Errorf("%s: the API is there: %t, want %t", src, vm.haproxy != nil, want)
		}
	}
}
