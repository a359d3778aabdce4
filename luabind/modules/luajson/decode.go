package luajson

import (
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
)

// Decoder says how texts become values. The zero value, with L set, is ready. It
// is used by the goroutine of L, for one text at a time.
type Decoder struct {
	// L is the VM that tables are made for; its context ends the decoder.
	L *lua.LState
	// Null is what null becomes; nil means Lua's nil.
	Null lua.LValue
	// Object and Array, if set, become the metatables of tables.
	Object, Array *lua.LTable
	// Length puts the number of an array's elements into its field 0.
	Length bool
	// MaxDepth is how deep tables may nest; 0 means DefaultDepth.
	MaxDepth int

	text   string
	depth  int
	values int
	stack  []lua.LValue // of the tables that are open
	names  [knownNames]lua.LValue
}

// knownNames is how many names of members a Decoder remembers: the objects of a list
// have the same ones, which need not be made again.
const knownNames = 32

// name returns a member's name as a value.
func (d *Decoder) name(s string) lua.LValue {
	if s == "" {
		return lua.LString("")
	}
	at := &d.names[(uint(len(s))*7+uint(s[0])+3*uint(s[len(s)-1]))%knownNames]
	if known, ok := (*at).(lua.LString); ok && string(known) == s {
		return *at
	}
	*at = lua.LString(s)
	return *at
}

// Decode returns the value that begins at a byte of the text, counted from 0,
// and the offset behind it and the blanks that follow. The error is a
// *SyntaxError or that of L's context.
func (d *Decoder) Decode(text string, at int) (v lua.LValue, end int, err error) {
	d.text, d.depth, d.values, d.stack = text, 0, 0, d.stack[:0]
	if d.Null == nil {
		d.Null = lua.LNil
	}
	if d.MaxDepth <= 0 {
		d.MaxDepth = DefaultDepth
	}
	v, end, err = d.value(d.blanks(at))
	d.release()
	if err != nil {
		return lua.LNil, 0, err
	}
	return v, skipBlanks(text, end), nil
}

// keptStack is how much of the stack a Decoder keeps for its next text.
const keptStack = 1024

// release lets go of what the text was made of.
func (d *Decoder) release() {
	d.text = ""
	if cap(d.stack) > keptStack {
		d.stack = nil
	}
	clear(d.stack[:cap(d.stack)])
	clear(d.names[:])
}

// DecodeAll is Decode of a text that holds nothing but one value.
func (d *Decoder) DecodeAll(text string) (lua.LValue, error) {
	v, end, err := d.Decode(text, 0)
	if err == nil && end < len(text) {
		d.text = text
		err = d.fault(end, "something follows the value")
		d.text = ""
	}
	if err != nil {
		return lua.LNil, err
	}
	return v, nil
}

func (d *Decoder) blanks(at int) int { return skipBlanks(d.text, at) }

func skipBlanks(text string, at int) int {
	for at < len(text) {
		switch text[at] {
		case ' ', '\t', '\n', '\r':
			at++
		default:
			return at
		}
	}
	return at
}

// count bounds the number of values, and looks at the time now and then.
func (d *Decoder) count(at int) error {
	if d.values++; d.values > MaxValues {
		return d.fault(at, "the text has more than %d values", MaxValues)
	}
	if ctx := d.L.Context(); d.values&0xff == 0 && ctx != nil {
		return ctx.Err()
	}
	return nil
}

// value reads the value that begins at a byte.
func (d *Decoder) value(at int) (lua.LValue, int, error) {
	if err := d.count(at); err != nil {
		return nil, 0, err
	}
	if at >= len(d.text) {
		return nil, 0, d.unexpected(at)
	}
	switch c := d.text[at]; c {
	case '{':
		return d.nested(at, d.object)
	case '[':
		return d.nested(at, d.array)
	case '"':
		s, end, err := d.str(at + 1)
		return lua.LString(s), end, err
	case 't':
		return d.word(at, "true", lua.LTrue)
	case 'f':
		return d.word(at, "false", lua.LFalse)
	case 'n':
		return d.word(at, "null", d.Null)
	default:
		if c == '-' || c >= '0' && c <= '9' {
			return d.number(at)
		}
		return nil, 0, d.unexpected(at)
	}
}

