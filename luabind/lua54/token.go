package lua54

import (
	"fmt"

	lua "github.com/yuin/gopher-lua"
)

// kind is the kind of a token. Single characters are their own kind; the
// others are their spelling, which is also what messages show.
type kind string

const (
	kindEOF    kind = "<eof>"
	kindName   kind = "<name>"
	kindString kind = "<string>"
	kindNumber kind = "<number>"
)

// token is one lexical element with the place of its first byte.
type token struct {
	kind   kind
	pos    Pos
	text   string     // a name, or the value of a string
	number lua.LValue // the value of a numeral
	float  bool       // whether the numeral has the form of a float
	hex    bool       // whether the numeral is hexadecimal
	near   string     // how messages quote it
}

// is says whether the token is the keyword or operator k.
func (t token) is(k kind) bool { return t.kind == k }

// isKeyword says whether a name is reserved (manual 3.1).
func isKeyword(name string) bool {
	switch name {
	case "and", "break", "do", "else", "elseif", "end", "false", "for",
		"function", "goto", "if", "in", "local", "nil", "not", "or", "repeat",
		"return", "then", "true", "until", "while":
		return true
	}
	return false
}

// quote is how messages quote a token that is no name, string or numeral.
func quote(k kind) string {
	if k == kindEOF {
		return string(k)
	}
	if len(k) == 1 && (k[0] < ' ' || k[0] > '~') {
		return fmt.Sprintf("'<\\%d>'", k[0])
	}
	return "'" + string(k) + "'"
}
