package modules

import (
	"fmt"
	"math"
	"math/big"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
	"github.com/spoa-lua/spoa-lua/luabind/lualib"
)

// What numbers may have in bits: any, and those whose powers are looked for.
const (
	maxBignumBits = 1 << 16
	maxPowerBits  = 4096
	maxPrimeBits  = 2048
)

// openBignum makes luaossl's module openssl.bignum.
func openBignum(e env) lua.LValue {
	class := e.bignumClass()
	return e.table(map[string]lua.LGFunction{
		"new": func(L *lua.LState) int {
			n := new(big.Int)
			if L.GetTop() > 0 {
				n = bignumArg(L, 1)
			}
			L.Push(object(n, class))
			return 1
		},
		"fromBinary": func(L *lua.LState) int {
			L.Push(object(checkBignum(L, new(big.Int).SetBytes([]byte(lualib.CheckString(L, 1)))), class))
			return 1
		},
	})
}

func (e env) newBignum(n *big.Int) *lua.LUserData { return object(n, e.bignumClass()) }

// bignumClass is the metatable of numbers, which keys and certificates make, too.
func (e env) bignumClass() *lua.LTable {
	methods := map[string]lua.LGFunction{
		"toBinary": bignumText(bignumBinary), "toHex": bignumText(bignumHex), "toDecimal": bignumText((*big.Int).String),
		"isPrime": bignumIsPrime,
	}
	for alias, name := range map[string]string{"tobin": "toBinary", "tohex": "toHex", "todec": "toDecimal"} {
		methods[alias] = methods[name]
	}
	for name, op := range bignumOps {
		methods[name] = e.bignumOp(op)
	}
	metamethods := map[string]lua.LGFunction{
		"__tostring": methods["toDecimal"],
		"__unm":      e.bignumOp(bignumOp{1, func(_ *lua.LState, z *big.Int, a []*big.Int) { z.Neg(a[0]) }}),
		"__eq":       bignumCompare(func(c int) bool { return c == 0 }),
		"__lt":       bignumCompare(func(c int) bool { return c < 0 }),
		"__le":       bignumCompare(func(c int) bool { return c <= 0 }),
	}
	for event, name := range map[string]string{
		"__add": "add", "__sub": "sub", "__mul": "mul", "__div": "idiv", "__idiv": "idiv", "__mod": "mod", "__pow": "exp",
		"__shl": "lshift", "__shr": "rshift",
	} {
		metamethods[event] = methods[name]
	}
	return e.classOnce("openssl.bignum", methods, metamethods)
}

// bignumOp sets z to the result of args operands.
type bignumOp struct {
	args int
	do   func(L *lua.LState, z *big.Int, a []*big.Int)
}

// bignumOps are the methods that make another number. idiv drops the fraction, mod
// has the sign of the divisor, and nnmod is never negative.
var bignumOps = map[string]bignumOp{
	"add": {2, func(_ *lua.LState, z *big.Int, a []*big.Int) { z.Add(a[0], a[1]) }},
	"sub": {2, func(_ *lua.LState, z *big.Int, a []*big.Int) { z.Sub(a[0], a[1]) }},
	"mul": {2, func(_ *lua.LState, z *big.Int, a []*big.Int) { z.Mul(a[0], a[1]) }},
	"sqr": {1, func(_ *lua.LState, z *big.Int, a []*big.Int) { z.Mul(a[0], a[0]) }},
	"gcd": {2, func(_ *lua.LState, z *big.Int, a []*big.Int) {
		z.GCD(nil, nil, new(big.Int).Abs(a[0]), new(big.Int).Abs(a[1]))
	}},
	"idiv":   {2, func(L *lua.LState, z *big.Int, a []*big.Int) { z.Quo(a[0], nonZero(L, a[1])) }},
	"nnmod":  {2, func(L *lua.LState, z *big.Int, a []*big.Int) { z.Mod(a[0], nonZero(L, a[1])) }},
	"mod":    {2, func(L *lua.LState, z *big.Int, a []*big.Int) { floorMod(z, a[0], nonZero(L, a[1])) }},
	"exp":    {2, func(L *lua.LState, z *big.Int, a []*big.Int) { z.Exp(a[0], power(L, a[0], a[1]), nil) }},
	"lshift": {2, func(L *lua.LState, z *big.Int, a []*big.Int) { z.Lsh(a[0], shift(L, a[1])) }},
	"rshift": {2, func(L *lua.LState, z *big.Int, a []*big.Int) { z.Rsh(a[0], shift(L, a[1])) }},

	"mod_add": {3, func(L *lua.LState, z *big.Int, a []*big.Int) { z.Mod(z.Add(a[0], a[1]), nonZero(L, a[2])) }},
	"mod_sub": {3, func(L *lua.LState, z *big.Int, a []*big.Int) { z.Mod(z.Sub(a[0], a[1]), nonZero(L, a[2])) }},
	"mod_mul": {3, func(L *lua.LState, z *big.Int, a []*big.Int) { z.Mod(z.Mul(a[0], a[1]), nonZero(L, a[2])) }},
	"mod_sqr": {2, func(L *lua.LState, z *big.Int, a []*big.Int) { z.Mod(z.Mul(a[0], a[0]), nonZero(L, a[1])) }},
	"mod_exp": {3, modExp},
}

