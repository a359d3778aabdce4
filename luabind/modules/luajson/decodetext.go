package luajson

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
)

// number reads a number: an integer of 64 bits is exact, anything else a float.
func (d *Decoder) number(at int) (lua.LValue, int, error) {
	digits := at
	if d.text[digits] == '-' {
		digits++
	}
	end := d.digits(digits)
	if end == digits || d.text[digits] == '0' && end > digits+1 {
		return nil, 0, d.fault(at, "malformed number")
	}
	whole := end
	if end < len(d.text) && d.text[end] == '.' {
		fraction := end + 1
		if end = d.digits(fraction); end == fraction {
			return nil, 0, d.fault(at, "malformed number")
		}
	}
	if end < len(d.text) && (d.text[end] == 'e' || d.text[end] == 'E') {
		exponent := end + 1
		if exponent < len(d.text) && (d.text[exponent] == '+' || d.text[exponent] == '-') {
			exponent++
		}
		if end = d.digits(exponent); end == exponent {
			return nil, 0, d.fault(at, "malformed number")
		}
	}
	if whole == end {
		if n, err := strconv.ParseInt(d.text[at:end], 10, 64); err == nil {
			return lua54.Integer(n), end, nil
		}
	}
	f, err := strconv.ParseFloat(d.text[at:end], 64)
	if err != nil {
		return nil, 0, d.fault(at, "a number that is too large")
	}
	return lua.LNumber(f), end, nil
}

// digits returns the offset behind the digits at a byte.
func (d *Decoder) digits(at int) int {
	for at < len(d.text) && d.text[at] >= '0' && d.text[at] <= '9' {
		at++
	}
	return at
}

// str reads a string behind its opening quote. Without escapes it shares the
// memory of the text. Bytes that are no UTF-8 are kept.
func (d *Decoder) str(at int) (string, int, error) {
	for i := at; i < len(d.text); i++ {
		switch c := d.text[i]; {
		case c == '"':
			return d.text[at:i], i + 1, nil
		case c == '\\':
			return d.escaped(at, i)
		case c < ' ':
			return "", 0, d.fault(i, "control character 0x%02x in a string", c)
		}
	}
	return "", 0, d.unexpected(len(d.text))
}

// escaped is str for a string whose first backslash is at i.
func (d *Decoder) escaped(at, i int) (string, int, error) {
	b := append(make([]byte, 0, i-at+16), d.text[at:i]...)
	for i < len(d.text) {
		switch c := d.text[i]; {
		case c == '"':
			return string(b), i + 1, nil
		case c == '\\':
			var err error
			if b, i, err = d.escape(b, i); err != nil {
				return "", 0, err
			}
		case c < ' ':
			return "", 0, d.fault(i, "control character 0x%02x in a string", c)
		default:
			b = append(b, c)
			i++
		}
	}
	return "", 0, d.unexpected(len(d.text))
}

const (
	escapes  = `"\/bfnrt`
	escaping = "\"\\/\b\f\n\r\t"
)

// escape appends what the escape sequence at a byte stands for.
func (d *Decoder) escape(b []byte, at int) ([]byte, int, error) {
	if at+1 >= len(d.text) {
		return nil, 0, d.unexpected(len(d.text))
	}
	if d.text[at+1] != 'u' {
		i := strings.IndexByte(escapes, d.text[at+1])
		if i < 0 {
			return nil, 0, d.fault(at, "unknown escape sequence")
		}
		return append(b, escaping[i]), at + 2, nil
	}
	r, ok := d.unit(at)
	if !ok {
		return nil, 0, d.fault(at, "\\u needs four hexadecimal digits")
	}
	end := at + 6
	if utf16.IsSurrogate(r) {
		second, ok := d.unit(end)
		r = utf16.DecodeRune(r, second)
		if !ok || r == utf8.RuneError {
			return nil, 0, d.fault(at, "half of a surrogate pair")
		}
		end += 6
	}
	return utf8.AppendRune(b, r), end, nil
}

// unit reads \uXXXX at a byte.
func (d *Decoder) unit(at int) (rune, bool) {
	if at+6 > len(d.text) || d.text[at] != '\\' || d.text[at+1] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(d.text[at+2:at+6], 16, 16)
	return rune(n), err == nil
}
