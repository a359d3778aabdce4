package lualib

import (
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// smallInts spares an allocation for the numbers that positions and counts
// mostly are.
var smallInts = func() (t [256]lua.LValue) {
	for i := range t {
		t[i] = lua.LNumber(i)
	}
	return t
}()

func pushInt(L *lua.LState, n int) {
	if n >= 0 && n < len(smallInts) {
		L.Push(smallInts[n])
		return
	}
	L.Push(lua.LNumber(n))
}

// openString opens string and makes its functions the methods of strings. The
// metatable itself stays out of the reach of scripts: they get a copy, so that
// no request can change what strings do in the next one.
func (lib *library) openString(L *lua.LState) {
	table := lib.module(L, "string", map[string]lua.LGFunction{
		"byte": lib.strByte, "char": lib.strChar, "dump": strDump, "find": lib.strFind,
		"format": lib.strFormat, "gmatch": lib.strGmatch, "gsub": lib.strGsub,
		"len": strLen, "lower": strLower, "match": lib.strMatch,
		"pack": lib.strPack, "packsize": lib.strPacksize, "rep": lib.strRep,
		"reverse": strReverse, "sub": strSub, "unpack": lib.strUnpack, "upper": strUpper,
	})
	mt, ok := L.GetMetatable(lua.LString("")).(*lua.LTable)
	if !ok {
		mt = L.CreateTable(0, 2)
		L.SetMetatable(lua.LString(""), mt)
	}
	mt.RawSetString("__index", table)
	lib.rt.SetMethods(table)
	shown := L.CreateTable(0, 12)
	mt.ForEach(shown.RawSet)
	mt.RawSetString("__metatable", shown)
}

// checkSize refuses to make a string of n bytes when that is too large.
func (lib *library) checkSize(L *lua.LState, n int) {
	if n > lib.Limits.MaxString || n < 0 {
		raisef(L, "resulting string too large")
	}
}

// startPos turns a relative start position into an index from 1 on; it may
// lie beyond the end.
func startPos(pos int64, size int) int {
	switch {
	case pos > int64(size):
		return size + 1
	case pos > 0:
		return int(pos)
	case pos == 0 || pos < -int64(size):
		return 1
	}
	return size + int(pos) + 1
}

// endPos turns a relative end position into an index from 0 on.
func endPos(pos int64, size int) int {
	switch {
	case pos > int64(size):
		return size
	case pos >= 0:
		return int(pos)
	case pos < -int64(size):
		return 0
	}
	return size + int(pos) + 1
}

func strLen(L *lua.LState) int {
	pushInt(L, len(CheckString(L, 1)))
	return 1
}

func strSub(L *lua.LState) int {
	s := CheckString(L, 1)
	from := startPos(CheckInteger(L, 2), len(s))
	to := endPos(OptInteger(L, 3, -1), len(s))
	if from > to {
		L.Push(lua.LString(""))
		return 1
	}
	L.Push(part(s, from-1, to))
	return 1
}

// byteStrings spares two allocations for a string of one byte.
var byteStrings = func() (t [256]lua.LValue) {
	for i := range t {
		t[i] = lua.LString([]byte{byte(i)})
	}
	return t
}()

// part is s[from:to] as a Lua value.
func part(s string, from, to int) lua.LValue {
	if to-from == 1 {
		return byteStrings[s[from]]
	}
	return lua.LString(detach(s[from:to], s))
}

// detach copies a small part of a large string, so that a script that keeps
// the part does not keep the whole in memory.
func detach(part, whole string) string {
	if len(whole) >= 4096 && len(part) < len(whole)/16 {
		return strings.Clone(part)
	}
	return part
}

func (lib *library) strByte(L *lua.LState) int {
	s := CheckString(L, 1)
	pos := OptInteger(L, 2, 1)
	from := startPos(pos, len(s))
	to := endPos(OptInteger(L, 3, pos), len(s))
	if from > to {
		return 0
	}
	if to-from >= lib.Limits.MaxUnpack {
		raisef(L, "stack overflow (string slice too long)")
	}
	for i := from; i <= to; i++ {
		L.Push(smallInts[s[i-1]])
	}
	return to - from + 1
}

func (lib *library) strChar(L *lua.LState) int {
	buf := make([]byte, L.GetTop())
	for i := range buf {
		c := CheckInteger(L, i+1)
		if c < 0 || c > 255 {
			ArgError(L, i+1, "value out of range")
		}
		buf[i] = byte(c)
	}
	L.Push(lua.LString(buf))
	return 1
}

func strDump(L *lua.LState) int {
	CheckFunction(L, 1)
	raisef(L, "unable to dump given function")
	return 0
}

func strLower(L *lua.LState) int { return mapBytes(L, 'A', 'Z') }

func strUpper(L *lua.LState) int { return mapBytes(L, 'a', 'z') }

// mapBytes flips the case of the ASCII letters in the range; other bytes are
// left alone, as in the C locale.
func mapBytes(L *lua.LState, lo, hi byte) int {
	s := CheckString(L, 1)
	i := 0
	for i < len(s) && (s[i] < lo || s[i] > hi) {
		i++
	}
	if i == len(s) {
		L.Push(lua.LString(s))
		return 1
	}
	buf := []byte(s)
	for ; i < len(buf); i++ {
		if buf[i] >= lo && buf[i] <= hi {
			buf[i] ^= 0x20
		}
	}
	L.Push(lua.LString(buf))
	return 1
}

func strReverse(L *lua.LState) int {
	s := CheckString(L, 1)
	buf := make([]byte, len(s))
	for i := range buf {
		buf[len(buf)-1-i] = s[i]
	}
	L.Push(lua.LString(buf))
	return 1
}

func (lib *library) strRep(L *lua.LState) int {
	s := CheckString(L, 1)
	n := CheckInteger(L, 2)
	sep := OptString(L, 3, "")
	if n <= 0 {
		L.Push(lua.LString(""))
		return 1
	}
	unit := len(s) + len(sep)
	if unit > 0 && n > int64(lib.Limits.MaxString+len(sep))/int64(unit) {
		lib.checkSize(L, -1)
	}
	if unit == 0 {
		n = 1
	}
	L.Push(lua.LString(strings.Repeat(s+sep, int(n-1)) + s))
	return 1
}
