package lualib

import (
	"bytes"
	"encoding/binary"
	"math"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
)

func (lib *library) strPack(L *lua.LState) int {
	r := packReader{L: L, format: CheckString(L, 1), maxAlign: 1}
	var out []byte
	arg := 1
	L.Push(lua.LNil) // so that a missing argument is "got nil", as in PUC Lua
	for r.format != "" {
		o := r.next(len(out))
		lib.checkSize(L, len(out)+o.padding+o.size)
		out = appendFill(out, 0, o.padding)
		switch o.kind {
		case packPad:
			out = append(out, 0)
		case packAlign, packNothing:
		default:
			arg++
			out = lib.packValue(&r, out, o, arg)
			lib.checkSize(L, len(out))
		}
	}
	L.Push(lua.LString(out))
	return 1
}

func (lib *library) packValue(r *packReader, out []byte, o packOption, arg int) []byte {
	L := r.L
	switch o.kind {
	case packInt, packUint:
		n := CheckInteger(L, arg)
		checkFits(L, n, o, arg)
		return r.appendInt(out, uint64(n), o.size, n < 0)
	case packFloat:
		bits := math.Float32bits(float32(CheckFloat(L, arg)))
		return r.appendInt(out, uint64(bits), 4, false)
	case packDouble:
		return r.appendInt(out, math.Float64bits(CheckFloat(L, arg)), 8, false)
	}
	s := CheckString(L, arg)
	lib.checkSize(L, len(out)+len(s)+o.size)
	switch o.kind {
	case packFixed:
		if len(s) > o.size {
			ArgError(L, arg, "string longer than given size")
		}
		return appendFill(append(out, s...), 0, o.size-len(s))
	case packString:
		if o.size < 8 && uint64(len(s)) >= 1<<(8*o.size) {
			ArgError(L, arg, "string length does not fit in given size")
		}
		return append(r.appendInt(out, uint64(len(s)), o.size, false), s...)
	}
	if strings.IndexByte(s, 0) >= 0 {
		ArgError(L, arg, "string contains zeros")
	}
	return append(append(out, s...), 0)
}

// checkFits refuses an integer that o.size bytes do not hold.
func checkFits(L *lua.LState, n int64, o packOption, arg int) {
	if o.size >= 8 {
		return
	}
	if o.kind == packUint {
		if uint64(n) >= 1<<(8*o.size) {
			ArgError(L, arg, "unsigned overflow")
		}
		return
	}
	if limit := int64(1) << (8*o.size - 1); n < -limit || n >= limit {
		ArgError(L, arg, "integer overflow")
	}
}

// appendInt appends size bytes of u, extended with its sign beyond eight.
func (r *packReader) appendInt(out []byte, u uint64, size int, negative bool) []byte {
	var buf [maxPackInt]byte
	binary.LittleEndian.PutUint64(buf[:], u)
	if negative {
		copy(buf[8:], bytes.Repeat([]byte{0xff}, 8))
	}
	field := buf[:size]
	if r.big {
		slices.Reverse(field)
	}
	return append(out, field...)
}

func (lib *library) strUnpack(L *lua.LState) int {
	r := packReader{L: L, format: CheckString(L, 1), maxAlign: 1}
	data := CheckString(L, 2)
	pos := startPos(OptInteger(L, 3, 1), len(data)) - 1
	if OptInteger(L, 3, 1) > int64(len(data))+1 {
		ArgError(L, 3, "initial position out of string")
	}
	n := 0
	for r.format != "" {
		o := r.next(pos)
		if o.padding+o.size > len(data)-pos {
			ArgError(L, 2, "data string too short")
		}
		pos += o.padding
		if n >= lib.Limits.MaxUnpack {
			raisef(L, "too many results")
		}
		v, size := r.value(data[pos:], o)
		pos += size
		if v != nil {
			L.Push(v)
			n++
		}
	}
	L.Push(lua.LNumber(pos + 1))
	return n + 1
}

// value reads one value and the number of bytes it took; v is nil for an
// option that stands for no value.
func (r *packReader) value(data string, o packOption) (v lua.LValue, size int) {
	switch o.kind {
	case packInt, packUint:
		return lua54.Integer(r.integer(data[:o.size], o.kind == packInt)), o.size
	case packFloat:
		bits := uint32(r.integer(data[:4], false))
		return lua.LNumber(math.Float32frombits(bits)), 4
	case packDouble:
		return lua.LNumber(math.Float64frombits(uint64(r.integer(data[:8], false)))), 8
	case packFixed:
		return lua.LString(detach(data[:o.size], data)), o.size
	case packString:
		n := uint64(r.integer(data[:o.size], false))
		if n > uint64(len(data)-o.size) {
			ArgError(r.L, 2, "data string too short")
		}
		end := o.size + int(n)
		return lua.LString(detach(data[o.size:end], data)), end
	case packZero:
		end := strings.IndexByte(data, 0)
		if end < 0 {
			ArgError(r.L, 2, "unfinished string for format 'z'")
		}
		return lua.LString(detach(data[:end], data)), end + 1
	}
	return nil, o.size
}

// integer reads an integer of up to 16 bytes; more than eight must be mere
// sign extension.
func (r *packReader) integer(field string, signed bool) int64 {
	var buf [maxPackInt]byte
	b := buf[:copy(buf[:], field)]
	if r.big {
		slices.Reverse(b)
	}
	u := binary.LittleEndian.Uint64(buf[:8])
	if len(b) < 8 && signed {
		shift := 64 - 8*len(b)
		return int64(u<<shift) >> shift
	}
	extension := byte(0)
	if signed && int64(u) < 0 {
		extension = 0xff
	}
	for i := 8; i < len(b); i++ {
		if b[i] != extension {
			raisef(r.L, "%d-byte integer does not fit into Lua Integer", len(b))
		}
	}
	return int64(u)
}
