package lualib

import (
	"math"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
)

func (lib *library) openTable(L *lua.LState) {
	lib.module(L, "table", map[string]lua.LGFunction{
		"concat": lib.tabConcat, "insert": lib.tabInsert, "move": lib.tabMove,
		"pack": tabPack, "remove": lib.tabRemove, "sort": lib.tabSort,
		"unpack": lib.tabUnpack,
	})
}

const (
	canRead = 1 << iota
	canWrite
	hasLength
)

// checkTableLike returns argument n if it is a table or has the metamethods
// to act as one.
func checkTableLike(L *lua.LState, n, need int) lua.LValue {
	v := L.Get(n)
	if v.Type() == lua.LTTable {
		return v
	}
	for _, m := range []struct {
		need  int
		event string
	}{{canRead, "__index"}, {canWrite, "__newindex"}, {hasLength, "__len"}} {
		if need&m.need != 0 && metamethod(L, v, m.event) == lua.LNil {
			TypeError(L, n, "table")
		}
	}
	if _, ok := v.(lua.LString); ok { // strings have __index but are no tables
		TypeError(L, n, "table")
	}
	return v
}

// ticker looks at the deadline once in a while in a long loop.
type ticker int

func (t *ticker) tick(L *lua.LState) {
	*t++
	if *t >= ticksPerCheck {
		*t = 0
		checkAlive(L)
	}
}

func (lib *library) tabConcat(L *lua.LState) int {
	t := checkTableLike(L, 1, canRead|hasLength)
	last := lib.length(L, t)
	sep := OptString(L, 2, "")
	first := OptInteger(L, 3, 1)
	last = OptInteger(L, 4, last)
	var out []byte
	var clock ticker
	for i := first; i <= last; i++ {
		switch v := lib.index(L, t, i).(type) {
		case lua.LString:
			if first == last {
				L.Push(v)
				return 1
			}
			out = append(out, v...)
		case lua.LNumber, lua54.Int:
			out = append(out, lua54.FormatNumber(v)...)
		default:
			raisef(L, "invalid value (%s) at index %d in table for 'concat'", TypeName(L, v), i)
		}
		if i == last { // i++ may wrap around
			break
		}
		out = append(out, sep...)
		lib.checkSize(L, len(out))
		clock.tick(L)
	}
	lib.checkSize(L, len(out))
	L.Push(lua.LString(out))
	return 1
}

func (lib *library) tabInsert(L *lua.LState) int {
	t := checkTableLike(L, 1, canRead|canWrite|hasLength)
	end := lib.length(L, t) + 1
	pos := end
	value := L.Get(2)
	switch L.GetTop() {
	case 2:
	case 3:
		pos = CheckInteger(L, 2)
		value = L.Get(3)
		if uint64(pos)-1 >= uint64(end) {
			ArgError(L, 2, "position out of bounds")
		}
		var clock ticker
		for i := end; i > pos; i-- {
			lib.setIndex(L, t, i, lib.index(L, t, i-1))
			clock.tick(L)
		}
	default:
		raisef(L, "wrong number of arguments to 'insert'")
	}
	lib.setIndex(L, t, pos, value)
	return 0
}

func (lib *library) tabRemove(L *lua.LState) int {
	t := checkTableLike(L, 1, canRead|canWrite|hasLength)
	size := lib.length(L, t)
	pos := OptInteger(L, 2, size)
	if pos != size && uint64(pos)-1 > uint64(size) {
		ArgError(L, 1, "position out of bounds")
	}
	L.Push(lib.index(L, t, pos))
	if plain, ok := t.(*lua.LTable); ok && pos > 0 && pos <= size &&
		plain.Metatable == lua.LNil && size < int64(lua.MaxArrayIndex) {
		// Shortens the array part, which keeps # cheap for stacks.
		plain.Remove(int(pos))
		return 1
	}
	var clock ticker
	for ; pos < size; pos++ {
		lib.setIndex(L, t, pos, lib.index(L, t, pos+1))
		clock.tick(L)
	}
	lib.setIndex(L, t, pos, lua.LNil)
	return 1
}

func (lib *library) tabMove(L *lua.LState) int {
	from, to, dst := CheckInteger(L, 2), CheckInteger(L, 3), CheckInteger(L, 4)
	target := 1
	if L.Get(5) != lua.LNil {
		target = 5
	}
	a1 := checkTableLike(L, 1, canRead)
	a2 := checkTableLike(L, target, canWrite)
	if to >= from {
		if from <= 0 && to >= math.MaxInt64+from {
			ArgError(L, 3, "too many elements to move")
		}
		n := to - from + 1
		if dst > math.MaxInt64-n+1 {
			ArgError(L, 4, "destination wrap around")
		}
		lib.move(L, a1, from, a2, dst, n, target == 1)
	}
	L.Push(a2)
	return 1
}

// move copies n elements, backwards where the ranges overlap that way.
func (lib *library) move(L *lua.LState, a1 lua.LValue, from int64, a2 lua.LValue, dst, n int64, same bool) {
	var clock ticker
	if dst > from && dst < from+n && (same || a1 == a2) {
		for i := n - 1; i >= 0; i-- {
			lib.setIndex(L, a2, dst+i, lib.index(L, a1, from+i))
			clock.tick(L)
		}
		return
	}
	for i := range n {
		lib.setIndex(L, a2, dst+i, lib.index(L, a1, from+i))
		clock.tick(L)
	}
}

func tabPack(L *lua.LState) int {
	n := L.GetTop()
	t := L.CreateTable(n, 1)
	for i := 1; i <= n; i++ {
		t.RawSetInt(i, L.Get(i))
	}
	t.RawSetString("n", lua.LNumber(n))
	L.Push(t)
	return 1
}

func (lib *library) tabUnpack(L *lua.LState) int {
	t := L.Get(1)
	first := OptInteger(L, 2, 1)
	var last int64
	if L.Get(3) == lua.LNil {
		last = lib.length(L, t)
	} else {
		last = CheckInteger(L, 3)
	}
	if first > last {
		return 0
	}
	if uint64(last)-uint64(first) >= uint64(lib.Limits.MaxUnpack) {
		raisef(L, "too many results to unpack")
	}
	n := int(last - first + 1)
	for i := range n {
		L.Push(lib.index(L, t, first+int64(i)))
	}
	return n
}
