package lualib

import (
	"bytes"
	"math"
	"strconv"
	"strings"
)

// appendInteger appends n as C's printf does for d, i, u, o, x and X.
func (sp spec) appendInteger(out []byte, n int64) []byte {
	var buf [72]byte
	digits := buf[:0]
	sign := ""
	switch sp.verb {
	case 'd', 'i':
		sign = sp.sign(n < 0)
		u := uint64(n)
		if n < 0 {
			u = -u
		}
		digits = strconv.AppendUint(digits, u, 10)
	case 'u':
		digits = strconv.AppendUint(digits, uint64(n), 10)
	case 'o':
		digits = strconv.AppendUint(digits, uint64(n), 8)
	default:
		digits = strconv.AppendUint(digits, uint64(n), 16)
		if sp.sharp && n != 0 {
			sign = "0x"
		}
		if sp.verb == 'X' {
			digits, sign = bytes.ToUpper(digits), strings.ToUpper(sign)
		}
	}
	if sp.precision == 0 && n == 0 {
		digits = digits[:0]
	}
	zeros := sp.precision - len(digits)
	if sp.verb == 'o' && sp.sharp && zeros <= 0 && (len(digits) == 0 || digits[0] != '0') {
		sign = "0" // unless the precision brings it already
	}
	if sp.zero && !sp.minus && sp.precision < 0 {
		zeros = sp.width - len(sign) - len(digits)
	}
	return sp.assemble(out, sign, max(zeros, 0), digits)
}

func (sp spec) sign(negative bool) string {
	switch {
	case negative:
		return "-"
	case sp.plus:
		return "+"
	case sp.space:
		return " "
	}
	return ""
}

// assemble appends sign, zeros and digits, filled with spaces to the width.
func (sp spec) assemble(out []byte, sign string, zeros int, digits []byte) []byte {
	fill := sp.width - len(sign) - zeros - len(digits)
	if !sp.minus {
		out = appendFill(out, ' ', fill)
	}
	out = append(out, sign...)
	out = appendFill(out, '0', zeros)
	out = append(out, digits...)
	if sp.minus {
		out = appendFill(out, ' ', fill)
	}
	return out
}

// appendFloat appends f as C's printf does for a, e, f and g.
func (sp spec) appendFloat(out []byte, f float64) []byte {
	sign := sp.sign(math.Signbit(f))
	f = math.Abs(f)
	var buf [128]byte
	digits := buf[:0]
	finite := true
	switch {
	case math.IsInf(f, 0):
		digits, finite = append(digits, "inf"...), false
	case math.IsNaN(f):
		digits, finite = append(digits, "nan"...), false
	case sp.verb == 'a' || sp.verb == 'A':
		sign += "0x"
		digits = sp.hexDigits(digits, f)
	case sp.verb == 'f':
		digits = sp.point(strconv.AppendFloat(digits, f, 'f', sp.places(), 64))
	case sp.verb == 'e' || sp.verb == 'E':
		digits = sp.point(strconv.AppendFloat(digits, f, 'e', sp.places(), 64))
	default:
		digits = sp.general(digits, f)
	}
	if sp.verb < 'a' {
		digits, sign = bytes.ToUpper(digits), strings.ToUpper(sign)
	}
	zeros := 0
	if sp.zero && !sp.minus && finite {
		zeros = max(sp.width-len(sign)-len(digits), 0)
	}
	return sp.assemble(out, sign, zeros, digits)
}

func (sp spec) places() int {
	if sp.precision < 0 {
		return 6
	}
	return sp.precision
}

// point puts a decimal point where the flag # asks for one.
func (sp spec) point(digits []byte) []byte {
	if !sp.sharp || bytes.IndexByte(digits, '.') >= 0 {
		return digits
	}
	at := bytes.IndexAny(digits, "ep")
	if at < 0 {
		return append(digits, '.')
	}
	return append(digits[:at:at], append([]byte{'.'}, digits[at:]...)...)
}

// general is %g: the shorter of %e and %f, without zeros at the end.
func (sp spec) general(buf []byte, f float64) []byte {
	p := max(sp.places(), 1)
	exp := strconv.AppendFloat(buf, f, 'e', p-1, 64)
	mark := bytes.IndexByte(exp, 'e')
	x, _ := strconv.Atoi(string(exp[mark+1:]))
	if x < -4 || x >= p {
		if sp.sharp {
			return sp.point(exp)
		}
		tail := string(exp[mark:])
		return append(trimZeros(exp[:mark]), tail...)
	}
	digits := strconv.AppendFloat(buf, f, 'f', p-1-x, 64)
	if sp.sharp {
		return sp.point(digits)
	}
	return trimZeros(digits)
}

func trimZeros(digits []byte) []byte {
	if bytes.IndexByte(digits, '.') < 0 {
		return digits
	}
	return bytes.TrimRight(bytes.TrimRight(digits, "0"), ".")
}

// hexDigits is %a without sign and 0x. Go writes two exponent digits at least,
// C as few as it takes.
func (sp spec) hexDigits(buf []byte, f float64) []byte {
	digits := strconv.AppendFloat(buf, f, 'x', sp.precision, 64)[2:]
	mark := bytes.IndexByte(digits, 'p')
	if mark+3 < len(digits) && digits[mark+2] == '0' {
		digits = append(digits[:mark+2], digits[mark+3:]...)
	}
	return sp.point(digits)
}
