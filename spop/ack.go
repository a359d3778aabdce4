package spop

import "fmt"

// Ack is the answer to a NOTIFY under construction: an ACK frame whose actions
// are appended in place (SPOE.txt 3.2.7). An Exchange brings its own; NewAck
// makes one for use without a connection. It is used by one goroutine at a
// time.
type Ack struct {
	buf     []byte // replies of earlier exchanges, then this frame
	start   int    // where this frame's length stands in buf
	body    int    // where its payload begins
	max     int    // how long buf may get
	actions int
}

// NewAck returns an Ack that takes actions of up to limit bytes, counted with
// the frame's header but without its length.
func NewAck(limit int) *Ack {
	a := new(Ack)
	a.begin(nil, Header{}, limit)
	return a
}

// begin starts the ACK for h behind the replies that are in buf.
func (a *Ack) begin(buf []byte, h Header, limit int) {
	a.start = len(buf)
	a.buf = BeginFrame(buf, Header{Type: FrameAck, Flags: FlagFin, StreamID: h.StreamID, FrameID: h.FrameID})
	a.body = len(a.buf)
	a.max = a.start + lengthSize + limit
	a.actions = 0
}

// end closes the frame and returns the buffer that it stands in. An ACK
// without actions gets the one that does nothing: see ActionNoop.
func (a *Ack) end() []byte {
	if a.actions == 0 {
		a.buf = append(a.buf[:a.body], byte(ActionNoop), 0)
	}
	return EndFrame(a.buf, a.start)
}

// frame closes the frame and returns it alone.
func (a *Ack) frame() []byte { return a.end()[a.start:] }

// SetVar appends an action that sets the variable scope.name. The null value
// unsets it instead. The error wraps ErrVarName or ErrTooBig; nothing has been
// appended then.
func (a *Ack) SetVar(scope Scope, name string, v Value) error {
	if v.kind == KindNull {
		return a.UnsetVar(scope, name)
	}
	if err := CheckVarName(scope, name); err != nil {
		return err
	}
	// The longest value apart from its bytes: a type and a varint, or an IPv6.
	const fixed = 3 + 1 + 17
	size := fixed + len(name) + len(v.data)
	if len(a.buf)+size > a.max {
		return a.setVarSlow(scope, name, v)
	}
	a.appendSetVar(scope, name, v)
	return nil
}

func (a *Ack) appendSetVar(scope Scope, name string, v Value) {
	a.buf = appendName(append(a.buf, byte(ActionSetVar), 3, byte(scope)), name)
	a.buf = v.Append(a.buf)
	a.actions++
}

// setVarSlow is SetVar near the limit: it appends, looks, and takes back.
func (a *Ack) setVarSlow(scope Scope, name string, v Value) error {
	before := len(a.buf)
	if before+len(name)+len(v.data) <= a.max {
		a.appendSetVar(scope, name, v)
		if len(a.buf) <= a.max {
			return nil
		}
		a.buf = a.buf[:before]
		a.actions--
	}
	return a.tooBig("set-var", scope, name, len(v.data))
}

// UnsetVar appends an action that unsets the variable scope.name. Errors are
// those of SetVar.
func (a *Ack) UnsetVar(scope Scope, name string) error {
	if err := CheckVarName(scope, name); err != nil {
		return err
	}
	if len(a.buf)+4+len(name) > a.max {
		return a.tooBig("unset-var", scope, name, 0)
	}
	a.buf = appendName(append(a.buf, byte(ActionUnsetVar), 2, byte(scope)), name)
	a.actions++
	return nil
}

func (a *Ack) tooBig(action string, scope Scope, name string, size int) error {
	return fmt.Errorf("%w: %s %s.%s (a value of %d bytes) does not fit: %d of %d bytes are taken",
		ErrTooBig, action, scope, name, size, len(a.buf)-a.start-lengthSize, a.max-a.start-lengthSize)
}

// Room returns how many bytes of actions the frame still takes.
func (a *Ack) Room() int { return max(0, a.max-len(a.buf)) }

// Actions returns how many actions have been appended.
func (a *Ack) Actions() int { return a.actions }

// Mark is a place in an Ack to go back to.
type Mark struct{ end, actions int }

// Mark returns the place behind the last action.
func (a *Ack) Mark() Mark { return Mark{len(a.buf), a.actions} }

// Rollback takes back every action that was appended since m was taken.
func (a *Ack) Rollback(m Mark) {
	a.buf = a.buf[:m.end]
	a.actions = m.actions
}

// Reset takes back every action.
func (a *Ack) Reset() { a.Rollback(Mark{end: a.body}) }

// Payload returns the actions as they go out. The memory is that of the Ack.
func (a *Ack) Payload() []byte {
	if a.actions == 0 {
		return []byte{byte(ActionNoop), 0}
	}
	return a.buf[a.body:]
}
