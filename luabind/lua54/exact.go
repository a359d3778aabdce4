package lua54

import (
	"math/bits"

	lua "github.com/yuin/gopher-lua"
)

// sum does OP_ADD, OP_SUB and OP_MUL of numbers when compute does not: an operand
// is an Int, or the result passes 2^53. Of integers it is computed as an integer.
func (rt *Runtime) sum(s *state, f *frame, in uint32) bool {
	a, b := s.operand(f, in&0x1ff), s.operand(f, in>>9&0x1ff)
	x, plain := a.(lua.LNumber)
	y, ok := b.(lua.LNumber)
	if !plain || !ok {
		return rt.sumInts(s, f, in, a, b)
	}
	v := sumBeyond(f, in, x, y)
	if v == nil {
		return false
	}
	s.reg.set(registerOf(f, in), v)
	return true
}

// sumOf is the operator of the instruction.
func sumOf(in uint32) op {
	switch in >> 26 {
	case uint32(lua.OP_ADD):
		return opAdd
	case uint32(lua.OP_SUB):
		return opSub
	}
	return opMul
}

// sumBeyond is the result of two plain numbers that passes 2^53, or nil when it
// is a float: one of them is not an integer or is known to be a float, or no 64
// bits hold the result. PUC Lua wraps it around in that case, if both are
// integers; but that a float meets one here that is whole is more likely.
func sumBeyond(f *frame, in uint32, x, y lua.LNumber) lua.LValue {
	i, okx := exactInt(x)
	j, oky := exactInt(y)
	if !okx || !oky || noteOf(f.Fn.Proto, f.Pc-1, floatOperand) != "" {
		return nil
	}
	o := sumOf(in)
	if high, low := bits.Mul64(magnitude(i), magnitude(j)); o == opMul && (high != 0 || low >= 1<<63) {
		return nil
	}
	return Integer(intArith(o, i, j))
}

func magnitude(i int64) uint64 {
	if i < 0 {
		return uint64(-i)
	}
	return uint64(i)
}

// sumInts does the operator when one operand is an Int and both are numbers.
func (rt *Runtime) sumInts(s *state, f *frame, in uint32, a, b lua.LValue) bool {
	if !IsNumber(a) || !IsNumber(b) {
		return false
	}
	o := sumOf(in)
	v, _ := numeric(o, a, b)
	if hasInt(a, b) && noteOf(f.Fn.Proto, f.Pc-1, floatOperand) != "" {
		x, _ := ToFloat(a)
		y, _ := ToFloat(b)
		v = rt.boxes.box(lua.LNumber(floatArith(o, x, y)))
	}
	s.reg.set(registerOf(f, in), v)
	return true
}
