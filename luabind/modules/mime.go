package modules

import (
	"encoding/base64"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lualib"
)

// openMIME makes LuaSocket's module mime: its low-level functions take a first
// and a second piece of a text, of which the second may not be complete.
func openMIME(e env) lua.LValue {
	t := e.table(map[string]lua.LGFunction{
		"b64": twoPieces(3, encodeMIME, true), "unb64": twoPieces(4, decodeMIME, false),
		"qp": quotePrintable, "unqp": unquotePrintable, "eol": endOfLine, "dot": stuffDots, "wrp": wrap,
	})
	t.RawSetString("_VERSION", lua.LString("MIME 1.0.3"))
	return t
}

// twoPieces is a function of one or two pieces that works on units of size
// bytes. With the second piece it returns what of it is no whole unit; a second
// piece of nil ends the text.
func twoPieces(size int, convert func(string) string, pads bool) lua.LGFunction {
	return func(L *lua.LState) int {
		if L.Get(1) == lua.LNil {
			L.Push(lua.LNil)
			L.Push(lua.LNil)
			return 2
		}
		text := lualib.CheckString(L, 1)
		if L.Get(2) != lua.LNil {
			text += lualib.CheckString(L, 2)
			if !pads {
				text = blanks.Replace(text)
			}
			whole := len(text) / size * size
			mayMake(L, 2*whole)
			L.Push(lua.LString(convert(text[:whole])))
			L.Push(lua.LString(text[whole:]))
			return 2
		}
		mayMake(L, 2*len(text))
		out := convert(text)
		if out == "" && L.GetTop() > 1 {
			L.Push(lua.LNil)
		} else {
			L.Push(lua.LString(out))
		}
		L.Push(lua.LNil)
		return 2
	}
}

func encodeMIME(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

var blanks = strings.NewReplacer("\r", "", "\n", "", " ", "", "\t", "")

// decodeMIME decodes up to the first byte that is no base64, as LuaSocket does.
func decodeMIME(s string) string {
	s = blanks.Replace(s)
	if i := strings.IndexFunc(s, notBase64); i >= 0 {
		s = s[:i]
	}
	if len(s)%4 == 1 {
		s = s[:len(s)-1]
	}
	b, _ := base64.RawStdEncoding.DecodeString(s)
	return string(b)
}

func notBase64(r rune) bool {
	return (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '+' && r != '/'
}

// pieces is the text of one or two pieces. All of it is converted at once: the
// rest of an incomplete second one is "".
func pieces(L *lua.LState) (string, bool) {
	if L.Get(1) == lua.LNil {
		L.Push(lua.LNil)
		L.Push(lua.LNil)
		return "", false
	}
	return lualib.CheckString(L, 1) + lualib.OptString(L, 2, ""), true
}

func rest(L *lua.LState, out string) int {
	L.Push(lua.LString(out))
	if L.Get(2) == lua.LNil {
		L.Push(lua.LNil)
	} else {
		L.Push(lua.LString(""))
	}
	return 2
}

const upperHex = "0123456789ABCDEF"

// quotePrintable is qp(a[, b[, marker]]).
func quotePrintable(L *lua.LState) int {
	text, ok := pieces(L)
	if !ok {
		return 2
	}
	mayMake(L, 3*len(text))
	marker := lualib.OptString(L, 3, "\r\n")
	b := make([]byte, 0, len(text)+len(text)/8)
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case c == '\r' && strings.HasPrefix(text[i:], "\r\n"):
			b = append(b, marker...)
			i++
		case (c == ' ' || c == '\t') && i+1 < len(text) && text[i+1] != '\r', c > ' ' && c < 0x7f && c != '=':
			b = append(b, c)
		default:
			b = append(b, '=', upperHex[c>>4], upperHex[c&15])
		}
	}
	return rest(L, string(b))
}

