package lua54

import (
	"math"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// ParseNumber converts the text of a numeral by the rules of Lua 5.4 (manual
// 3.1 and 3.4.3): white space around it is skipped, hexadecimal integers wrap
// around, decimal integers that do not fit in 64 bits become floats.
func ParseNumber(s string) (lua.LValue, bool) {
	s = strings.Trim(s, " \t\n\v\f\r")
	neg := false
	digits := s
	if s != "" && (s[0] == '-' || s[0] == '+') {
		neg = s[0] == '-'
		digits = s[1:]
	}
	if len(digits) >= 2 && digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X') {
		return parseHex(digits[2:], neg)
	}
	return parseDecimal(digits, neg)
}

// parseDecimal converts an unsigned decimal numeral.
func parseDecimal(s string, neg bool) (lua.LValue, bool) {
	if s == "" || s[0] == '-' || s[0] == '+' || !onlyBytes(s, "0123456789.eE+-") {
		return nil, false
	}
	if onlyBytes(s, "0123456789") {
		if u, err := strconv.ParseUint(s, 10, 64); err == nil && u <= maxMagnitude(neg) {
			return Integer(signed(u, neg)), true
		}
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil && !math.IsInf(f, 0) {
		return nil, false
	}
	return float(f, neg), true
}

// parseHex converts the digits after 0x: an integer modulo 2^64, or a float
// when there is a point or an exponent.
func parseHex(s string, neg bool) (lua.LValue, bool) {
	if s != "" && onlyBytes(s, "0123456789abcdefABCDEF") {
		var u uint64
		for i := range len(s) {
			u = u<<4 | uint64(hexValue(s[i]))
		}
		return Integer(signed(u, neg)), true
	}
	if s == "" || s[0] == '-' || s[0] == '+' || !onlyBytes(s, "0123456789abcdefABCDEF.pP+-") {
		return nil, false
	}
	if !strings.ContainsAny(s, "pP") {
		s += "p0"
	}
	f, err := strconv.ParseFloat("0x"+s, 64)
	if err != nil && !math.IsInf(f, 0) {
		return nil, false
	}
	return float(f, neg), true
}

// maxMagnitude is the largest magnitude of an integer with that sign.
func maxMagnitude(neg bool) uint64 {
	if neg {
		return 1 << 63
	}
	return math.MaxInt64
}

func signed(u uint64, neg bool) int64 {
	if neg {
		return int64(-u)
	}
	return int64(u)
}

func float(f float64, neg bool) lua.LValue {
	if neg {
		f = -f
	}
	return lua.LNumber(f)
}

func onlyBytes(s, set string) bool {
	for i := range len(s) {
		if strings.IndexByte(set, s[i]) < 0 {
			return false
		}
	}
	return true
}

// hexValue returns the value of a hexadecimal digit, or -1.
func hexValue(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// FormatNumber returns the text that tostring gives for a number: integers
// plainly, fractions by %.14g, infinities as inf and -inf. A value that is no
// number gives its String.
func FormatNumber(v lua.LValue) string {
	n, ok := v.(lua.LNumber)
	if !ok {
		return v.String()
	}
	if n >= -maxExact && n <= maxExact {
		if i := int64(n); lua.LNumber(i) == n {
			return strconv.FormatInt(i, 10)
		}
	}
	return formatFloat(float64(n))
}

// formatFloat is C's %.14g, with Lua's names for what is not finite.
func formatFloat(f float64) string {
	switch {
	case math.IsInf(f, 1):
		return "inf"
	case math.IsInf(f, -1):
		return "-inf"
	case math.IsNaN(f):
		if math.Signbit(f) {
			return "-nan"
		}
		return "nan"
	}
	const precision = 14
	text := strconv.FormatFloat(f, 'e', precision-1, 64)
	mark := strings.IndexByte(text, 'e')
	exponent, _ := strconv.Atoi(text[mark+1:])
	if exponent < -4 || exponent >= precision {
		return trimZeros(text[:mark]) + text[mark:]
	}
	return trimZeros(strconv.FormatFloat(f, 'f', precision-1-exponent, 64))
}

// trimZeros drops the zeros at the end of a fraction, and a bare point.
func trimZeros(s string) string {
	if strings.IndexByte(s, '.') < 0 {
		return s
	}
	return strings.TrimRight(strings.TrimRight(s, "0"), ".")
}

// toNumber converts an operand of arithmetic: a number, or a string that is a
// numeral (manual 3.4.3).
func toNumber(v lua.LValue) (lua.LValue, bool) {
	switch n := v.(type) {
	case lua.LNumber, Int:
		return n, true
	case lua.LString:
		return ParseNumber(string(n))
	}
	return nil, false
}
