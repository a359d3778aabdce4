package lualib

import (
	lua "github.com/yuin/gopher-lua"
)

type packKind uint8

const (
	packInt packKind = iota
	packUint
	packFloat
	packDouble
	packFixed  // c[n]
	packString // s[n]
	packZero   // z
	packPad    // x
	packAlign  // X
	packNothing
)

// maxPackInt is the largest size of an integer, in bytes.
const maxPackInt = 16

// packReader goes through a format string of pack, unpack or packsize.
type packReader struct {
	L        *lua.LState
	format   string
	big      bool
	maxAlign int
}

// packOption is one option with the padding it needs before it.
type packOption struct {
	kind    packKind
	size    int
	padding int
}

// next reads an option; total is how many bytes come before it.
func (r *packReader) next(total int) packOption {
	kind, size := r.read()
	align := size
	switch kind {
	case packAlign:
		var k packKind
		k, align = packFixed, 0
		if r.format != "" {
			k, align = r.read()
		}
		if k == packFixed || align == 0 {
			ArgError(r.L, 1, "invalid next option for option 'X'")
		}
		size = 0
	case packInt, packUint, packFloat, packDouble:
	default:
		return packOption{kind: kind, size: size}
	}
	align = min(align, r.maxAlign)
	if align <= 1 {
		return packOption{kind: kind, size: size}
	}
	if align&(align-1) != 0 {
		ArgError(r.L, 1, "format asks for alignment not power of 2")
	}
	return packOption{kind, size, (align - total&(align-1)) & (align - 1)}
}

// read reads one option letter with its number. The sizes are those of C on
// a 64-bit machine.
func (r *packReader) read() (packKind, int) {
	c := r.format[0]
	r.format = r.format[1:]
	switch c {
	case 'b':
		return packInt, 1
	case 'B':
		return packUint, 1
	case 'h':
		return packInt, 2
	case 'H':
		return packUint, 2
	case 'i':
		return packInt, r.integerSize(4)
	case 'I':
		return packUint, r.integerSize(4)
	case 'l', 'j':
		return packInt, 8
	case 'L', 'J', 'T':
		return packUint, 8
	case 'f':
		return packFloat, 4
	case 'd', 'n':
		return packDouble, 8
	case 's':
		return packString, r.integerSize(8)
	case 'c':
		size, ok := r.number()
		if !ok {
			raisef(r.L, "missing size for format option 'c'")
		}
		return packFixed, size
	case 'z':
		return packZero, 0
	case 'x':
		return packPad, 1
	case 'X':
		return packAlign, 0
	}
	r.control(c)
	return packNothing, 0
}

func (r *packReader) control(c byte) {
	switch c {
	case ' ':
	case '<', '=':
		r.big = false
	case '>':
		r.big = true
	case '!':
		r.maxAlign = r.integerSize(8)
	default:
		raisef(r.L, "invalid format option '%c'", rune(c))
	}
}

// number reads digits. It stops before an overflow, so that the digits left
// over are an invalid option.
func (r *packReader) number() (int, bool) {
	n, i := 0, 0
	for i < len(r.format) && r.format[i] >= '0' && r.format[i] <= '9' && n <= (1<<31-1-9)/10 {
		n = n*10 + int(r.format[i]-'0')
		i++
	}
	r.format = r.format[i:]
	return n, i > 0
}

func (r *packReader) integerSize(def int) int {
	n, ok := r.number()
	if !ok {
		return def
	}
	if n < 1 || n > maxPackInt {
		raisef(r.L, "integral size (%d) out of limits [1,%d]", n, maxPackInt)
	}
	return n
}

func (lib *library) strPacksize(L *lua.LState) int {
	r := packReader{L: L, format: CheckString(L, 1), maxAlign: 1}
	total := 0
	for r.format != "" {
		o := r.next(total)
		if o.kind == packString || o.kind == packZero {
			ArgError(L, 1, "variable-length format")
		}
		if total > 1<<31-1-o.size-o.padding {
			ArgError(L, 1, "format result too large")
		}
		total += o.size + o.padding
	}
	L.Push(lua.LNumber(total))
	return 1
}
