package spop

import "fmt"

// Notify is a cursor over the messages of a NOTIFY frame's payload (SPOE.txt
// 3.2.6). The zero Notify has none. It holds no state but its place, so a copy
// of it is a cursor of its own.
type Notify struct {
	rest []byte
	err  error
}

// NewNotify returns a cursor over payload, whose memory the messages borrow.
func NewNotify(payload []byte) Notify { return Notify{rest: payload} }

// Next reads the next message into m and reports whether there was one. A
// message whose arguments do not all parse is not one: Next then returns
// false and Err says why.
func (n *Notify) Next(m *Message) bool {
	if len(n.rest) == 0 || n.err != nil {
		return false
	}
	name, k := parseBlob(n.rest)
	if k == 0 || k == len(n.rest) {
		n.err = fmt.Errorf("message name: %w", ErrShort)
		return false
	}
	m.Name = name
	m.NumArgs = int(n.rest[k])
	args := n.rest[k+1:]
	size, err := argsLen(args, m.NumArgs)
	if err != nil {
		n.err = fmt.Errorf("message %q: %w", name, err)
		return false
	}
	m.args = args[:size:size]
	n.rest = args[size:]
	return true
}

// Err returns why Next stopped early, or nil when it came to the end.
func (n *Notify) Err() error { return n.err }

// argsLen returns how many bytes count arguments take at the start of b.
func argsLen(b []byte, count int) (int, error) {
	off := 0
	for i := range count {
		if k := shortArgLen(b[off:]); k > 0 {
			off += k
			continue
		}
		_, k := parseBlob(b[off:])
		if k == 0 {
			return 0, fmt.Errorf("name of argument %d: %w", i+1, ErrShort)
		}
		off += k
		k, err := valueLen(b[off:])
		if err != nil {
			return 0, fmt.Errorf("argument %d: %w", i+1, err)
		}
		off += k
	}
	return off, nil
}

// shortArgLen returns how many bytes the argument at the start of b takes when all
// its lengths are of one byte, and 0 when the long way has to be gone.
func shortArgLen(b []byte) int {
	if len(b) == 0 || b[0] >= 240 {
		return 0
	}
	n := 1 + int(b[0])
	if n+1 >= len(b) {
		return 0
	}
	switch Kind(b[n] & kindMask) {
	case KindString, KindBinary:
		if b[n+1] >= 240 {
			return 0
		}
		n += 2 + int(b[n+1])
	case KindIPv4:
		n += 5
	case KindBool, KindNull:
		n++
	default:
		return 0
	}
	if n > len(b) {
		return 0
	}
	return n
}

// valueLen returns how many bytes the typed data at the start of b takes. It is
// DecodeValue without the value: looking for an argument passes over others.
func valueLen(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, ErrShort
	}
	n := uint64(1)
	switch Kind(b[0] & kindMask) {
	case KindNull, KindBool:
		return 1, nil
	case KindIPv4:
		n = 5
	case KindIPv6:
		n = 17
	case KindInt32, KindUint32, KindInt64, KindUint64:
		_, k := ParseVarint(b[1:])
		if k == 0 {
			return 0, ErrShort
		}
		return 1 + k, nil
	case KindString, KindBinary:
		size, k := ParseVarint(b[1:])
		if k == 0 || size > uint64(len(b)) { // so that the sum cannot overflow
			return 0, ErrShort
		}
		n += uint64(k) + size
	default:
		_, _, err := DecodeValue(b)
		return 0, err
	}
	if n > uint64(len(b)) {
		return 0, ErrShort
	}
	return int(n), nil
}

// Message is one message of a NOTIFY frame. Its memory is borrowed: see Value.
type Message struct {
	// Name is the name of the spoe-message section.
	Name []byte
	// NumArgs is how many arguments the message has, 0 to 255.
	NumArgs int

	args []byte
}

// NewMessage returns a message to be sent. It panics at more than 255
// arguments: SPOP counts them in one byte.
func NewMessage(name string, args ...Arg) Message {
	if len(args) > 255 {
		panic("spop: a message has at most 255 arguments")
	}
	m := Message{Name: []byte(name), NumArgs: len(args)}
	for _, a := range args {
		m.args = a.Value.Append(appendName(m.args, string(a.Name)))
	}
	return m
}

// Append appends m to the payload b of a NOTIFY frame, as HAProxy does.
func (m *Message) Append(b []byte) []byte {
	b = append(AppendVarint(b, uint64(len(m.Name))), m.Name...)
	return append(append(b, byte(m.NumArgs)), m.args...)
}

// Args returns a cursor over the arguments of m.
func (m *Message) Args() Args { return Args{rest: m.args} }

// Arg returns the value of the first argument of that name. ok is false when
// the message has none.
func (m *Message) Arg(name string) (v Value, ok bool) {
	rest := m.args
	for len(rest) > 0 {
		if n := shortArgLen(rest); n > 0 {
			k := 1 + int(rest[0])
			if string(rest[1:k]) == name {
				v, _, _ = DecodeValue(rest[k:])
				return v, true
			}
			rest = rest[n:]
			continue
		}
		key, k := parseBlob(rest)
		if string(key) == name {
			v, _, _ = DecodeValue(rest[k:])
			return v, true
		}
		n, _ := valueLen(rest[k:])
		rest = rest[k+n:]
	}
	return Value{}, false
}

// ArgAt returns the argument at index i, the first being 0. ok is false when
// there is none.
func (m *Message) ArgAt(i int) (a Arg, ok bool) {
	if i < 0 || i >= m.NumArgs {
		return Arg{}, false
	}
	args := m.Args()
	for range i + 1 {
		args.Next(&a)
	}
	return a, true
}

// Arg is one argument of a message.
type Arg struct {
	// Name is empty when the spoe-message's args line names none.
	Name []byte
	// Value is null when HAProxy's sample fetch found nothing.
	Value Value
}

// NewArg returns an argument of that name.
func NewArg(name string, v Value) Arg { return Arg{Name: []byte(name), Value: v} }

// Args is a cursor over the arguments of a Message.
type Args struct{ rest []byte }

// Next reads the next argument into a and reports whether there was one.
func (c *Args) Next(a *Arg) bool {
	if len(c.rest) == 0 {
		return false
	}
	name, k := parseBlob(c.rest)
	v, n, _ := DecodeValue(c.rest[k:])
	a.Name, a.Value = name, v
	c.rest = c.rest[k+n:]
	return true
}

// AppendMessage appends a message to the payload b of a NOTIFY frame. It panics
// at more than 255 arguments.
func AppendMessage(b []byte, name string, args ...Arg) []byte {
	m := NewMessage(name, args...)
	return m.Append(b)
}
