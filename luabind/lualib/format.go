package lualib

import (
	"fmt"
	"hash/maphash"
	"math"
	"strings"
	"unsafe"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
)

// maxSpec is how long a conversion specification may be, as in PUC Lua.
const maxSpec = 22

func (lib *library) strFormat(L *lua.LState) int {
	format := CheckString(L, 1)
	var buf [128]byte
	out := buf[:0]
	arg := 1
	for {
		at := strings.IndexByte(format, '%')
		if at < 0 {
			break
		}
		out = append(out, format[:at]...)
		format = format[at+1:]
		if strings.HasPrefix(format, "%") {
			out = append(out, '%')
			format = format[1:]
			continue
		}
		n := specLength(L, format)
		arg++
		out = lib.convert(L, out, format[:n], arg)
		format = format[n:]
		lib.checkSize(L, len(out))
	}
	out = append(out, format...)
	lib.checkSize(L, len(out))
	L.Push(lua.LString(out))
	return 1
}

// specLength is the length of the specification after a '%', with its letter.
func specLength(L *lua.LState, s string) int {
	n := 0
	for n < len(s) && strings.IndexByte("-+ #0123456789.", s[n]) >= 0 {
		n++
	}
	if n+1 >= maxSpec {
		raisef(L, "invalid format (too long)")
	}
	if n == len(s) || s[n] == 0 {
		raisef(L, "invalid conversion '%%%s' to 'format'", s[:n])
	}
	return n + 1
}

// spec is a parsed conversion specification.
type spec struct {
	verb                            byte
	minus, plus, space, sharp, zero bool
	width                           int
	precision                       int // -1 for none
}

// flagsOf says which flags a conversion allows, and whether it takes a
// precision; the C standard leaves the others undefined.
func flagsOf(verb byte) (flags string, precision, ok bool) {
	switch verb {
	case 'd', 'i':
		return "-+ 0", true, true
	case 'u':
		return "-0", true, true
	case 'o', 'x', 'X':
		return "-#0", true, true
	case 'a', 'A', 'e', 'E', 'f', 'g', 'G':
		return "-+ #0", true, true
	case 'c', 'p':
		return "-", false, true
	case 's':
		return "-", true, true
	}
	return "", false, false
}

func parseSpec(L *lua.LState, text string) spec {
	sp := spec{verb: text[len(text)-1], precision: -1}
	flags, precision, ok := flagsOf(sp.verb)
	if !ok {
		raisef(L, "invalid conversion '%%%s' to 'format'", text)
	}
	i := 0
	for ; strings.IndexByte(flags, text[i]) >= 0; i++ {
		switch text[i] {
		case '-':
			sp.minus = true
		case '+':
			sp.plus = true
		case ' ':
			sp.space = true
		case '#':
			sp.sharp = true
		case '0':
			sp.zero = true
		}
	}
	if text[i] != '0' { // a flag that is not allowed here, not a width
		sp.width, i = twoDigits(text, i)
		if text[i] == '.' && precision {
			sp.precision, i = twoDigits(text, i+1)
		}
	}
	if i != len(text)-1 {
		raisef(L, "invalid conversion specification: '%%%s'", text)
	}
	return sp
}

func twoDigits(s string, i int) (n, next int) {
	for k := 0; k < 2 && s[i] >= '0' && s[i] <= '9'; k++ {
		n = n*10 + int(s[i]-'0')
		i++
	}
	return n, i
}