func (e env) bignumOp(op bignumOp) lua.LGFunction {
	return func(L *lua.LState) int {
		args := make([]*big.Int, op.args)
		for i := range args {
			args[i] = bignumArg(L, i+1)
		}
		z := new(big.Int)
		op.do(L, z, args)
		L.Push(e.newBignum(checkBignum(L, z)))
		return 1
	}
}

// bignumArg is argument n: a number of either kind, or digits, those of 0x ones
// hexadecimal.
func bignumArg(L *lua.LState, n int) *big.Int {
	v := L.Get(n)
	if ud, ok := v.(*lua.LUserData); ok {
		if b, ok := ud.Value.(*big.Int); ok {
			return b
		}
	}
	if i, ok := lua54.ToInteger(v); ok && v.Type() != lua.LTString {
		return big.NewInt(i)
	}
	switch v := v.(type) {
	case lua.LNumber:
		if f := float64(v); !math.IsNaN(f) && !math.IsInf(f, 0) {
			z, _ := big.NewFloat(f).Int(nil)
			return z
		}
		lualib.ArgError(L, n, "the number is not finite")
	case lua.LString:
		if z, ok := parseBignum(string(v)); ok {
			return checkBignum(L, z)
		}
		lualib.ArgError(L, n, fmt.Sprintf("%q is no integer", clip(string(v))))
	}
	lualib.TypeError(L, n, "bignum")
	panic("TypeError returned")
}

func parseBignum(s string) (*big.Int, bool) {
	digits, negative := strings.CutPrefix(s, "-")
	base := 10
	if rest, ok := strings.CutPrefix(strings.ToLower(digits), "0x"); ok {
		digits, base = rest, 16
	}
	if digits == "" || len(digits) > maxBignumBits/3 || strings.Trim(strings.ToLower(digits), "0123456789abcdef") != "" {
		return nil, false
	}
	z, ok := new(big.Int).SetString(digits, base)
	if ok && negative {
		z.Neg(z)
	}
	return z, ok
}

// checkBignum raises an error for a number that is too large.
func checkBignum(L *lua.LState, n *big.Int) *big.Int {
	if n.BitLen() > maxBignumBits {
		lualib.Raise(L, "bignum: the number has more than %d bits", maxBignumBits)
	}
	return n
}

func nonZero(L *lua.LState, n *big.Int) *big.Int {
	if n.Sign() == 0 {
		lualib.Raise(L, "bignum: division by zero")
	}
	return n
}

func floorMod(z, a, b *big.Int) {
	z.Rem(a, b)
	if z.Sign() != 0 && z.Sign() != b.Sign() {
		z.Add(z, b)
	}
}

// power is an exponent whose power is not too large.
func power(L *lua.LState, base, exponent *big.Int) *big.Int {
	if exponent.Sign() < 0 {
		lualib.Raise(L, "bignum: the exponent is negative")
	}
	if base.BitLen() > 1 && (!exponent.IsInt64() || exponent.Int64() > maxBignumBits/int64(base.BitLen()-1)) {
		lualib.Raise(L, "bignum: the number has more than %d bits", maxBignumBits)
	}
	if base.BitLen() <= 1 { // of 0, 1 and -1: whether it is odd is all that counts
		return new(big.Int).SetUint64(smallPower(exponent))
	}
	return exponent
}

func smallPower(exponent *big.Int) uint64 {
	if exponent.Sign() == 0 {
		return 0
	}
	return 2 - uint64(exponent.Bit(0))
}

func shift(L *lua.LState, n *big.Int) uint {
	if n.Sign() < 0 || !n.IsInt64() || n.Int64() > maxBignumBits {
		lualib.Raise(L, "bignum: the shift is not from 0 to %d", maxBignumBits)
	}
	return uint(n.Int64())
}

func modExp(L *lua.LState, z *big.Int, a []*big.Int) {
	for _, n := range a {
		if n.BitLen() > maxPowerBits {
			lualib.Raise(L, "bignum: mod_exp takes numbers of at most %d bits", maxPowerBits)
		}
	}
	if a[1].Sign() < 0 {
		lualib.Raise(L, "bignum: the exponent is negative")
	}
	z.Exp(a[0], a[1], nonZero(L, a[2]))
}

func bignumCompare(holds func(int) bool) lua.LGFunction {
	return func(L *lua.LState) int {
		L.Push(lua.LBool(holds(bignumArg(L, 1).Cmp(bignumArg(L, 2)))))
		return 1
	}
}

func bignumText(text func(*big.Int) string) lua.LGFunction {
	return func(L *lua.LState) int {
		L.Push(lua.LString(text(bignumArg(L, 1))))
		return 1
	}
}

func bignumBinary(n *big.Int) string { return string(n.Bytes()) }

// bignumHex has two digits for each byte, as OpenSSL has.
func bignumHex(n *big.Int) string {
	if n.Sign() == 0 {
		return "0"
	}
	text := fmt.Sprintf("%X", n.Bytes())
	if n.Sign() < 0 {
		return "-" + text
	}
	return text
}

// bignumIsPrime is n:isPrime().
func bignumIsPrime(L *lua.LState) int {
	n := bignumArg(L, 1)
	if n.BitLen() > maxPrimeBits {
		lualib.Raise(L, "bignum: isPrime takes numbers of at most %d bits", maxPrimeBits)
	}
	L.Push(lua.LBool(n.ProbablyPrime(20)))
	return 1
}