func (d *Decoder) word(at int, word string, v lua.LValue) (lua.LValue, int, error) {
	if strings.HasPrefix(d.text[at:], word) {
		return v, at + len(word), nil
	}
	return nil, 0, d.fault(at, "unexpected word")
}

// nested reads a table one level deeper. What it puts on the stack is dropped.
func (d *Decoder) nested(at int, read func(at int) (*lua.LTable, int, error)) (lua.LValue, int, error) {
	if d.depth >= d.MaxDepth {
		return nil, 0, d.fault(at, "tables nest deeper than %d", d.MaxDepth)
	}
	d.depth++
	mark := len(d.stack)
	t, end, err := read(d.blanks(at + 1))
	d.stack = d.stack[:mark]
	d.depth--
	if err != nil {
		return nil, 0, err
	}
	return t, end, nil
}

// array reads the elements behind a bracket.
func (d *Decoder) array(at int) (*lua.LTable, int, error) {
	mark := len(d.stack)
	for first := true; ; first = false {
		if first && at < len(d.text) && d.text[at] == ']' {
			break
		}
		v, end, err := d.value(at)
		if err != nil {
			return nil, 0, err
		}
		d.stack = append(d.stack, v)
		if at = d.blanks(end); at >= len(d.text) || d.text[at] != ',' {
			break
		}
		at = d.blanks(at + 1)
	}
	if at >= len(d.text) || d.text[at] != ']' {
		return nil, 0, d.unexpected(at)
	}
	return d.makeArray(d.stack[mark:]), at + 1, nil
}

func (d *Decoder) makeArray(elements []lua.LValue) *lua.LTable {
	hole := slices.Index(elements, lua.LNil)
	if hole < 0 {
		hole = len(elements)
	}
	t := lua54.NewList(elements[:hole])
	for i, v := range elements[hole:] {
		t.RawSetInt(hole+i+1, v)
	}
	if d.Length {
		t.RawSetInt(0, lua.LNumber(len(elements)))
	}
	if d.Array != nil {
		t.Metatable = d.Array
	}
	return t
}

// object reads the members behind a brace.
func (d *Decoder) object(at int) (*lua.LTable, int, error) {
	mark := len(d.stack)
	for first := true; ; first = false {
		if first && at < len(d.text) && d.text[at] == '}' {
			break
		}
		key, end, err := d.key(at)
		if err != nil {
			return nil, 0, err
		}
		v, end, err := d.value(d.blanks(end))
		if err != nil {
			return nil, 0, err
		}
		d.stack = append(d.stack, key, v)
		if at = d.blanks(end); at >= len(d.text) || d.text[at] != ',' {
			break
		}
		at = d.blanks(at + 1)
	}
	if at >= len(d.text) || d.text[at] != '}' {
		return nil, 0, d.unexpected(at)
	}
	return d.makeObject(d.stack[mark:]), at + 1, nil
}

// key reads a member's name and its colon.
func (d *Decoder) key(at int) (lua.LValue, int, error) {
	if at >= len(d.text) || d.text[at] != '"' {
		return nil, 0, d.unexpected(at)
	}
	s, end, err := d.str(at + 1)
	if err != nil {
		return nil, 0, err
	}
	if end = d.blanks(end); end >= len(d.text) || d.text[end] != ':' {
		return nil, 0, d.unexpected(end)
	}
	return d.name(s), end + 1, nil
}

// makeObject makes a table of names and values in turn. Of members with one
// name the last one counts.
func (d *Decoder) makeObject(members []lua.LValue) *lua.LTable {
	t := lua54.NewObject(members)
	if d.Object != nil {
		t.Metatable = d.Object
	}
	return t
}
