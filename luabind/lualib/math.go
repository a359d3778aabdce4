package lualib

import (
	"math"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
)

func (lib *library) openMath(L *lua.LState) {
	lib.random.seedRandomly()
	t := lib.module(L, "math", map[string]lua.LGFunction{
		"abs": mathAbs, "acos": float1(math.Acos), "asin": float1(math.Asin), "atan": mathAtan,
		"ceil": rounder(math.Ceil), "cos": float1(math.Cos), "deg": float1(degrees),
		"exp": float1(math.Exp), "floor": rounder(math.Floor), "fmod": mathFmod,
		"log": mathLog, "max": lib.mathMax, "min": lib.mathMin, "modf": mathModf,
		"rad": float1(radians), "random": lib.mathRandom, "randomseed": lib.mathRandomseed,
		"sin": float1(math.Sin), "sqrt": float1(math.Sqrt), "tan": float1(math.Tan),
		"tointeger": mathTointeger, "type": mathType, "ult": mathUlt,
	})
	// These are obsolete, but Debian's lua5.4 and liblua5.4 still have them.
	lib.register(L, t, "math.", map[string]lua.LGFunction{
		"atan2": mathAtan, "cosh": float1(math.Cosh), "log10": float1(math.Log10),
		"pow": mathPow, "sinh": float1(math.Sinh), "tanh": float1(math.Tanh),
		"frexp": mathFrexp, "ldexp": mathLdexp,
	})
	t.RawSetString("pi", lua.LNumber(math.Pi))
	t.RawSetString("huge", lua.LNumber(math.Inf(1)))
	t.RawSetString("maxinteger", lua54.Integer(math.MaxInt64))
	t.RawSetString("mininteger", lua54.Integer(math.MinInt64))
}

func float1(f func(float64) float64) lua.LGFunction {
	return func(L *lua.LState) int {
		L.Push(lua.LNumber(f(CheckFloat(L, 1))))
		return 1
	}
}

func degrees(x float64) float64 { return x * (180 / math.Pi) }

func radians(x float64) float64 { return x * (math.Pi / 180) }

// rounder is floor or ceil; an integer is returned as it is.
func rounder(round func(float64) float64) lua.LGFunction {
	return func(L *lua.LState) int {
		n := checkNumber(L, 1)
		if f, ok := n.(lua.LNumber); ok {
			n = floatToNumber(round(float64(f)))
		}
		L.Push(n)
		return 1
	}
}

// floatToNumber makes a float without a fraction an integer if that fits.
func floatToNumber(f float64) lua.LValue {
	if f >= -1<<63 && f < 1<<63 {
		return lua54.Integer(int64(f))
	}
	return lua.LNumber(f)
}

func mathAbs(L *lua.LState) int {
	switch n := checkNumber(L, 1).(type) {
	case lua54.Int:
		if n < 0 {
			n = -n // wraps around for the smallest integer
		}
		L.Push(n)
	case lua.LNumber:
		L.Push(lua.LNumber(math.Abs(float64(n))))
	}
	return 1
}

func mathAtan(L *lua.LState) int {
	L.Push(lua.LNumber(math.Atan2(CheckFloat(L, 1), OptFloat(L, 2, 1))))
	return 1
}

func mathPow(L *lua.LState) int {
	L.Push(lua.LNumber(math.Pow(CheckFloat(L, 1), CheckFloat(L, 2))))
	return 1
}

func mathFrexp(L *lua.LState) int {
	frac, exp := math.Frexp(CheckFloat(L, 1))
	L.Push(lua.LNumber(frac))
	L.Push(lua.LNumber(exp))
	return 2
}

func mathLdexp(L *lua.LState) int {
	exp := min(max(CheckInteger(L, 2), -1<<20), 1<<20)
	L.Push(lua.LNumber(math.Ldexp(CheckFloat(L, 1), int(exp))))
	return 1
}

func mathFmod(L *lua.LState) int {
	a, b := checkNumber(L, 1), checkNumber(L, 2)
	if isInteger(a) && isInteger(b) {
		x, _ := lua54.ToInteger(a)
		y, _ := lua54.ToInteger(b)
		if y == 0 {
			ArgError(L, 2, "zero")
		}
		L.Push(lua54.Integer(x % y)) // Go, like C's fmod, truncates
		return 1
	}
	x, _ := lua54.ToFloat(a)
	y, _ := lua54.ToFloat(b)
	L.Push(lua.LNumber(math.Mod(x, y)))
	return 1
}

func mathModf(L *lua.LState) int {
	n := checkNumber(L, 1)
	if i, ok := n.(lua54.Int); ok {
		L.Push(i)
		L.Push(smallInts[0])
		return 2
	}
	f, _ := lua54.ToFloat(n)
	whole := math.Trunc(f)
	rest := f - whole
	if math.IsInf(f, 0) {
		rest = 0
	}
	L.Push(lua.LNumber(whole))
	L.Push(lua.LNumber(rest))
	return 2
}

func mathLog(L *lua.LState) int {
	x := CheckFloat(L, 1)
	switch base := OptFloat(L, 2, 0); {
	case L.Get(2) == lua.LNil:
		x = math.Log(x)
	case base == 2:
		x = math.Log2(x)
	case base == 10:
		x = math.Log10(x)
	default:
		x = math.Log(x) / math.Log(base)
	}
	L.Push(lua.LNumber(x))
	return 1
}

func (lib *library) mathMax(L *lua.LState) int {
	return lib.extreme(L, func(best, n lua.LValue) bool { return lib.less(L, best, n) })
}

func (lib *library) mathMin(L *lua.LState) int {
	return lib.extreme(L, func(best, n lua.LValue) bool { return lib.less(L, n, best) })
}

func (lib *library) extreme(L *lua.LState, better func(best, n lua.LValue) bool) int {
	if L.GetTop() < 1 {
		ArgError(L, 1, "value expected")
	}
	best := checkNumber(L, 1)
	for i := 2; i <= L.GetTop(); i++ {
		if n := checkNumber(L, i); better(best, n) {
			best = n
		}
	}
	L.Push(best)
	return 1
}

func mathTointeger(L *lua.LState) int {
	v := CheckAny(L, 1)
	if s, ok := v.(lua.LString); ok {
		if n, ok := lua54.ParseNumber(string(s)); ok {
			v = n
		}
	}
	if n, ok := lua54.ToInteger(v); ok {
		L.Push(lua54.Integer(n))
		return 1
	}
	L.Push(lua.LNil)
	return 1
}

func mathType(L *lua.LState) int {
	v := CheckAny(L, 1)
	switch {
	case isInteger(v):
		L.Push(lua.LString("integer"))
	case lua54.IsNumber(v):
		L.Push(lua.LString("float"))
	default:
		L.Push(lua.LNil)
	}
	return 1
}

func mathUlt(L *lua.LState) int {
	L.Push(lua.LBool(uint64(CheckInteger(L, 1)) < uint64(CheckInteger(L, 2))))
	return 1
}
