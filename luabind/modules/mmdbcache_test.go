package modules

import (
	"sync"
	"testing"

	lua "github.com/yuin/gopher-lua"
)

// TestFound checks that what is remembered is told for its own record and path
// only, from many goroutines at once, and that tables are not.
func TestFound(t *testing.T) {
	t.Parallel()
	f := newFound()
	var asking sync.WaitGroup
	for range 4 {
		L := newState(t)
		asking.Go(func() {
			for record := range uintptr(2 * foundValues) {
				L.SetTop(0)
				L.Push(lua.LString("country"))
				L.Push(lua.LNumber(record % 3))
				want := lua.LNumber(record)
				if v := f.place(L, record, 1).Load(); v.is(L, record, 1) && v.value != want {
					t.Errorf("record %d: got %v", record, v.value)
				}
				f.keep(L, record, 1, want)
			}
		})
	}
	asking.Wait()
	L := newState(t)
	L.Push(lua.LString("a"))
	f.keep(L, 1, 1, lua.LTrue)
	if v := f.place(L, 1, 1).Load(); !v.is(L, 1, 1) || v.is(L, 2, 1) {
		t.Error("not remembered, or for another record")
	}
	L.Push(lua.LString("b"))
	if v := f.place(L, 1, 1).Load(); v.is(L, 1, 1) {
		t.Error("remembered for another path")
	}
	f.keep(L, 1, 1, L.NewTable())
	if v := f.place(L, 1, 1).Load(); v.is(L, 1, 1) {
		t.Error("a table is remembered")
	}
}
