package luajson

import (
	"fmt"
	"strings"
)

const (
	// DefaultDepth is how deep tables may nest when nobody says otherwise.
	DefaultDepth = 1000
	// MaxValues is how many values a text may hold.
	MaxValues = 1 << 20
)

// SyntaxError says what is wrong with a text and where.
type SyntaxError struct {
	Msg string
	// Offset counts bytes from 0, Line and Column from 1.
	Offset, Line, Column int
}

// Error returns "unexpected character '}' at line 1 column 8".
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("%s at line %d column %d", e.Msg, e.Line, e.Column)
}

// fault makes the error for a place of the text.
func (d *Decoder) fault(at int, format string, args ...any) error {
	before := d.text[:at]
	return &SyntaxError{
		Msg: fmt.Sprintf(format, args...), Offset: at,
		Line: 1 + strings.Count(before, "\n"), Column: at - strings.LastIndexByte(before, '\n'),
	}
}

// unexpected is the fault of a byte that cannot stand at a place.
func (d *Decoder) unexpected(at int) error {
	if at >= len(d.text) {
		return d.fault(len(d.text), "unexpected end of the text")
	}
	if c := d.text[at]; c < ' ' || c >= 0x7f {
		return d.fault(at, "unexpected byte 0x%02x", c)
	}
	return d.fault(at, "unexpected character '%c'", d.text[at])
}
