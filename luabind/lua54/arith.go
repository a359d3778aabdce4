package lua54

import (
	"math"

	lua "github.com/yuin/gopher-lua"
)

// op is an arithmetic or bitwise operator that the VM leaves to Go, because
// one operand is not a plain number or because the VM does not know it.
type op int

const (
	opAdd op = iota
	opSub
	opMul
	opDiv
	opMod
	opPow
	opUnm
	opIDiv
	opBAnd
	opBOr
	opBXor
	opShl
	opShr
	opBNot
	opCount
)

// events names the metamethod of each operator.
var events = [opCount]string{
	"__add", "__sub", "__mul", "__div", "__mod", "__pow", "__unm", "__idiv",
	"__band", "__bor", "__bxor", "__shl", "__shr", "__bnot",
}

// bitwise says whether the operator works on integers only.
func (o op) bitwise() bool { return o >= opBAnd }

// arith computes a op b as Lua 5.4 does: numbers first, then strings that are
// numerals, then metamethods. Unary operators pass their operand twice.
func (rt *Runtime) arith(L *lua.LState, o op, a, b lua.LValue) lua.LValue {
	rt.checkZero(L, o, a, b, 1)
	if v, ok := numeric(o, a, b); ok {
		return v
	}
	if m := rt.binaryHandler(L, a, b, events[o]); m != lua.LNil {
		return rt.callHandler(L, events[o], m, a, b)
	}
	x, okx := toNumber(a)
	y, oky := toNumber(b)
	if okx && oky && !o.bitwise() {
		rt.checkZero(L, o, x, y, 0)
		if v, ok := numeric(o, x, y); ok {
			return v
		}
	}
	rt.arithError(L, o, a, b)
	return lua.LNil
}

// arithFloat computes a op b where one of them is known to be a float.
func (rt *Runtime) arithFloat(L *lua.LState, o op, a, b lua.LValue) lua.LValue {
	x, okx := toNumber(a)
	y, oky := toNumber(b)
	if !okx || !oky {
		return rt.arith(L, o, a, b)
	}
	f, _ := ToFloat(x)
	g, _ := ToFloat(y)
	return lua.LNumber(floatArith(o, f, g))
}

// binaryHandler finds the metamethod of a, else of b. The handlers of strings
// and integers are arith itself and do not count.
func (rt *Runtime) binaryHandler(L *lua.LState, a, b lua.LValue, event string) lua.LValue {
	for _, v := range []lua.LValue{a, b} {
		if m := rt.metamethod(L, v, event); m != lua.LNil && !rt.own[m] {
			return m
		}
	}
	return lua.LNil
}

// numeric computes a op b when both are numbers. A second result of false
// says that they are not, or that they have no integer representation.
// A zero divisor of integers must have been refused before.
func numeric(o op, a, b lua.LValue) (lua.LValue, bool) {
	if o.bitwise() {
		x, okx := ToInteger(a)
		y, oky := ToInteger(b)
		if !okx || !oky {
			return nil, false
		}
		return Integer(bitArith(o, x, y)), true
	}
	x, okx := exactInt(a)
	y, oky := exactInt(b)
	if okx && oky && o != opDiv && o != opPow {
		return Integer(intArith(o, x, y)), true
	}
	f, okf := ToFloat(a)
	g, okg := ToFloat(b)
	if !okf || !okg {
		return nil, false
	}
	return lua.LNumber(floatArith(o, f, g)), true
}

// checkZero refuses to divide an integer by the integer zero. PUC Lua gives
// no place (level 0) when an operand is a string.
func (rt *Runtime) checkZero(L *lua.LState, o op, a, b lua.LValue, level int) {
	if o != opIDiv && o != opMod || b != lua.LNumber(0) {
		return
	}
	if _, ok := exactInt(a); !ok {
		return
	}
	text := "attempt to divide by zero"
	if o == opMod {
		text = "attempt to perform 'n%0'"
	}
	L.Error(lua.LString(text), level)
}

// intArith computes on integers, wrapping around. A zero divisor has been
// refused before.
func intArith(o op, x, y int64) int64 {
	switch o {
	case opAdd:
		return x + y
	case opSub:
		return x - y
	case opMul:
		return x * y
	case opUnm:
		return -x
	case opIDiv:
		return floorDiv(x, y)
	}
	return floorMod(x, y)
}

// floorDiv divides rounding down. Go, too, wraps minint // -1 around.
func floorDiv(x, y int64) int64 {
	q := x / y
	if x%y != 0 && (x < 0) != (y < 0) {
		q--
	}
	return q
}

// floorMod is the remainder with the sign of the divisor.
func floorMod(x, y int64) int64 {
	m := x % y
	if m != 0 && (m < 0) != (y < 0) {
		m += y
	}
	return m
}

func floatArith(o op, f, g float64) float64 {
	switch o {
	case opAdd:
		return f + g
	case opSub:
		return f - g
	case opMul:
		return f * g
	case opDiv:
		return f / g
	case opPow:
		return math.Pow(f, g)
	case opUnm:
		return -f
	case opIDiv:
		return math.Floor(f / g)
	}
	m := math.Mod(f, g)
	if m != 0 && (m < 0) != (g < 0) {
		m += g
	}
	return m
}

func bitArith(o op, x, y int64) int64 {
	switch o {
	case opBAnd:
		return x & y
	case opBOr:
		return x | y
	case opBXor:
		return x ^ y
	case opShl:
		return shiftLeft(x, y)
	case opShr:
		if y == math.MinInt64 {
			return 0
		}
		return shiftLeft(x, -y)
	}
	return ^x
}

// shiftLeft shifts logically; a negative count shifts to the right.
func shiftLeft(x, n int64) int64 {
	switch {
	case n <= -64 || n >= 64:
		return 0
	case n < 0:
		return int64(uint64(x) >> uint(-n))
	}
	return int64(uint64(x) << uint(n))
}

// less compares two numbers exactly, also an integer with a float that has no
// integer value.
func less(a, b lua.LValue) bool {
	x, okx := exactInt(a)
	y, oky := exactInt(b)
	if okx && oky {
		return x < y
	}
	if okx {
		g, _ := ToFloat(b)
		return intLessFloat(x, g)
	}
	f, _ := ToFloat(a)
	if oky {
		return floatLessInt(f, y)
	}
	g, _ := ToFloat(b)
	return f < g
}

// lessEqual is less or equal, exactly; it is not the opposite of a greater
// because of NaN.
func lessEqual(a, b lua.LValue) bool {
	f, _ := ToFloat(a)
	g, _ := ToFloat(b)
	if math.IsNaN(f) || math.IsNaN(g) {
		return false
	}
	return !less(b, a)
}

func intLessFloat(i int64, f float64) bool {
	if c := math.Ceil(f); c >= -(1<<63) && c < 1<<63 {
		return i < int64(c)
	}
	return f > 0
}

func floatLessInt(f float64, i int64) bool {
	if c := math.Floor(f); c >= -(1<<63) && c < 1<<63 {
		return int64(c) < i
	}
	return f < 0
}
