package lualib

import (
	lua "github.com/yuin/gopher-lua"
)

const (
	maxUnicode   = 0x10ffff
	maxCodepoint = 0x7fffffff
	badUTF8      = "invalid UTF-8 code"
)

func (lib *library) openUTF8(L *lua.LState) {
	strict := lib.codesStep(L, true)
	lax := lib.codesStep(L, false)
	t := lib.module(L, "utf8", map[string]lua.LGFunction{
		"char": lib.utf8Char, "codepoint": lib.utf8Codepoint, "len": lib.utf8Len,
		"offset": utf8Offset,
		"codes": func(L *lua.LState) int {
			s := CheckString(L, 1)
			if isContinuation(s, 0) { // as from Lua 5.4.5 on
				ArgError(L, 1, badUTF8)
			}
			step := strict
			if lua.LVAsBool(L.Get(2)) {
				step = lax
			}
			L.Push(step)
			L.Push(lua.LString(s))
			L.Push(smallInts[0])
			return 3
		},
	})
	t.RawSetString("charpattern", lua.LString("[\x00-\x7F\xC2-\xFD][\x80-\xBF]*"))
}

func isContinuation(s string, i int) bool {
	return i >= 0 && i < len(s) && s[i]&0xc0 == 0x80
}

// decode reads the sequence at the start of s, of up to six bytes as in the
// original UTF-8. The size is 0 if it is invalid.
func decode(s string, strict bool) (code uint32, size int) {
	c := s[0]
	if c < 0x80 {
		return uint32(c), 1
	}
	for c&0x40 != 0 { // one continuation byte for each further leading bit
		size++
		if !isContinuation(s, size) {
			return 0, 0
		}
		code = code<<6 | uint32(s[size]&0x3f)
		c <<= 1
	}
	if size == 0 || size > 5 {
		return 0, 0
	}
	code |= uint32(c&0x7f) << (size * 5)
	if code > maxCodepoint || code < leastCode[size] {
		return 0, 0
	}
	if strict && (code > maxUnicode || code >= 0xd800 && code <= 0xdfff) {
		return 0, 0
	}
	return code, size + 1
}

// leastCode is the smallest code that may take so many continuation bytes.
var leastCode = [...]uint32{0, 0x80, 0x800, 0x10000, 0x200000, 0x4000000}

func appendCodepoint(out []byte, code uint32) []byte {
	if code < 0x80 {
		return append(out, byte(code))
	}
	var buf [6]byte
	at := len(buf)
	room := uint32(0x3f) // what fits in the first byte
	for code > room {
		at--
		buf[at] = byte(0x80 | code&0x3f)
		code >>= 6
		room >>= 1
	}
	at--
	buf[at] = byte(^room<<1 | code)
	return append(out, buf[at:]...)
}

func (lib *library) utf8Char(L *lua.LState) int {
	var out []byte
	for i := 1; i <= L.GetTop(); i++ {
		code := CheckInteger(L, i)
		if code < 0 || code > maxCodepoint {
			ArgError(L, i, "value out of range")
		}
		out = appendCodepoint(out, uint32(code))
	}
	lib.checkSize(L, len(out))
	L.Push(lua.LString(out))
	return 1
}

// relative turns a position counted from the end into one from the start.
func relative(pos int64, size int) int64 {
	switch {
	case pos >= 0:
		return pos
	case -pos > int64(size):
		return 0
	}
	return int64(size) + pos + 1
}

func (lib *library) utf8Codepoint(L *lua.LState) int {
	s := CheckString(L, 1)
	from := relative(OptInteger(L, 2, 1), len(s))
	to := relative(OptInteger(L, 3, from), len(s))
	strict := !lua.LVAsBool(L.Get(4))
	if from < 1 {
		ArgError(L, 2, "out of bounds")
	}
	if to > int64(len(s)) {
		ArgError(L, 3, "out of bounds")
	}
	n := 0
	for i := int(from) - 1; int64(i) < to; n++ {
		code, size := decode(s[i:], strict)
		if size == 0 {
			raisef(L, badUTF8)
		}
		if n >= lib.Limits.MaxUnpack {
			raisef(L, "stack overflow (string slice too long)")
		}
		pushInt(L, int(code))
		i += size
	}
	return n
}

func (lib *library) utf8Len(L *lua.LState) int {
	s := CheckString(L, 1)
	from := relative(OptInteger(L, 2, 1), len(s))
	to := relative(OptInteger(L, 3, -1), len(s))
	strict := !lua.LVAsBool(L.Get(4))
	if from < 1 || from > int64(len(s))+1 {
		ArgError(L, 2, "initial position out of bounds")
	}
	if to > int64(len(s)) {
		ArgError(L, 3, "final position out of bounds")
	}
	n := 0
	for i := int(from) - 1; int64(i) < to; n++ {
		_, size := decode(s[i:], strict)
		if size == 0 {
			L.Push(lua.LNil)
			pushInt(L, i+1)
			return 2
		}
		i += size
	}
	pushInt(L, n)
	return 1
}

func utf8Offset(L *lua.LState) int {
	s := CheckString(L, 1)
	n := CheckInteger(L, 2)
	def := int64(1)
	if n < 0 {
		def = int64(len(s)) + 1
	}
	pos := relative(OptInteger(L, 3, def), len(s))
	if pos < 1 || pos > int64(len(s))+1 {
		ArgError(L, 3, "position out of bounds")
	}
	i := int(pos) - 1
	if n == 0 {
		for i > 0 && isContinuation(s, i) {
			i--
		}
		pushInt(L, i+1)
		return 1
	}
	if isContinuation(s, i) {
		raisef(L, "initial position is a continuation byte")
	}
	if i, ok := skipCharacters(s, i, n); ok {
		pushInt(L, i+1)
		return 1
	}
	L.Push(lua.LNil)
	return 1
}

// skipCharacters finds the n-th character from i on, n counting from 1, or
// before i for a negative n.
func skipCharacters(s string, i int, n int64) (int, bool) {
	for ; n < 0 && i > 0; n++ {
		for i--; i > 0 && isContinuation(s, i); i-- {
		}
	}
	if n < 0 {
		return 0, false
	}
	for n--; n > 0 && i < len(s); n-- {
		for i++; isContinuation(s, i); i++ {
		}
	}
	return i, n <= 0
}

// codesStep makes the iterator of codes.
func (lib *library) codesStep(L *lua.LState, strict bool) *lua.LFunction {
	return L.NewFunction(func(L *lua.LState) int {
		s := CheckString(L, 1)
		i := int(uint64(CheckInteger(L, 2)))
		if i < 0 || i > len(s) {
			i = len(s)
		}
		for isContinuation(s, i) { // the rest of the character before
			i++
		}
		if i >= len(s) {
			return 0
		}
		code, size := decode(s[i:], strict)
		if size == 0 || isContinuation(s, i+size) {
			raisef(L, badUTF8)
		}
		pushInt(L, i+1)
		pushInt(L, int(code))
		return 2
	})
}
