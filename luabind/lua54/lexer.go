package lua54

import (
	"bytes"
	"strings"
)

// lexer splits a chunk into tokens. Errors are raised as panics of type
// *SyntaxError and caught by Parse.
type lexer struct {
	chunk     string
	src       []byte
	at        int
	line      int
	lineStart int
	buf       []byte // the token as read so far, for values and messages
	literals  map[string]string
}

func newLexer(chunk string, src []byte) *lexer {
	l := &lexer{chunk: chunk, src: src, line: 1}
	if len(src) >= 3 && string(src[:3]) == "\xef\xbb\xbf" {
		l.at = 3
	}
	if l.at < len(src) && src[l.at] == '#' {
		for l.at < len(src) && src[l.at] != '\n' && src[l.at] != '\r' {
			l.at++
		}
	}
	return l
}

func (l *lexer) pos() Pos { return Pos{Line: l.line, Column: l.at - l.lineStart + 1} }

// fail raises a syntax error at the current place; token may be "".
func (l *lexer) fail(msg, token string) {
	l.failAt(l.pos(), near(msg, token))
}

func (l *lexer) failAt(at Pos, msg string) {
	panic(&SyntaxError{Chunk: l.chunk, Line: at.Line, Column: at.Column, Msg: msg})
}

// failBuf raises a syntax error near the token read so far.
func (l *lexer) failBuf(msg string) { l.fail(msg, "'"+string(l.buf)+"'") }

// peek returns the byte n places ahead, or -1 at the end.
func (l *lexer) peek(n int) int {
	if l.at+n < len(l.src) {
		return int(l.src[l.at+n])
	}
	return -1
}

// save appends the current byte to the token and moves on.
func (l *lexer) save() {
	l.buf = append(l.buf, l.src[l.at])
	l.at++
}

// newline skips a line end of one or two bytes.
func (l *lexer) newline() {
	c := l.src[l.at]
	l.at++
	if n := l.peek(0); (n == '\n' || n == '\r') && n != int(c) {
		l.at++
	}
	l.line++
	l.lineStart = l.at
}

// next returns the next token.
func (l *lexer) next() token {
	l.skipBlank()
	l.buf = l.buf[:0]
	t := token{pos: l.pos()}
	c := l.peek(0)
	switch {
	case c < 0:
		t.kind = kindEOF
	case isAlpha(c):
		return l.name(t)
	case isDigit(c) || c == '.' && isDigit(l.peek(1)):
		return l.number(t)
	case c == '"' || c == '\'':
		return l.shortString(t)
	case c == '[' && (l.peek(1) == '[' || l.peek(1) == '='):
		return l.bracket(t)
	default:
		t.kind = l.operator()
	}
	t.near = quote(t.kind)
	return t
}

// skipBlank skips white space and comments.
func (l *lexer) skipBlank() {
	for {
		switch c := l.peek(0); {
		case c == '\n' || c == '\r':
			l.newline()
		case c == ' ' || c == '\t' || c == '\v' || c == '\f':
			l.at++
		case c == '-' && l.peek(1) == '-':
			l.at += 2
			l.comment()
		default:
			return
		}
	}
}

func (l *lexer) comment() {
	if l.peek(0) == '[' {
		if level := l.longLevel(); level >= 0 {
			l.buf = l.buf[:0]
			l.long(level, "comment")
			return
		}
	}
	for c := l.peek(0); c >= 0 && c != '\n' && c != '\r'; c = l.peek(0) {
		l.at++
	}
}

func (l *lexer) name(t token) token {
	for c := l.peek(0); isAlpha(c) || isDigit(c); c = l.peek(0) {
		l.save()
	}
	t.kind, t.text = kindName, string(l.buf)
	if isKeyword(t.text) {
		t.kind = kind(t.text)
	}
	t.near = "'" + t.text + "'"
	return t
}

// number reads a numeral as greedily as PUC Lua does: everything that could
// belong to one, and complains afterwards.
func (l *lexer) number(t token) token {
	exponent := "eE"
	if l.peek(0) == '0' && (l.peek(1) == 'x' || l.peek(1) == 'X') {
		exponent = "pP"
		l.save()
		l.save()
	}
	for {
		c := l.peek(0)
		switch {
		case c >= 0 && strings.IndexByte(exponent, byte(c)) >= 0:
			l.save()
			if n := l.peek(0); n == '+' || n == '-' {
				l.save()
			}
			continue
		case isHex(c) || c == '.':
			l.save()
			continue
		}
		break
	}
	if isAlpha(l.peek(0)) {
		l.save()
	}
	v, ok := ParseNumber(string(l.buf))
	if !ok {
		l.failBuf("malformed number")
	}
	t.kind, t.number, t.near = kindNumber, v, "'"+string(l.buf)+"'"
	t.float = bytes.ContainsAny(l.buf, "."+exponent)
	t.hex = exponent == "pP"
	return t
}

// operator reads the longest operator. A byte that starts none is a token of
// its own, which the parser refuses.
func (l *lexer) operator() kind {
	for _, o := range []string{"...", "..", "==", "~=", "<=", ">=", "//", "::", "<<", ">>"} {
		if strings.HasPrefix(string(l.src[l.at:min(l.at+3, len(l.src))]), o) {
			l.at += len(o)
			return kind(o)
		}
	}
	l.at++
	return kind(l.src[l.at-1 : l.at])
}

func isDigit(c int) bool { return '0' <= c && c <= '9' }

func isAlpha(c int) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' }

func isHex(c int) bool { return isDigit(c) || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F' }