// unquotePrintable is unqp(a[, b]).
func unquotePrintable(L *lua.LState) int {
	text, ok := pieces(L)
	if !ok {
		return 2
	}
	b := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		if text[i] != '=' {
			b = append(b, text[i])
			continue
		}
		if strings.HasPrefix(text[i+1:], "\r\n") {
			i += 2
			continue
		}
		if c, ok := hexPair(text, i+1); ok {
			b = append(b, c)
			i += 2
			continue
		}
		b = append(b, '=')
	}
	return rest(L, string(b))
}

// hexPair reads two hexadecimal digits.
func hexPair(s string, at int) (byte, bool) {
	if at+2 > len(s) {
		return 0, false
	}
	high, low := hexDigit(s[at]), hexDigit(s[at+1])
	return byte(high<<4 | low), high >= 0 && low >= 0
}

func hexDigit(c byte) int {
	if c >= 'a' && c <= 'f' {
		c -= 'a' - 'A'
	}
	return strings.IndexByte(upperHex, c)
}

// endOfLine is eol(context, text[, marker]): every end of a line becomes the
// marker. The context, 0 at first, is the last byte of the text before.
func endOfLine(L *lua.LState) int {
	last := lualib.CheckInteger(L, 1)
	if L.Get(2) == lua.LNil {
		L.Push(lua.LNil)
		L.Push(lua.LNumber(0))
		return 2
	}
	text, marker := lualib.CheckString(L, 2), lualib.OptString(L, 3, "\r\n")
	mayMake(L, len(text)*max(1, len(marker)))
	b := make([]byte, 0, len(text))
	for i := range len(text) {
		c := int64(text[i])
		if c != '\r' && c != '\n' {
			b, last = append(b, text[i]), 0
			continue
		}
		if (last == '\r' || last == '\n') && c != last {
			last = 0
			continue
		}
		b, last = append(b, marker...), c
	}
	L.Push(lua.LString(b))
	L.Push(lua.LNumber(last))
	return 2
}

// stuffDots is dot(n, text): a dot that begins a line is doubled. The first
// argument is how much of an end of line came before, 2 at first.
func stuffDots(L *lua.LState) int {
	state := lualib.CheckInteger(L, 1)
	if L.Get(2) == lua.LNil {
		L.Push(lua.LNil)
		L.Push(lua.LNumber(2))
		return 2
	}
	text := lualib.CheckString(L, 2)
	mayMake(L, 2*len(text))
	b := make([]byte, 0, len(text)+8)
	for i := range len(text) {
		c := text[i]
		b = append(b, c)
		switch {
		case c == '\r':
			state = 1
		case c == '\n' && state == 1:
			state = 2
		case c == '.' && state == 2:
			b, state = append(b, '.'), 0
		default:
			state = 0
		}
	}
	L.Push(lua.LString(b))
	L.Push(lua.LNumber(state))
	return 2
}

// wrap is wrp(left, text[, length]): lines of at most length bytes. left is how
// many bytes the line under way may still have.
func wrap(L *lua.LState) int {
	left, length := lualib.CheckInteger(L, 1), lualib.OptInteger(L, 3, 76)
	if length < 1 {
		lualib.ArgError(L, 3, "a line has at least one byte")
	}
	if L.Get(2) == lua.LNil {
		if left < length {
			L.Push(lua.LString("\r\n"))
		} else {
			L.Push(lua.LNil)
		}
		L.Push(lua.LNumber(length))
		return 2
	}
	text := lualib.CheckString(L, 2)
	mayMake(L, 3*len(text))
	b := make([]byte, 0, len(text)+len(text)/32)
	for i := range len(text) {
		switch c := text[i]; c {
		case '\r':
		case '\n':
			b, left = append(b, '\r', '\n'), length
		default:
			if left <= 0 {
				b, left = append(b, '\r', '\n'), length
			}
			b = append(b, c)
			left--
		}
	}
	L.Push(lua.LString(b))
	L.Push(lua.LNumber(left))
	return 2
}
