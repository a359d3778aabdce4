package lua54

import (
	"math"
	"strconv"

	lua "github.com/yuin/gopher-lua"
)

// maxExact is the largest magnitude up to which every integer is a float64.
const maxExact = 1 << 53

// Int is an integer that a float64 does not hold exactly, so that lua.LNumber
// cannot represent it. It is a number for scripts: Open gives it arithmetic
// with wrap-around, comparisons and concatenation. An Int whose magnitude is
// within 2^53 must not be made; use Integer, which chooses the representation.
//
// As a Go value type it is compared and hashed by value, so that two equal
// integers are one table key.
type Int int64

// String returns the decimal digits.
func (i Int) String() string { return strconv.FormatInt(int64(i), 10) }

// Type says userdata: the VM takes a value of type number for a lua.LNumber
// and would compare two of them as equal. The type function of the library
// has to answer "number".
func (i Int) Type() lua.LValueType { return lua.LTUserData }

// Integer returns v as a Lua value: a lua.LNumber when a float64 holds every
// integer of that size, else an Int.
func Integer(v int64) lua.LValue {
	if v >= -maxExact && v <= maxExact {
		return lua.LNumber(v)
	}
	return Int(v)
}

// ToInteger returns the integer that the number v stands for, and whether it
// stands for one. Strings are not converted.
func ToInteger(v lua.LValue) (int64, bool) {
	switch n := v.(type) {
	case lua.LNumber:
		return floatToInt(float64(n))
	case Int:
		return int64(n), true
	}
	return 0, false
}

// ToFloat returns the number v as a float64, and whether v is a number.
// Strings are not converted.
func ToFloat(v lua.LValue) (float64, bool) {
	switch n := v.(type) {
	case lua.LNumber:
		return float64(n), true
	case Int:
		return float64(n), true
	}
	return 0, false
}

// IsNumber says whether v is a number: a lua.LNumber or an Int.
func IsNumber(v lua.LValue) bool {
	switch v.(type) {
	case lua.LNumber, Int:
		return true
	}
	return false
}

// floatToInt converts a float without a fraction that fits in 64 bits.
func floatToInt(f float64) (int64, bool) {
	if f >= -(1<<63) && f < 1<<63 && f == math.Trunc(f) {
		return int64(f), true
	}
	return 0, false
}

// exactInt returns the integer that n is in Lua 5.4's terms: a plain number
// beyond 2^53 can only be a float there, and computes as one.
func exactInt(v lua.LValue) (int64, bool) {
	switch n := v.(type) {
	case lua.LNumber:
		if n >= -maxExact && n <= maxExact {
			i := int64(n)
			return i, lua.LNumber(i) == n
		}
	case Int:
		return int64(n), true
	}
	return 0, false
}
