package lua54

import (
	"reflect"
	"sync"
	"unsafe"

	lua "github.com/yuin/gopher-lua"
)

// table has the layout of lua.LTable.
type table struct {
	Metatable lua.LValue

	array   []lua.LValue
	dict    map[lua.LValue]lua.LValue
	strdict map[string]lua.LValue
	keys    []lua.LValue
	k2i     map[lua.LValue]int
}

// checkTable panics when the VM's table is not laid out as ours.
var checkTable = sync.OnceFunc(func() { sameFields(reflect.TypeFor[table](), reflect.TypeFor[lua.LTable]()) })

// fieldsOf is the VM's own view of t. Open has called checkTable.
func fieldsOf(t *lua.LTable) *table { return (*table)(unsafe.Pointer(t)) }

// get is t.RawGet(key), t being the same table.
func (in *table) get(t *lua.LTable, key lua.LValue) lua.LValue {
	switch k := key.(type) {
	case lua.LString:
		if v, ok := in.strdict[string(k)]; ok {
			return v
		}
		return lua.LNil
	case lua.LNumber:
		if i, ok := in.at(k); ok {
			return in.array[i]
		}
	}
	return t.RawGet(key)
}

// at is where the array has the value of that key.
func (in *table) at(key lua.LNumber) (i int, ok bool) {
	i = int(key) - 1
	return i, uint(i) < uint(len(in.array)) && lua.LNumber(i+1) == key
}

// HadKey says whether the key is in the table or was since the table was made:
// a loop over the table may have removed it and go on from there.
func HadKey(t *lua.LTable, key lua.LValue) bool {
	checkTable()
	in := fieldsOf(t)
	if n, ok := key.(lua.LNumber); ok && n >= 1 && n <= lua.LNumber(len(in.array)) && n == lua.LNumber(int(n)) {
		return true
	}
	_, ok := in.k2i[key]
	return ok
}
