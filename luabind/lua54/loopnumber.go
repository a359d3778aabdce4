package lua54

import (
	"unsafe"

	lua "github.com/yuin/gopher-lua"
)

// compute does the arithmetic of two plain numbers whose result is one within
// maxExact.
func (rt *Runtime) compute(s *state, f *frame, in uint32) bool {
	x, ok := s.operand(f, in&0x1ff).(lua.LNumber)
	if !ok {
		return false
	}
	y, ok := s.operand(f, in>>9&0x1ff).(lua.LNumber)
	if !ok {
		return false
	}
	switch in >> 26 {
	case uint32(lua.OP_ADD):
		x += y
	case uint32(lua.OP_SUB):
		x -= y
	case uint32(lua.OP_MUL):
		x *= y
	case uint32(lua.OP_DIV):
		x /= y
	default:
		if x, ok = modulo(x, y); !ok {
			return false
		}
	}
	if !(x > -maxExact && x < maxExact) {
		return false
	}
	s.reg.set(registerOf(f, in), rt.boxes.box(x))
	return true
}

// modulo is x % y of integers that are not negative. The VM has none for them
// alone, and a float's takes three times as long.
func modulo(x, y lua.LNumber) (lua.LNumber, bool) {
	if !(x >= 0 && x <= maxExact && y >= 1 && y <= maxExact) {
		return 0, false
	}
	i, j := int64(x), int64(y)
	return lua.LNumber(i % j), lua.LNumber(i) == x && lua.LNumber(j) == y
}

// forLoop does OP_FORLOOP with plain numbers when the loop goes on.
func (rt *Runtime) forLoop(s *state, f *frame, in uint32) bool {
	a := registerOf(f, in)
	values := s.reg.array[a : a+3]
	index, ok := values[0].(lua.LNumber)
	limit, okLimit := values[1].(lua.LNumber)
	step, okStep := values[2].(lua.LNumber)
	if !ok || !okLimit || !okStep {
		return false
	}
	before := index
	index += step
	if index == before && step != 0 {
		return true // beyond 2^53, where the limit cannot be: the loop ends
	}
	if !(step > 0 && index <= limit || step <= 0 && index >= limit) {
		return false
	}
	v := rt.boxes.box(index)
	values[0] = v
	s.reg.set(a+3, v)
	f.Pc += int(in&maxBx) - maxJump
	return true
}

// length does OP_LEN for strings, and for tables without metatable.
func (rt *Runtime) length(s *state, f *frame, in uint32) bool {
	var n int
	switch v := s.operand(f, in&0x1ff).(type) {
	case lua.LString:
		n = len(v)
	case *lua.LTable:
		if !isNil(v.Metatable) {
			return false
		}
		n = v.Len()
	default:
		return false
	}
	s.reg.set(registerOf(f, in), rt.boxes.box(lua.LNumber(n)))
	return true
}

// boxes makes Lua values of numbers. A value is a pointer to its number, for
// which Go would allocate 8 bytes each time. As the VM does, small integers are
// there once, and the others lie side by side in blocks, which live for as long
// as one of their numbers.
type boxes struct{ free []lua.LNumber }

const (
	smallNumbers = 256
	blockNumbers = 32
)

var smallValues = func() (values [smallNumbers]lua.LValue) {
	for i := range values {
		values[i] = lua.LNumber(i)
	}
	return values
}()

// box is lua.LValue(n), but for -0, which becomes 0: integers have none.
func (b *boxes) box(n lua.LNumber) (v lua.LValue) {
	if i := int(n); uint(i) < smallNumbers && lua.LNumber(i) == n {
		return smallValues[i]
	}
	if len(b.free) == 0 {
		b.free = make([]lua.LNumber, blockNumbers)
	}
	p := &b.free[0]
	b.free = b.free[1:]
	*p = n
	*(*valueWords)(unsafe.Pointer(&v)) = valueWords{numberKind, unsafe.Pointer(p)}
	return v
}

// valueWords is how a lua.LValue lies in memory.
type valueWords struct{ kind, data unsafe.Pointer }

// numberKind is what makes a value a number.
var numberKind = func() unsafe.Pointer {
	v := lua.LValue(lua.LNumber(0))
	return (*valueWords)(unsafe.Pointer(&v)).kind
}()
