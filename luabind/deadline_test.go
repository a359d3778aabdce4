package luabind

import (
	"testing"

	"github.com/spoa-lua/spoa-lua/spop"
)

// counter counts looks.
type counter int

func (c *counter) Look() { *c++ }

// A script that loops, or calls, has the exchange looked at on the way; one
// that is short does not.
func TestScriptsThatGoOnAreLookedAt(t *testing.T) {
	for _, tt := range []struct {
		name, body string
		min, max   counter
	}{
		{"short", "set_var('txn.a', 1)", 0, 0},
		{"loop", "for i = 1, 10 * 256 do end", 10, 11},
		{"while", "local i = 0 while i < 10 * 256 do i = i + 1 end", 9, 40},
		{"calls", "local function f() end for i = 1, 256 do f() f() end", 2, 10},
		{"match", `pcall(string.find, ("a"):rep(20), ("a*"):rep(5) .. "b")`, 3, 60},
		{"coroutine", "coroutine.wrap(function() for i = 1, 10 * 256 do end end)()", 10, 12},
	} {
		t.Run(tt.name, func(t *testing.T) {
			script, err := Compile("a.lua", []byte("spoa.on('m', function() "+tt.body+" end)"))
			if err != nil {
				t.Fatal(err)
			}
			vm, err := (&Program{Scripts: []*Script{script}}).NewVM(nil)
			if err != nil {
				t.Fatal(err)
			}
			defer vm.Close()
			var looks counter
			for range 3 { // each begins to count anew
				vm.Begin(spop.NewAck(1000), nil)
				vm.deadline.watch(&looks)
				if err := vm.Call(0, new(spop.Message)); err != nil {
					t.Fatal(err)
				}
				vm.End()
			}
			if looks < 3*tt.min || looks > 3*tt.max {
				t.Errorf("%d looks in 3 runs, want %d to %d in each", looks, tt.min, tt.max)
			}
			if vm.deadline.exchange != nil {
				t.Error("the exchange is looked at when it is over")
			}
		})
	}
}
