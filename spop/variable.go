package spop

import "unsafe"

// Variable is the name of a variable that has been checked, ready to be set. The
// zero Variable is none.
type Variable struct {
	action string // that sets it, but for the value
}

// setHead is the length of what stands in front of the name in an action: its type,
// the number of its arguments and the scope.
const setHead = 3

// ParseVariable returns the variable of a name as ParseVarName takes it, and its
// error.
func ParseVariable(full string) (Variable, error) {
	scope, name, err := ParseVarName(full)
	if err != nil {
		return Variable{}, err
	}
	return Variable{string(appendName([]byte{byte(ActionSetVar), setHead, byte(scope)}, name))}, nil
}

// name returns its scope, and the name behind that. Names are so short that their
// length takes a byte.
func (v Variable) name() (Scope, string) { return Scope(v.action[setHead-1]), v.action[setHead+1:] }

// Set is SetVar for a name that has been checked. v must not be the zero Variable.
func (a *Ack) Set(v Variable, value Value) error {
	// The longest value apart from its bytes: a type and a varint, or an IPv6.
	const fixed = 17
	if len(a.buf)+len(v.action)+fixed+len(value.data) > a.max {
		scope, name := v.name()
		return a.SetVar(scope, name, value)
	}
	if value.kind == KindNull {
		a.buf = append(append(a.buf, byte(ActionUnsetVar), setHead-1), v.action[setHead-1:]...)
	} else {
		a.buf = value.Append(append(a.buf, v.action...))
	}
	a.actions++
	return nil
}

// variableSlots is how many names a Variables remembers at most.
const variableSlots = 32

// Variables remembers variables by the text that names them, and knows a text again
// by where it lies: that is the same each time for one that is written out in a
// program. Its zero value is ready; it is used by one goroutine at a time.
type Variables struct {
	slots [variableSlots]struct {
		full     string
		variable Variable
		seen     uintptr // where the newest text lay that is not kept
	}
}

// Find returns the variable of a name that it has been asked for twice in a row, if
// that is one. It keeps no others: a name that is made anew for each message would
// cost memory each time.
func (c *Variables) Find(full string) (v Variable, ok bool) {
	at := uintptr(unsafe.Pointer(unsafe.StringData(full)))
	slot := &c.slots[(at>>3^at>>9)%variableSlots]
	if unsafe.StringData(slot.full) == unsafe.StringData(full) && len(slot.full) == len(full) {
		return slot.variable, slot.variable != Variable{}
	}
	if slot.seen != at {
		slot.seen = at
		return Variable{}, false
	}
	v, err := ParseVariable(full)
	if err != nil {
		return Variable{}, false
	}
	slot.full, slot.variable = full, v
	return v, true
}
