package haproxy

import (
	"errors"
	"math"
	"math/bits"
	"strconv"

	"github.com/spoa-lua/spoa-lua/spop"
)

// arithmetic is add, sub and the like: the operand is the text of an integer or
// the name of a variable, as HAProxy takes it from Lua.
func arithmetic(f func(a, b int64) int64) converter {
	return onVariables("s", 1, func(vars variables, in spop.Value, p params) (spop.Value, error) {
		a, err := integerOf(in)
		if err != nil {
			return spop.Null(), err
		}
		b, ok, err := operand(vars, p.text(0, ""))
		if !ok || err != nil {
			return spop.Null(), err
		}
		return spop.Int64(f(a, b)), nil
	})
}

// operand is an integer, or the value of a variable; ok is false when that is
// not set.
func operand(vars variables, s string) (n int64, ok bool, err error) {
	n, err = strconv.ParseInt(s, 10, 64)
	if err == nil || s == "" || errors.Is(err, strconv.ErrRange) {
		return n, true, nil
	}
	if _, _, bad := spop.ParseVarName(s); bad != nil {
		return 0, false, errors.New("it takes the text of an integer, or the name of a variable")
	}
	v, ok := vars.read(s)
	if !ok {
		return 0, false, nil
	}
	return leading(text(v)), true, nil
}

// The results of integers stop at the ends of their range.

func addInteger(a, b int64) int64 {
	sum := a + b
	if a^b >= 0 && sum^a < 0 {
		return limitOf(a)
	}
	return sum
}

func subInteger(a, b int64) int64 {
	diff := a - b
	if a^b < 0 && diff^a < 0 {
		return limitOf(a)
	}
	return diff
}

func mulInteger(a, b int64) int64 {
	high, low := bits.Mul64(magnitude(a), magnitude(b))
	negative := a^b < 0
	switch {
	case negative && (high > 0 || low > 1<<63):
		return math.MinInt64
	case !negative && (high > 0 || low > math.MaxInt64):
		return math.MaxInt64
	}
	return a * b
}

func divInteger(a, b int64) int64 {
	switch {
	case b == 0, b == -1 && a == math.MinInt64:
		return math.MaxInt64
	}
	return a / b
}

func modInteger(a, b int64) int64 {
	if b == 0 || b == -1 {
		return 0
	}
	return a % b
}

func magnitude(a int64) uint64 {
	if a < 0 {
		return -uint64(a)
	}
	return uint64(a)
}

// limitOf is the end of the range on the side of a.
func limitOf(a int64) int64 {
	if a < 0 {
		return math.MinInt64
	}
	return math.MaxInt64
}

// leading is the integer that a text begins with, as HAProxy reads it: 0 when
// there is none, and the end of the range when it is beyond.
func leading(s string) int64 {
	end := 0
	if s != "" && (s[0] == '-' || s[0] == '+') {
		end = 1
	}
	for end < len(s) && s[end] >= '0' && s[end] <= '9' {
		end++
	}
	n, _ := strconv.ParseInt(s[:end], 10, 64)
	return n
}

// errEmpty is HAProxy's own.
var errEmpty = errors.New("the input is empty, which is no integer")

// integerOf is a converter's input as an integer.
func integerOf(v spop.Value) (int64, error) {
	if v.IsInt() {
		return v.Int64(), nil
	}
	s := text(v)
	if s == "" {
		return 0, errEmpty
	}
	return leading(s), nil
}

// ifElse is iif(true, false).
func ifElse(in spop.Value, p params) (spop.Value, error) {
	n, err := integerOf(in)
	if err != nil {
		return spop.Null(), err
	}
	if n != 0 {
		return p[0], nil
	}
	return p[1], nil
}
