package lualib

import (
	"math"
	"math/bits"
	"math/rand/v2"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
)

// xoshiro is the generator xoshiro256** of Blackman and Vigna, which Lua 5.4
// uses too: a script that sets a seed gets the numbers that it gets there.
type xoshiro [4]uint64

func (x *xoshiro) next() uint64 {
	result := bits.RotateLeft64(x[1]*5, 7) * 9
	t := x[1] << 17
	x[2] ^= x[0]
	x[3] ^= x[1]
	x[1] ^= x[2]
	x[0] ^= x[3]
	x[2] ^= t
	x[3] = bits.RotateLeft64(x[3], 45)
	return result
}

func (x *xoshiro) seed(a, b uint64) {
	*x = xoshiro{a, 0xff, b, 0}
	for range 16 {
		x.next()
	}
}

func (x *xoshiro) seedRandomly() (a, b uint64) {
	a, b = rand.Uint64(), rand.Uint64()
	x.seed(a, b)
	return a, b
}

// upTo returns a number from 0 to limit. It masks and tries again instead of
// taking a remainder, so that all numbers are equally likely.
func (x *xoshiro) upTo(r, limit uint64) uint64 {
	mask := uint64(1)<<bits.Len64(limit) - 1
	for r &= mask; r > limit; r = x.next() & mask {
	}
	return r
}

func (lib *library) mathRandom(L *lua.LState) int {
	r := lib.random.next()
	var low, high int64
	switch L.GetTop() {
	case 0:
		L.Push(lua.LNumber(float64(r>>11) * 0x1p-53))
		return 1
	case 1:
		low, high = 1, CheckInteger(L, 1)
		if high == 0 {
			L.Push(lua54.Integer(int64(r)))
			return 1
		}
	case 2:
		low, high = CheckInteger(L, 1), CheckInteger(L, 2)
	default:
		raisef(L, "wrong number of arguments")
	}
	if low > high {
		ArgError(L, 1, "interval is empty")
	}
	n := lib.random.upTo(r, uint64(high)-uint64(low))
	L.Push(lua54.Integer(int64(n + uint64(low))))
	return 1
}

// seed is argument n. Of a fraction it takes the whole part, as Lua 5.3 does: scripts
// make seeds out of times.
func seed(L *lua.LState, n int) uint64 {
	if f, ok := L.Get(n).(lua.LNumber); ok && math.Abs(float64(f)) < 1<<62 {
		return uint64(int64(f))
	}
	return uint64(CheckInteger(L, n))
}

func (lib *library) mathRandomseed(L *lua.LState) int {
	var a, b uint64
	if L.GetTop() == 0 {
		a, b = lib.random.seedRandomly()
	} else {
		a = seed(L, 1)
		if L.Get(2) != lua.LNil {
			b = seed(L, 2)
		}
		lib.random.seed(a, b)
	}
	L.Push(lua54.Integer(int64(a)))
	L.Push(lua54.Integer(int64(b)))
	return 2
}
