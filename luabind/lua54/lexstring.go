package lua54

import "fmt"

// bracket reads a long string, or refuses "[=" that starts none.
func (l *lexer) bracket(t token) token {
	level := l.longLevel()
	if level < 0 {
		l.failBuf("invalid long string delimiter")
	}
	t.kind, t.text = kindString, l.literal(l.long(level, "string"))
	t.near = "'" + string(l.buf) + "'"
	return t
}

// literal keeps one copy of equal strings, also for different functions.
func (l *lexer) literal(s string) string {
	if same, ok := l.literals[s]; ok {
		return same
	}
	if l.literals == nil {
		l.literals = map[string]string{}
	}
	l.literals[s] = s
	return s
}

// longLevel reads "[", equal signs, "[" and returns the number of signs, or
// -1 when the second bracket is missing.
func (l *lexer) longLevel() int {
	start := l.at
	l.save()
	level := 0
	for l.peek(0) == '=' {
		l.save()
		level++
	}
	if l.peek(0) != '[' {
		l.buf = l.buf[:0]
		l.buf = append(l.buf, l.src[start:l.at]...)
		return -1
	}
	l.save()
	return level
}

// long reads the rest of a long string or comment of that level and returns
// its content. Line ends become \n, and the first one is skipped.
func (l *lexer) long(level int, what string) string {
	start := l.line
	opening := len(l.buf)
	if c := l.peek(0); c == '\n' || c == '\r' {
		l.newline()
	}
	for {
		switch c := l.peek(0); {
		case c < 0:
			l.fail(fmt.Sprintf("unfinished long %s (starting at line %d)", what, start), "<eof>")
		case c == '\n' || c == '\r':
			l.newline()
			l.buf = append(l.buf, '\n')
		case c == ']' && l.closes(level):
			text := string(l.buf[opening:])
			for range level + 2 {
				l.save()
			}
			return text
		default:
			l.save()
		}
	}
}

// closes says whether a closing long bracket of that level starts here.
func (l *lexer) closes(level int) bool {
	for i := range level {
		if l.peek(1+i) != '=' {
			return false
		}
	}
	return l.peek(1+level) == ']'
}

func (l *lexer) shortString(t token) token {
	end := l.peek(0)
	l.save()
	for l.peek(0) != end {
		switch c := l.peek(0); {
		case c < 0:
			l.fail("unfinished string", "<eof>")
		case c == '\n' || c == '\r':
			l.failBuf("unfinished string")
		case c == '\\':
			l.escape()
		default:
			l.save()
		}
	}
	l.save()
	t.kind, t.text = kindString, l.literal(string(l.buf[1:len(l.buf)-1]))
	t.near = "'" + string(l.buf) + "'"
	return t
}

// escape reads one escape sequence and appends what it stands for. Until it
// is complete the token's text holds its source, which messages quote.
func (l *lexer) escape() {
	start := len(l.buf)
	l.save()
	c := l.peek(0)
	switch {
	case c < 0:
		return // the loop in shortString complains
	case c == '\n' || c == '\r':
		l.newline()
		l.buf = append(l.buf[:start], '\n')
	case c == 'x':
		l.save()
		v := l.hexDigit()<<4 | l.hexDigit()
		l.buf = append(l.buf[:start], byte(v))
	case c == 'u':
		l.unicode(start)
	case c == 'z':
		l.at++
		l.buf = l.buf[:start]
		l.skipSpace()
	case isDigit(c):
		l.decimal(start)
	default:
		v, ok := simpleEscape(c)
		l.save()
		if !ok {
			l.failBuf("invalid escape sequence")
		}
		l.buf = append(l.buf[:start], v)
	}
}

func simpleEscape(c int) (byte, bool) {
	switch c {
	case 'a':
		return '\a', true
	case 'b':
		return '\b', true
	case 'f':
		return '\f', true
	case 'n':
		return '\n', true
	case 'r':
		return '\r', true
	case 't':
		return '\t', true
	case 'v':
		return '\v', true
	case '\\', '"', '\'':
		return byte(c), true
	}
	return 0, false
}

// skipSpace skips what \z skips.
func (l *lexer) skipSpace() {
	for {
		switch l.peek(0) {
		case '\n', '\r':
			l.newline()
		case ' ', '\t', '\v', '\f':
			l.at++
		default:
			return
		}
	}
}

// hexDigit reads one digit into the token and returns its value.
func (l *lexer) hexDigit() int {
	c := l.peek(0)
	l.saveIfAny()
	if !isHex(c) {
		l.failBuf("hexadecimal digit expected")
	}
	return hexValue(byte(c))
}

func (l *lexer) saveIfAny() {
	if l.at < len(l.src) {
		l.save()
	}
}

// decimal reads up to three digits.
func (l *lexer) decimal(start int) {
	v := 0
	for i := 0; i < 3 && isDigit(l.peek(0)); i++ {
		v = v*10 + l.peek(0) - '0'
		l.save()
	}
	if v > 255 {
		l.saveIfAny()
		l.failBuf("decimal escape too large")
	}
	l.buf = append(l.buf[:start], byte(v))
}

// unicode reads u{XXX} and appends its UTF-8 form.
func (l *lexer) unicode(start int) {
	l.save()
	if c := l.peek(0); c != '{' {
		l.saveIfAny()
		l.failBuf("missing '{'")
	}
	l.save()
	v := l.hexDigit()
	for isHex(l.peek(0)) {
		if v > 0x7FFFFFFF>>4 {
			l.save()
			l.failBuf("UTF-8 value too large")
		}
		v = v<<4 | l.hexDigit()
	}
	if l.peek(0) != '}' {
		l.saveIfAny()
		l.failBuf("missing '}'")
	}
	l.at++
	l.buf = appendUTF8(l.buf[:start], uint32(v))
}

// appendUTF8 encodes values up to 2^31, as the original UTF-8 did; Lua's
// strings may hold them although Unicode ends at 10FFFF.
func appendUTF8(b []byte, v uint32) []byte {
	if v < 0x80 {
		return append(b, byte(v))
	}
	var tail [6]byte
	n := 0
	first := uint32(0x3f)
	for v > first {
		tail[n] = byte(0x80 | v&0x3f)
		n++
		v >>= 6
		first >>= 1
	}
	b = append(b, byte(^first<<1|v))
	for n--; n >= 0; n-- {
		b = append(b, tail[n])
	}
	return b
}
