package haproxy

import (
	"math"
	"math/bits"
)

// saturatingAdd is a+b, held at the largest or smallest integer.
func saturatingAdd(a, b int64) int64 {
	sum := a + b
	switch {
	case a > 0 && b > 0 && sum < 0:
		return math.MaxInt64
	case a < 0 && b < 0 && sum >= 0:
		return math.MinInt64
	}
	return sum
}

func saturatingSub(a, b int64) int64 {
	if b == math.MinInt64 {
		if a >= 0 {
			return math.MaxInt64
		}
		return a - b
	}
	return saturatingAdd(a, -b)
}

func saturatingMul(a, b int64) int64 {
	negative := (a < 0) != (b < 0)
	high, low := bits.Mul64(magnitude(a), magnitude(b))
	switch {
	case negative && (high > 0 || low > 1<<63):
		return math.MinInt64
	case negative:
		return -int64(low)
	case high > 0 || low > math.MaxInt64:
		return math.MaxInt64
	}
	return int64(low)
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

// divide is a/b; by zero it is the largest integer.
func divide(a, b int64) int64 {
	switch {
	case b == 0:
		return math.MaxInt64
	case a == math.MinInt64 && b == -1:
		return math.MaxInt64
	}
	return a / b
}

// modulo is the rest of a/b; by zero it is 0.
func modulo(a, b int64) int64 {
	if b == 0 || b == -1 {
		return 0
	}
	return a % b
}