// convert appends the argument as the specification says.
func (lib *library) convert(L *lua.LState, out []byte, text string, arg int) []byte {
	if arg > L.GetTop() {
		ArgError(L, arg, "no value")
	}
	if text[len(text)-1] == 'q' {
		if len(text) > 1 {
			raisef(L, "specifier '%%q' cannot have modifiers")
		}
		return appendQuoted(L, out, arg)
	}
	sp := spec{verb: text[0], precision: -1}
	if len(text) > 1 || !strings.Contains("dsxfg", text) {
		sp = parseSpec(L, text)
	}
	switch sp.verb {
	case 'd', 'i', 'u', 'o', 'x', 'X':
		return sp.appendInteger(out, CheckInteger(L, arg))
	case 'c':
		return sp.pad(out, []byte{byte(CheckInteger(L, arg))})
	case 'p':
		return sp.pad(out, []byte(pointer(CheckAny(L, arg))))
	case 's':
		return lib.appendText(L, out, sp, arg, len(text) == 1)
	}
	return sp.appendFloat(out, CheckFloat(L, arg))
}

func (lib *library) appendText(L *lua.LState, out []byte, sp spec, arg int, bare bool) []byte {
	s := lib.toText(L, L.Get(arg))
	if bare {
		lib.checkSize(L, len(out)+len(s))
		return append(out, s...)
	}
	if strings.IndexByte(s, 0) >= 0 {
		ArgError(L, arg, "string contains zeros")
	}
	if sp.precision >= 0 && sp.precision < len(s) {
		s = s[:sp.precision]
	}
	lib.checkSize(L, len(out)+len(s))
	return sp.pad(out, []byte(s))
}

// pad appends the text, filled up to the width with spaces.
func (sp spec) pad(out, text []byte) []byte {
	n := sp.width - len(text)
	if sp.minus {
		out = append(out, text...)
		return appendFill(out, ' ', n)
	}
	return append(appendFill(out, ' ', n), text...)
}

func appendFill(out []byte, fill byte, n int) []byte {
	for ; n > 0; n-- {
		out = append(out, fill)
	}
	return out
}

// maxShortString is the length up to which PUC Lua keeps one copy of equal
// strings, so that they have the same address.
const maxShortString = 40

var stringSeed = maphash.MakeSeed()

// pointer is the address of a value that has one, as %p prints it.
func pointer(v lua.LValue) string {
	switch v := v.(type) {
	case lua.LString:
		if len(v) > maxShortString {
			return fmt.Sprintf("%p", unsafe.StringData(string(v)))
		}
		return fmt.Sprintf("0x%012x", maphash.String(stringSeed, string(v))>>16)
	case *lua.LTable, *lua.LFunction, *lua.LUserData, *lua.LState:
		return address(v)
	}
	return "(null)"
}

func address(v lua.LValue) string { return fmt.Sprintf("%p", v) }

// appendQuoted appends a literal that the Lua parser reads back as the value.
func appendQuoted(L *lua.LState, out []byte, arg int) []byte {
	v := CheckAny(L, arg)
	switch v := v.(type) {
	case lua.LString:
		return quoteString(out, string(v))
	case *lua.LNilType, lua.LBool:
		return append(out, v.String()...)
	case lua54.Int:
		if v == math.MinInt64 { // its digits would be read as a float
			return append(out, "0x8000000000000000"...)
		}
		return append(out, v.String()...)
	case lua.LNumber:
		return quoteNumber(out, v)
	}
	ArgError(L, arg, "value has no literal form")
	return out
}

func quoteNumber(out []byte, v lua.LNumber) []byte {
	f := float64(v)
	switch {
	case math.IsInf(f, 1):
		return append(out, "1e9999"...)
	case math.IsInf(f, -1):
		return append(out, "-1e9999"...)
	case math.IsNaN(f):
		return append(out, "(0/0)"...)
	case isInteger(v):
		return append(out, lua54.FormatNumber(v)...)
	}
	return spec{verb: 'a', precision: -1}.appendFloat(out, f)
}

func quoteString(out []byte, s string) []byte {
	out = append(out, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\' || c == '\n':
			out = append(out, '\\', c)
		case c < ' ' || c == 127:
			if i+1 < len(s) && s[i+1] >= '0' && s[i+1] <= '9' {
				out = fmt.Appendf(out, "\\%03d", c)
			} else {
				out = fmt.Appendf(out, "\\%d", c)
			}
		default:
			out = append(out, c)
		}
	}
	return append(out, '"')
}
