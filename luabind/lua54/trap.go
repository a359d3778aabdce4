package lua54

import (
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// raise is the error function of the VM. The VM calls it with the error value
// on the stack; if it returns, the failed instruction goes on. That makes it
// a trap handler: operations that 5.4 allows and the VM does not, such as the
// comparison of a plain number with an Int, are done here and cost nothing
// anywhere else. All other errors get 5.4's wording.
func (rt *Runtime) raise(L *lua.LState) {
	v := L.Get(-1)
	f := rt.frame(L)
	if text, ok := v.(lua.LString); ok && f != nil && !f.Fn.IsG && f.Pc > 0 {
		in := rt.instr(L, f)
		where := fmt.Sprintf("%s:%d: ", f.Fn.Proto.SourceName, f.Fn.Proto.DbgSourcePositions[in.pc])
		message := strings.TrimPrefix(string(text), where)
		if rt.trap(L, in, message) {
			return
		}
		v = lua.LString(where + rt.trapText(L, in, message))
		if message == registryOverflow {
			rt.noRoom = v.(lua.LString)
		}
	}
	if text, ok := v.(lua.LString); ok && stateOf(L).stack.fixed.isOverflow(text) && !stateOf(L).stack.fixed.lengthen() {
		v = lua.LString("error in error handling")
	}
	rt.closeUpvalues(L)
	err := &lua.ApiError{Type: lua.ApiErrorRun, Object: v, StackTrace: "\n"}
	if rt.traced {
		err.StackTrace = rt.Traceback(L, 0)
	}
	panic(err)
}

// trap carries out what the VM could not. It returns whether it did.
func (rt *Runtime) trap(L *lua.LState, in instr, message string) bool {
	switch {
	case strings.HasPrefix(message, "attempt to compare "):
		return (in.op == lua.OP_LT || in.op == lua.OP_LE) && rt.trapCompare(L, in)
	case !strings.HasPrefix(message, "for statement "):
		return false
	case in.op == lua.OP_FORPREP:
		return rt.trapPrepare(L, in)
	case in.op == lua.OP_FORLOOP:
		return rt.trapLoop(L, in)
	}
	return false
}

// trapText is the message for what remains an error.
func (rt *Runtime) trapText(L *lua.LState, in instr, message string) string {
	switch {
	case in.op == lua.OP_LE && in.note(0) == " ("+forLimit+")":
		limit := in.left()
		if step, _ := in.value(in.loopStep()).(lua.LNumber); step > 0 {
			limit = in.right()
		}
		return rt.forText(L, "limit", limit)
	case strings.HasPrefix(message, "for statement init") && IsNumber(in.value(in.a+1)):
		return rt.forText(L, "initial value", in.value(in.a))
	case strings.HasPrefix(message, "for statement "):
		return rt.forText(L, "limit", in.value(in.a+1))
	}
	return rt.rewrite(L, in, message)
}

// loopStep is the register of the step, for a comparison that enters a loop.
func (in instr) loopStep() int { return min(in.b, in.c) + 2 }

// trapCompare does a comparison of values of different types, or of two with
// different metamethods. What the VM makes of the instruction when raise
// returns depends on its operands (functions lessThan and the one of OP_LE
// in the VM): it may raise a second time first, and takes the result for
// false or true. The program counter is set so that it ends up right.
func (rt *Runtime) trapCompare(L *lua.LState, in instr) bool {
	a, b := in.left(), in.right()
	event := "__lt"
	if in.op == lua.OP_LE {
		event = "__le"
	}
	numbers := IsNumber(a) && IsNumber(b)
	isLoop := in.note(0) == " ("+forLimit+")"
	if isLoop && in.op == lua.OP_LE && IsNumber(a) && in.numeral(in.c) {
		L.Pop(1)
		in.frame.Pc = in.pc - skips(false, in.a)
		return true
	}
	if !numbers && (isLoop || rt.binaryHandler(L, a, b, event) == lua.LNil) {
		return false
	}
	twice, outcome := compareOutcome(in.op, a, b)
	if outcome == unsafeOutcome {
		return false
	}
	if twice && !rt.skipped {
		rt.skipped = true
		L.Pop(1)
		return true
	}
	rt.skipped = false
	L.Pop(1)
	var result bool
	if event == "__lt" {
		result = rt.lessThan(L, a, b)
	} else {
		result = rt.lessOrEqual(L, a, b)
	}
	in.frame.Pc += skips(result, in.a) - skips(outcome == vmTrue, in.a)
	return true
}

// skips returns how many instructions a comparison skips.
func skips(result bool, a int) int {
	if truth(!result) == a {
		return 1
	}
	return 0
}

// outcome is what the VM takes for the result of a trapped comparison.
type outcome int

const (
	vmFalse outcome = iota
	vmTrue
	unsafeOutcome // the VM would fail
)

func compareOutcome(code int, a, b lua.LValue) (twice bool, result outcome) {
	_, plain := a.(lua.LNumber)
	if code == lua.OP_LT {
		return plain && a.Type() != b.Type(), vmFalse
	}
	switch {
	case plain:
		return false, vmFalse
	case a.Type() == lua.LTString:
		return false, unsafeOutcome
	case a.Type() == b.Type():
		return false, vmTrue
	}
	return true, vmTrue
}

// trapPrepare enters a loop whose first value is not a plain number.
func (rt *Runtime) trapPrepare(L *lua.LState, in instr) bool {
	if _, ok := in.value(in.a).(Int); !ok && !in.numeral(in.a) {
		return false
	}
	L.Pop(1)
	return true
}

// numeral makes a number of the numeral in a register, as PUC Lua does for the
// values of a loop. It returns whether it was one.
func (in instr) numeral(register int) bool {
	s, ok := in.value(register).(lua.LString)
	if !ok {
		return false
	}
	v, ok := ParseNumber(string(s))
	if ok {
		in.set(register, v)
	}
	return ok
}

// trapLoop does one step of a numeric loop with an Int among its values.
func (rt *Runtime) trapLoop(L *lua.LState, in instr) bool {
	index, limit := in.value(in.a), in.value(in.a+1)
	step := in.value(in.a + 2)
	if in.numeral(in.a + 1) {
		L.Pop(1)
		in.frame.Pc--
		return true
	}
	if !IsNumber(index) || !IsNumber(limit) || !IsNumber(step) {
		return false
	}
	L.Pop(1)
	_, plain := step.(lua.LNumber)
	if i, ok := index.(lua.LNumber); ok && plain && i > -maxExact/2 && i < maxExact/2 {
		f, _ := ToFloat(limit)
		in.set(in.a+1, lua.LNumber(f))
		in.frame.Pc--
		return true
	}
	next, ok := numeric(opAdd, index, step)
	up := !less(step, lua.LNumber(0))
	if !ok || less(next, index) == up {
		return true // past the last integer
	}
	if up && lessEqual(next, limit) || !up && lessEqual(limit, next) {
		in.set(in.a, next)
		in.set(in.a+3, next)
		in.frame.Pc += int(in.frame.Fn.Proto.Code[in.pc]&maxBx) - maxJump
	}
	return true
}
