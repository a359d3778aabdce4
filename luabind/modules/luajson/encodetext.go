package luajson

import (
	"fmt"
	"math"
	"strconv"

	lua "github.com/yuin/gopher-lua"
)

// number writes a number: those that are integers plainly, others with as many
// digits as asked for.
func (e *Encoder) number(n lua.LNumber) error {
	f := float64(n)
	if math.IsNaN(f) || math.IsInf(f, 0) {
		if e.NotFinite == "" {
			return fmt.Errorf("JSON has no number for %s", finiteName(f))
		}
		e.buf = append(e.buf, e.NotFinite...)
		return nil
	}
	if i := int64(f); float64(i) == f && i > -1<<53 && i < 1<<53 {
		e.buf = strconv.AppendInt(e.buf, i, 10)
		return nil
	}
	digits := e.Digits
	if digits <= 0 {
		digits = -1
	}
	e.buf = strconv.AppendFloat(e.buf, f, 'g', digits, 64)
	return nil
}

func finiteName(f float64) string {
	switch {
	case f > 0:
		return "inf"
	case f < 0:
		return "-inf"
	}
	return "nan"
}

const hexDigits = "0123456789abcdef"

// str writes a string. Bytes that are no UTF-8 are kept as they are.
func (e *Encoder) str(s string) error {
	if len(e.buf)+len(s) > e.MaxBytes {
		return fmt.Errorf("the text is longer than %d bytes", e.MaxBytes)
	}
	e.buf = append(e.buf, '"')
	begin := 0
	for i := range len(s) {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' && (c != '/' || !e.EscapeSlash) && (c != 0x7f || !e.EscapeDelete) {
			continue
		}
		e.buf = append(e.buf, s[begin:i]...)
		e.buf = appendEscape(e.buf, c)
		begin = i + 1
	}
	e.buf = append(append(e.buf, s[begin:]...), '"')
	return nil
}

func appendEscape(b []byte, c byte) []byte {
	switch c {
	case '"', '\\', '/':
		return append(b, '\\', c)
	case '\b':
		return append(b, `\b`...)
	case '\f':
		return append(b, `\f`...)
	case '\n':
		return append(b, `\n`...)
	case '\r':
		return append(b, `\r`...)
	case '\t':
		return append(b, `\t`...)
	}
	return append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
}

// Quote returns a string as JSON has it.
func Quote(s string) string {
	e := Encoder{MaxBytes: math.MaxInt}
	_ = e.str(s) // the only error is of the bound
	return string(e.buf)
}
