package spop

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"unsafe"
)

// Kind is the type of a Value (SPOE.txt 3.1, "Typed data").
type Kind byte

// The ten kinds of SPOE.txt 3.1.
const (
	KindNull Kind = iota
	KindBool
	KindInt32
	KindUint32
	KindInt64
	KindUint64
	KindIPv4
	KindIPv6
	KindString
	KindBinary
)

const (
	kindMask = 0x0F
	boolTrue = 0x10
)

// Value is one piece of typed data. The zero Value is the null value. A
// string or binary value that was decoded borrows the frame's memory: it is
// good until the exchange that it came with has been answered, and whoever
// keeps it longer copies it.
type Value struct {
	kind Kind
	num  uint64 // bool, integers, IPv4, low half of an IPv6
	high uint64 // high half of an IPv6
	data []byte // string and binary; never written to
}

// Null returns the null value: what HAProxy sends for a sample fetch that
// found nothing.
func Null() Value { return Value{} }

// Bool returns a boolean value.
func Bool(v bool) Value {
	if v {
		return Value{kind: KindBool, num: 1}
	}
	return Value{kind: KindBool}
}

// Int32 returns a signed 32-bit value.
func Int32(v int32) Value { return Value{kind: KindInt32, num: uint64(int64(v))} }

// Uint32 returns an unsigned 32-bit value.
func Uint32(v uint32) Value { return Value{kind: KindUint32, num: uint64(v)} }

// Int64 returns a signed 64-bit value: what HAProxy itself sends for every
// integer.
func Int64(v int64) Value { return Value{kind: KindInt64, num: uint64(v)} }

// Uint64 returns an unsigned 64-bit value. HAProxy stores it as a signed one,
// so values above 2^63-1 turn negative there.
func Uint64(v uint64) Value { return Value{kind: KindUint64, num: v} }

// String returns a string value that shares the memory of s.
func String(s string) Value {
	return Value{kind: KindString, data: unsafe.Slice(unsafe.StringData(s), len(s))}
}

// Binary returns a binary value that shares the memory of b.
func Binary(b []byte) Value { return Value{kind: KindBinary, data: b} }

// IP returns an IPv4 or IPv6 value. An IPv4 address mapped into IPv6 stays an
// IPv6 value, a zone is dropped, and the zero Addr gives the null value.
func IP(a netip.Addr) Value {
	switch {
	case a.Is4():
		b := a.As4()
		return Value{kind: KindIPv4, num: uint64(binary.BigEndian.Uint32(b[:]))}
	case a.Is6():
		b := a.As16()
		return Value{kind: KindIPv6, high: binary.BigEndian.Uint64(b[:8]), num: binary.BigEndian.Uint64(b[8:])}
	default:
		return Value{}
	}
}

// Kind returns the kind of v.
func (v Value) Kind() Kind { return v.kind }

// IsInt reports whether v is of one of the four integer kinds.
func (v Value) IsInt() bool { return v.kind >= KindInt32 && v.kind <= KindUint64 }

// Bool returns the value of a KindBool, and false for every other kind.
func (v Value) Bool() bool { return v.kind == KindBool && v.num != 0 }

// Int64 returns the value of an integer kind as HAProxy stores it; a KindUint64
// above 2^63-1 turns negative. It is 0 for every other kind.
func (v Value) Int64() int64 {
	if !v.IsInt() {
		return 0
	}
	return int64(v.num)
}

// Uint64 returns the bits of an integer kind, and 0 for every other kind.
func (v Value) Uint64() uint64 {
	if !v.IsInt() {
		return 0
	}
	return v.num
}

// Bytes returns the bytes of a string or binary value, and nil for every other
// kind. They must not be changed; see Value for how long they are good.
func (v Value) Bytes() []byte { return v.data }

// Addr returns the address of a KindIPv4 or KindIPv6, and the zero Addr for
// every other kind.
func (v Value) Addr() netip.Addr {
	switch v.kind {
	case KindIPv4:
		var b [4]byte
		binary.BigEndian.PutUint32(b[:], uint32(v.num))
		return netip.AddrFrom4(b)
	case KindIPv6:
		var b [16]byte
		binary.BigEndian.PutUint64(b[:8], v.high)
		binary.BigEndian.PutUint64(b[8:], v.num)
		return netip.AddrFrom16(b)
	default:
		return netip.Addr{}
	}
}

// Append appends v to b as typed data. Integers go out as 64-bit varints
// whatever their kind, since HAProxy reads them so: -1 of 32 bits would
// otherwise arrive as 4294967295.
func (v Value) Append(b []byte) []byte {
	switch v.kind {
	case KindBool:
		return append(b, byte(KindBool)|byte(v.num)<<4)
	case KindInt32, KindUint32, KindInt64, KindUint64:
		return AppendVarint(append(b, byte(v.kind)), v.num)
	case KindIPv4:
		return binary.BigEndian.AppendUint32(append(b, byte(v.kind)), uint32(v.num))
	case KindIPv6:
		b = binary.BigEndian.AppendUint64(append(b, byte(v.kind)), v.high)
		return binary.BigEndian.AppendUint64(b, v.num)
	case KindString, KindBinary:
		b = AppendVarint(append(b, byte(v.kind)), uint64(len(v.data)))
		return append(b, v.data...)
	default:
		return append(b, byte(KindNull))
	}
}

// DecodeValue reads typed data from the start of b and returns it with the
// number of bytes that it took. The value borrows the memory of b.
func DecodeValue(b []byte) (Value, int, error) {
	if len(b) == 0 {
		return Value{}, 0, ErrShort
	}
	v := Value{kind: Kind(b[0] & kindMask)}
	var n int
	switch v.kind {
	case KindNull:
		n = 1
	case KindBool:
		v.num = uint64(b[0]&boolTrue) >> 4
		n = 1
	case KindInt32, KindUint32, KindInt64, KindUint64:
		n = v.decodeInt(b[1:])
	case KindIPv4, KindIPv6:
		n = v.decodeIP(b[1:])
	case KindString, KindBinary:
		if v.data, n = parseBlob(b[1:]); n > 0 {
			n++
		}
	default:
		return Value{}, 0, fmt.Errorf("typed data has the unknown type %d", b[0]&kindMask)
	}
	if n == 0 {
		return Value{}, 0, ErrShort
	}
	return v, n, nil
}

// decodeInt reads the varint behind the type byte; it returns the bytes taken
// with that byte, or 0.
func (v *Value) decodeInt(b []byte) int {
	num, n := ParseVarint(b)
	if n == 0 {
		return 0
	}
	switch v.kind {
	case KindInt32:
		num = uint64(int64(int32(num)))
	case KindUint32:
		num = uint64(uint32(num))
	}
	v.num = num
	return n + 1
}

func (v *Value) decodeIP(b []byte) int {
	if v.kind == KindIPv4 {
		if len(b) < 4 {
			return 0
		}
		v.num = uint64(binary.BigEndian.Uint32(b))
		return 5
	}
	if len(b) < 16 {
		return 0
	}
	v.high, v.num = binary.BigEndian.Uint64(b), binary.BigEndian.Uint64(b[8:])
	return 17
}
