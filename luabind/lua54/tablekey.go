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

// HadKey says whether the key is in the table or was since the table was made:
// a loop over the table may have removed it and go on from there.
func HadKey(t *lua.LTable, key lua.LValue) bool {
	checkTable()
	in := (*table)(unsafe.Pointer(t))
	if n, ok := key.(lua.LNumber); ok && n >= 1 && n <= lua.LNumber(len(in.array)) && n == lua.LNumber(int(n)) {
		return true
	}
	_, ok := in.k2i[key]
	return ok
}
