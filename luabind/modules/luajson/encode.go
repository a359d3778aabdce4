package luajson

import (
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
)

// Null is what a userdata holds that stands for null.
type Null struct{}

// EmptyArray is what a userdata holds that stands for [].
type EmptyArray struct{}

// Shape is what can be said of a table's keys.
type Shape struct {
	// Count is how many there are.
	Count int
	// Max is the largest of those that are integers above 0.
	Max int
	// Integers and Strings say that all keys are integers above 0, or strings.
	Integers, Strings bool
}

// Encoder says how values become texts. L, MaxBytes and IsArray must be set. It
// is used by the goroutine of L, for one value at a time.
type Encoder struct {
	// L is the VM of the values; its context ends the encoder.
	L *lua.LState
	// MaxBytes is how long a text may become.
	MaxBytes int
	// MaxDepth is how deep tables may nest; 0 means DefaultDepth.
	MaxDepth int
	// IsArray decides whether a table is written as an array and of how many
	// elements. A table with keys that objects cannot have is an error.
	IsArray func(t *lua.LTable, s Shape) (n int, array bool, err error)
	// NumberKeys allows objects to have numbers for keys, which become strings.
	NumberKeys bool
	// EscapeSlash writes / as \/, EscapeDelete the byte 0x7f as \u007f.
	EscapeSlash, EscapeDelete bool
	// NotFinite is written for numbers that JSON lacks; "" makes them an error.
	NotFinite string
	// Digits is how many a number with a fraction has at most; 0 means as many
	// as it takes to read the same number back.
	Digits int
	// Indent, if set, puts each element on a line of its own.
	Indent string
	// Level is how many Indents the lines of the value have in front.
	Level int
	// KeyOrder are the members that stand first, in this order.
	KeyOrder []lua.LString
	// Null, if set, is another value that is written as null.
	Null lua.LValue
	// Custom may give a table's text by itself.
	Custom func(t *lua.LTable) (text string, ok bool, err error)

	buf    []byte
	depth  int
	values int
}

// Encode returns the text of a value.
func (e *Encoder) Encode(v lua.LValue) (string, error) {
	e.buf, e.depth, e.values = e.buf[:0], 0, 0
	if e.MaxDepth <= 0 {
		e.MaxDepth = DefaultDepth
	}
	if err := e.value(v); err != nil {
		return "", err
	}
	text := string(e.buf)
	if cap(e.buf) > keptBuffer {
		e.buf = nil
	}
	return text, nil
}

// keptBuffer is how much memory an Encoder keeps for its next value.
const keptBuffer = 64 << 10

// count bounds the text, and looks at the time now and then.
func (e *Encoder) count() error {
	if len(e.buf) > e.MaxBytes {
		return fmt.Errorf("the text is longer than %d bytes", e.MaxBytes)
	}
	if ctx := e.L.Context(); ctx != nil {
		if e.values++; e.values&0xff == 0 {
			return ctx.Err()
		}
	}
	return nil
}

func (e *Encoder) value(v lua.LValue) error {
	if err := e.count(); err != nil {
		return err
	}
	if v == e.Null {
		v = lua.LNil
	}
	switch v := v.(type) {
	case *lua.LNilType:
		e.buf = append(e.buf, "null"...)
	case lua.LBool:
		e.buf = append(e.buf, v.String()...)
	case lua.LNumber:
		return e.number(v)
	case lua54.Int:
		e.buf = append(e.buf, v.String()...)
	case lua.LString:
		return e.str(string(v))
	case *lua.LTable:
		return e.table(v)
	case *lua.LUserData:
		return e.sentinel(v)
	default:
		return unsupported(v)
	}
	return nil
}

func unsupported(v lua.LValue) error {
	return fmt.Errorf("a %s has no place in JSON", v.Type())
}

