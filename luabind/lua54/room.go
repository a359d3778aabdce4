package lua54

import (
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// A call stack that is full leaves no room for the message handler of xpcall,
// which runs where the error was raised and shows what is on the stack. So some
// frames are kept out of sight of the VM until then.

// spareFrames is how many calls a message handler may nest when it is told of a
// full stack.
const spareFrames = 16

// shorten puts the spare frames aside, unless they are in use.
func (stack *fixedStack) shorten() {
	n := cap(stack.array) - spareFrames
	if n > spareFrames && stack.sp <= n {
		stack.array = stack.array[:n]
	}
}

// lengthen brings the spare frames into use. It returns whether there are any.
func (stack *fixedStack) lengthen() bool {
	if len(stack.array) == cap(stack.array) {
		return false
	}
	stack.array = stack.array[:cap(stack.array)]
	return true
}

// What the VM says of a full stack of calls and of values. Scripts get the first
// for both.
const (
	stackOverflow    = "stack overflow"
	registryOverflow = "registry overflow"
)

// isOverflow says whether the VM has raised that text because its call stack is
// full.
func (stack *fixedStack) isOverflow(text lua.LString) bool {
	return stack.sp == len(stack.array) && strings.HasSuffix(string(text), stackOverflow)
}

// NoRoom says whether the error is that of a VM whose registers are full. A
// message handler can be called when the stack has been unwound only.
func (rt *Runtime) NoRoom(v lua.LValue) bool {
	text, ok := v.(lua.LString)
	return ok && text == rt.noRoom && text != ""
}
