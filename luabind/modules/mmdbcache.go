package modules

import (
	"hash/maphash"
	"sync/atomic"

	lua "github.com/yuin/gopher-lua"
)

// foundValues is how many values of a database are remembered. Addresses of one
// network share a record, and policies ask for one value of it.
const foundValues = 4096

// found remembers values of a database by record and path. Each pair of them has
// one place, which the newest one takes. It is used by many goroutines at once.
type found struct {
	seed   maphash.Seed
	places [foundValues]atomic.Pointer[foundValue]
}

// foundValue is one value; it does not change.
type foundValue struct {
	record uintptr
	path   []lua.LValue
	value  lua.LValue
}

func newFound() *found { return &found{seed: maphash.MakeSeed()} }

// place is where the value of a record and the path that are the arguments from
// first on is.
func (f *found) place(L *lua.LState, record uintptr, first int) *atomic.Pointer[foundValue] {
	h := uint64(record)
	for i := first; i <= L.GetTop(); i++ {
		h *= 0x9e3779b97f4a7c15
		switch key := L.Get(i).(type) {
		case lua.LString:
			h ^= maphash.String(f.seed, string(key))
		case lua.LNumber:
			h ^= uint64(key)
		}
	}
	return &f.places[(h^h>>32)%foundValues]
}

// is reports whether v is the value of a record and of such a path.
func (v *foundValue) is(L *lua.LState, record uintptr, first int) bool {
	if v == nil || v.record != record || len(v.path) != L.GetTop()-first+1 {
		return false
	}
	for i, key := range v.path {
		if L.Get(first+i) != key {
			return false
		}
	}
	return true
}

// keep remembers the value of a record and a path, if VMs can share it.
func (f *found) keep(L *lua.LState, record uintptr, first int, value lua.LValue) {
	if value.Type() == lua.LTTable {
		return
	}
	v := &foundValue{record: record, value: value}
	for i := first; i <= L.GetTop(); i++ {
		v.path = append(v.path, L.Get(i))
	}
	f.place(L, record, first).Store(v)
}
