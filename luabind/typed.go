package luabind

import (
	"fmt"
	"math"
	"net/netip"
	"strconv"
	"sync"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
	"github.com/spoa-lua/spoa-lua/spop"
)

// typedFunc makes a value of one kind from what a script gives. The error is
// the text in the brackets of "bad argument".
type typedFunc func(v lua.LValue) (spop.Value, error)

// typedFuncs are the typed constructors by their name in Lua.
var typedFuncs = sync.OnceValue(func() map[string]typedFunc {
	return map[string]typedFunc{
		"bool":   typedBool,
		"int32":  typedInt32,
		"uint32": typedUint32,
		"int64":  typedInt64,
		"uint64": typedUint64,
		"ipv4":   func(v lua.LValue) (spop.Value, error) { return typedIP(v, "an IPv4 address", netip.Addr.Is4) },
		"ipv6":   func(v lua.LValue) (spop.Value, error) { return typedIP(v, "an IPv6 address", netip.Addr.Is6) },
		"ip":     func(v lua.LValue) (spop.Value, error) { return typedIP(v, "an IP address", netip.Addr.IsValid) },
		"str":    typedString,
		"bin":    typedBinary,
	}
})

func expected(what string, v lua.LValue) error {
	return fmt.Errorf("%s expected, got %s", what, typeName(v))
}

func typedBool(v lua.LValue) (spop.Value, error) {
	b, ok := v.(lua.LBool)
	if !ok {
		return spop.Value{}, expected("boolean", v)
	}
	return spop.Bool(bool(b)), nil
}

// typedRange is the integer v when it is between low and high.
func typedRange(v lua.LValue, low, high int64, kind spop.Kind) (int64, error) {
	n, ok := lua54.ToInteger(v)
	if s, isString := v.(lua.LString); isString {
		var err error
		if n, err = strconv.ParseInt(string(s), 10, 64); err != nil {
			return 0, fmt.Errorf("%q is no integer that fits %s", clip(string(s)), kind)
		}
		ok = true
	}
	switch {
	case !ok && !lua54.IsNumber(v):
		return 0, expected("integer", v)
	case !ok:
		return 0, fmt.Errorf("%s is no integer that fits %s", lua54.FormatNumber(v), kind)
	case n < low || n > high:
		return 0, fmt.Errorf("%d does not fit %s: %d to %d", n, kind, low, high)
	}
	return n, nil
}

func typedInt32(v lua.LValue) (spop.Value, error) {
	n, err := typedRange(v, math.MinInt32, math.MaxInt32, spop.KindInt32)
	return spop.Int32(int32(n)), err
}

func typedUint32(v lua.LValue) (spop.Value, error) {
	n, err := typedRange(v, 0, math.MaxUint32, spop.KindUint32)
	return spop.Uint32(uint32(n)), err
}

func typedInt64(v lua.LValue) (spop.Value, error) {
	n, err := typedRange(v, math.MinInt64, math.MaxInt64, spop.KindInt64)
	return spop.Int64(n), err
}

// typedUint64 takes more than a Lua integer holds as a string of digits, or as
// a float.
func typedUint64(v lua.LValue) (spop.Value, error) {
	switch u := v.(type) {
	case lua.LString:
		if n, err := strconv.ParseUint(string(u), 10, 64); err == nil {
			return spop.Uint64(n), nil
		}
	case lua.LNumber:
		if u >= 1<<63 && u < 1<<64 {
			return spop.Uint64(uint64(u)), nil
		}
	}
	n, err := typedRange(v, 0, math.MaxInt64, spop.KindUint64)
	return spop.Uint64(uint64(n)), err
}

func typedIP(v lua.LValue, what string, is func(netip.Addr) bool) (spop.Value, error) {
	s, ok := v.(lua.LString)
	if !ok {
		return spop.Value{}, expected("string", v)
	}
	a, err := netip.ParseAddr(string(s))
	if err != nil || !is(a) {
		return spop.Value{}, fmt.Errorf("%q is not %s", clip(string(s)), what)
	}
	return spop.IP(a), nil
}

func typedString(v lua.LValue) (spop.Value, error) {
	switch s := v.(type) {
	case lua.LString:
		return spop.String(string(s)), nil
	case lua.LNumber, lua54.Int:
		return spop.String(lua54.FormatNumber(s)), nil
	}
	return spop.Value{}, expected("string", v)
}

func typedBinary(v lua.LValue) (spop.Value, error) {
	s, ok := v.(lua.LString)
	if !ok {
		return spop.Value{}, expected("string", v)
	}
	return spop.Binary([]byte(s)), nil
}

// clip bounds what an error text quotes.
func clip(s string) string {
	const limit = 80
	if len(s) > limit {
		return s[:limit] + "..."
	}
	return s
}
