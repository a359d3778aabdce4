package lua54

import lua "github.com/yuin/gopher-lua"

// NewObject makes a table of keys, which are strings, and values in turn. It is the
// table that RawSetString makes of them one after the other, without the room for
// keys being made again and again.
func NewObject(members []lua.LValue) *lua.LTable {
	checkTable()
	t := &lua.LTable{Metatable: lua.LNil}
	if len(members) == 0 {
		return t
	}
	n := len(members) / 2
	in := fieldsOf(t)
	in.strdict = make(map[string]lua.LValue, n)
	in.keys = make([]lua.LValue, 0, n)
	in.k2i = make(map[lua.LValue]int, n)
	for i := 0; i < len(members); i += 2 {
		in.setString(members[i], members[i+1])
	}
	return t
}

// setString sets the value of a key that is a string.
func (in *table) setString(key, v lua.LValue) {
	name := string(key.(lua.LString))
	if v == lua.LNil {
		delete(in.strdict, name)
		return
	}
	in.strdict[name] = v
	if _, ok := in.k2i[key]; !ok {
		in.k2i[key] = len(in.keys)
		in.keys = append(in.keys, key)
	}
}

// NewList makes a table of elements from 1 on, none of which is nil. It does not
// keep the slice.
func NewList(elements []lua.LValue) *lua.LTable {
	checkTable()
	t := &lua.LTable{Metatable: lua.LNil}
	if len(elements) > 0 {
		fieldsOf(t).array = append(make([]lua.LValue, 0, len(elements)), elements...)
	}
	return t
}
