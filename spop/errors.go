package spop

import (
	"errors"
	"fmt"
)

// Errors that callers tell apart with errors.Is.
var (
	// ErrServerClosed is what Serve returns after Shutdown or Close.
	ErrServerClosed = errors.New("spop: server closed")
	// ErrShort says that the bytes end before what they hold does.
	ErrShort = errors.New("data ends early")
	// ErrTooBig says that an action does not fit the frame that it belongs to.
	ErrTooBig = errors.New("frame is too big")
	// ErrVarName says that HAProxy would not take a variable of that name.
	ErrVarName = errors.New("bad variable name")
	// ErrTimeout is the cause of the answer that the server gives for a
	// handler that is still running when its exchange's time is over.
	ErrTimeout = errors.New("time is over")
	// ErrLate is the ErrTimeout of an exchange whose time was over before its
	// handler could begin.
	ErrLate = fmt.Errorf("%w before its handler could begin", ErrTimeout)
)

// Error is what goes wrong with a peer's frame. Every error that ends a
// connection because of what the peer sent is one.
type Error struct {
	// Op is what was being done: "read frame", "parse HAPROXY-HELLO".
	Op string
	// Status is the code that tells the peer in a DISCONNECT frame.
	Status Status
	// Err says more; it may be nil when Status says all.
	Err error
}

// Error returns "spop: OP: ERR", or the text of the status for want of an Err.
func (e *Error) Error() string {
	if e.Err == nil {
		return "spop: " + e.Op + ": " + e.Status.String()
	}
	return "spop: " + e.Op + ": " + e.Err.Error()
}

// Unwrap returns Err.
func (e *Error) Unwrap() error { return e.Err }

func newError(op string, s Status, format string, args ...any) *Error {
	return &Error{Op: op, Status: s, Err: fmt.Errorf(format, args...)}
}

// PanicError is the cause of the answer that the server gives for a handler
// that panicked.
type PanicError struct {
	// Value is what the handler panicked with.
	Value any
	// Stack is the stack of the handler's goroutine, as text.
	Stack []byte
}

// Error returns "panic: VALUE".
func (e *PanicError) Error() string { return fmt.Sprintf("panic: %v", e.Value) }
