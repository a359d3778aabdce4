//go:build !race

// A sync.Pool drops at random under the race detector: this file counts
// allocations.

package luabind

import (
	"testing"

	"github.com/spoa-lua/spoa-lua/spop"
	"github.com/spoa-lua/spoa-lua/spop/spoptest"
)

// What handlers may allocate on top of a protected call of an empty function.
// Strings and addresses are kept by the VM once seen.
func TestAllocations(t *testing.T) {
	for _, c := range []struct {
		name, body string
		want       float64
	}{
		{"no handler work", ``, 0},
		{"set a constant", `set_var("txn.a", 1)`, 0},
		{"set a boolean and a string", `set_var("txn.a", true) set_var("txn.b", "x")`, 0},
		{"unset", `unset_var("txn.a")`, 0},
		{"length", `set_var("txn.n", #msg)`, 0},
		{"copy an address", `set_var("txn.a", msg.ip)`, 0},
		{"copy a string", `set_var("txn.a", msg.method)`, 0},
		{"copy by position", `set_var("txn.a", msg[2])`, 0},
		{"copy a large integer", `set_var("txn.a", msg.port)`, 1},
		{"missing argument", `set_var("txn.a", msg.none)`, 0},
		{"C agent's setter", `spoa.set_var_int32("a", spoa.scope.txn, 5)`, 0},
		{"shared get", `set_var("txn.a", spoa.shared.get("k"))`, 0},
	} {
		got := allocations(t, c.body) - allocations(t, ``)
		if got > c.want {
			t.Errorf("%s: got %.0f allocations, want at most %.0f", c.name, got, c.want)
		}
	}
}

func allocations(t *testing.T, body string) float64 {
	t.Helper()
	vm := newTestVM(t, &Program{}, `spoa.on("check", function(msg) `+body+` end)`)
	m, ack := benchMessage(t), spop.NewAck(16380)
	return spoptest.Allocs(200, func() {
		ack.Reset()
		vm.Begin(ack, nil)
		if err := vm.Call(0, m); err != nil {
			t.Fatal(err)
		}
		if !vm.End() {
			t.Fatal("the VM is not reusable")
		}
	})
}