func (e *Encoder) sentinel(v *lua.LUserData) error {
	switch v.Value.(type) {
	case Null:
		e.buf = append(e.buf, "null"...)
	case EmptyArray:
		e.buf = append(e.buf, "[]"...)
	default:
		return unsupported(v)
	}
	return nil
}

func (e *Encoder) table(t *lua.LTable) error {
	if e.Custom != nil && t.Metatable != lua.LNil {
		if text, ok, err := e.Custom(t); ok || err != nil {
			e.buf = append(e.buf, text...)
			return err
		}
	}
	if e.depth >= e.MaxDepth {
		return fmt.Errorf("tables nest deeper than %d: is there a cycle?", e.MaxDepth)
	}
	e.depth++
	defer func() { e.depth-- }()
	n, array, err := e.IsArray(t, shapeOf(t))
	switch {
	case err != nil:
		return err
	case array:
		return e.array(t, n)
	}
	return e.object(t)
}

func shapeOf(t *lua.LTable) Shape {
	s := Shape{Integers: true, Strings: true}
	t.ForEach(func(key, _ lua.LValue) {
		s.Count++
		if _, ok := key.(lua.LString); ok {
			s.Integers = false
			return
		}
		s.Strings = false
		if n, ok := lua54.ToInteger(key); ok && n > 0 {
			s.Max = max(s.Max, int(n))
			return
		}
		s.Integers = false
	})
	return s
}

func (e *Encoder) array(t *lua.LTable, n int) error {
	e.buf = append(e.buf, '[')
	for i := 1; i <= n; i++ {
		if i > 1 {
			e.buf = append(e.buf, ',')
		}
		e.newLine(e.depth)
		if err := e.value(t.RawGetInt(i)); err != nil {
			return err
		}
	}
	if n > 0 {
		e.newLine(e.depth - 1)
	}
	e.buf = append(e.buf, ']')
	return nil
}

// newLine begins a line when the text has lines.
func (e *Encoder) newLine(depth int) {
	if e.Indent != "" {
		e.buf = append(append(e.buf, '\n'), strings.Repeat(e.Indent, e.Level+depth)...)
	}
}

func (e *Encoder) object(t *lua.LTable) error {
	e.buf = append(e.buf, '{')
	first := true
	for _, key := range e.KeyOrder {
		if v := t.RawGetString(string(key)); v != lua.LNil {
			if err := e.member(key, v, &first); err != nil {
				return err
			}
		}
	}
	ordered := e.ordered()
	for key, v := t.Next(lua.LNil); key != lua.LNil; key, v = t.Next(key) {
		if ordered[key] {
			continue
		}
		if err := e.member(key, v, &first); err != nil {
			return err
		}
	}
	if !first {
		e.newLine(e.depth - 1)
	}
	e.buf = append(e.buf, '}')
	return nil
}

// ordered are the members that KeyOrder has put in front.
func (e *Encoder) ordered() map[lua.LValue]bool {
	if e.KeyOrder == nil {
		return nil
	}
	names := make(map[lua.LValue]bool, len(e.KeyOrder))
	for _, key := range e.KeyOrder {
		names[key] = true
	}
	return names
}

func (e *Encoder) member(key, v lua.LValue, first *bool) error {
	if !*first {
		e.buf = append(e.buf, ',')
	}
	*first = false
	e.newLine(e.depth)
	if err := e.key(key); err != nil {
		return err
	}
	e.buf = append(e.buf, ':')
	if e.Indent != "" {
		e.buf = append(e.buf, ' ')
	}
	return e.value(v)
}

func (e *Encoder) key(key lua.LValue) error {
	if s, ok := key.(lua.LString); ok {
		return e.str(string(s))
	}
	if e.NumberKeys && lua54.IsNumber(key) {
		return e.str(lua54.FormatNumber(key))
	}
	return fmt.Errorf("a key of an object must be a string, not a %s", typeOf(key))
}

func typeOf(v lua.LValue) string {
	if lua54.IsNumber(v) {
		return "number"
	}
	return v.Type().String()
}
