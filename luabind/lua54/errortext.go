package lua54

import (
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// noteOf returns what the code generator noted about an operand of the
// instruction at pc, in the form of a message: " (local 'x')", or nothing.
func noteOf(p *lua.FunctionProto, pc, operand int) string {
	for _, n := range p.DbgLocals {
		if n.StartPc == pc && n.EndPc == operand {
			return " (" + n.Name + ")"
		}
	}
	return ""
}

// callerNote is the note for the instruction that called the running Go
// function: a helper, or a metamethod of an operator.
func (rt *Runtime) callerNote(L *lua.LState, operand int) string {
	f := rt.frame(L)
	if f == nil || f.Parent == nil || f.Parent.Fn.IsG {
		return ""
	}
	return noteOf(f.Parent.Fn.Proto, f.Parent.Pc-1, operand)
}

// arithError raises the error that an operator cannot work on its operands.
func (rt *Runtime) arithError(L *lua.LState, o op, a, b lua.LValue) {
	_, sa := a.(lua.LString)
	_, sb := b.(lua.LString)
	if (sa || sb) && !o.bitwise() {
		L.RaiseError("attempt to %s a '%s' with a '%s'", events[o][2:], rt.typeName(L, a), rt.typeName(L, b))
	}
	bad, operand := a, 0
	if _, ok := ToInteger(a); ok || IsNumber(a) && (!o.bitwise() || !IsNumber(b)) {
		bad, operand = b, 1
	}
	note := rt.callerNote(L, operand)
	switch {
	case o.bitwise() && IsNumber(bad):
		L.RaiseError("number%s has no integer representation", note)
	case o.bitwise():
		L.RaiseError("attempt to perform bitwise operation on a %s value%s", rt.typeName(L, bad), note)
	}
	L.RaiseError("attempt to perform arithmetic on a %s value%s", rt.typeName(L, bad), note)
}

func (rt *Runtime) compareText(L *lua.LState, a, b lua.LValue) string {
	s, t := rt.typeName(L, a), rt.typeName(L, b)
	if s == t {
		return fmt.Sprintf("attempt to compare two %s values", s)
	}
	return fmt.Sprintf("attempt to compare %s with %s", s, t)
}

// instr is an instruction with the frame that executes it.
type instr struct {
	frame   *frame
	regs    *registers
	pc      int
	op      int
	a, b, c int
}

func (rt *Runtime) instr(L *lua.LState, f *frame) instr {
	pc := f.Pc - 1
	code := f.Fn.Proto.Code[pc]
	return instr{
		frame: f, regs: rt.registers(L), pc: pc, op: int(code >> 26),
		a: int(code >> 18 & 0xff), b: int(code & 0x1ff), c: int(code >> 9 & 0x1ff),
	}
}

// value is the operand: a constant or a register.
func (in instr) value(operand int) lua.LValue {
	if operand&constBit != 0 {
		return in.frame.Fn.Proto.Constants[operand&^constBit]
	}
	return in.regs.array[in.frame.LocalBase+operand]
}

func (in instr) set(register int, v lua.LValue) {
	in.regs.array[in.frame.LocalBase+register] = v
}

// object is the value that an index or call instruction works on.
func (in instr) object() lua.LValue {
	switch in.op {
	case lua.OP_GETTABLE, lua.OP_GETTABLEKS, lua.OP_SELF, lua.OP_LEN, lua.OP_UNM:
		return in.value(in.b)
	}
	return in.value(in.a)
}

func (in instr) note(operand int) string {
	return noteOf(in.frame.Fn.Proto, in.pc, operand)
}

// rewrite returns PUC Lua's text for an error of the VM.
func (rt *Runtime) rewrite(L *lua.LState, in instr, text string) string {
	v := in.object()
	switch {
	case strings.HasPrefix(text, "attempt to index a non-table object("):
		return rt.indexText(L, in, v, text)
	case text == "attempt to call a non-function object":
		return fmt.Sprintf("attempt to call a %s value%s", rt.typeName(L, v), in.note(0))
	case strings.HasPrefix(text, "cannot perform "), text == "__unm undefined":
		return rt.arithText(L, in)
	case text == "__len undefined":
		return fmt.Sprintf("attempt to get length of a %s value%s", rt.typeName(L, v), in.note(0))
	case text == "too many recursions in gettable":
		return "'__index' chain too long; possibly a loop"
	case text == "too many recursions in settable":
		return "'__newindex' chain too long; possibly a loop"
	case text == registryOverflow:
		return stackOverflow
	case strings.HasPrefix(text, "attempt to compare "):
		return rt.compareText(L, in.left(), in.right())
	}
	return text
}

// indexText names the operand, unless the value that cannot be indexed was
// found in its chain of __index.
func (rt *Runtime) indexText(L *lua.LState, in instr, v lua.LValue, text string) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(text, "attempt to index a non-table object("), ")")
	if in.op == lua.OP_GETGLOBAL || in.op == lua.OP_SETGLOBAL || name != v.Type().String() {
		return fmt.Sprintf("attempt to index a %s value", name)
	}
	return fmt.Sprintf("attempt to index a %s value%s", rt.typeName(L, v), in.note(0))
}

func (rt *Runtime) arithText(L *lua.LState, in instr) string {
	if o, ok := opOf(in.op); ok {
		right := in.c
		if o == opUnm {
			right = in.b
		}
		if m := rt.binaryHandler(L, in.value(in.b), in.value(right), events[o]); m != lua.LNil {
			return rt.handlerText(L, m, events[o])
		}
	}
	v, operand := in.value(in.b), 0
	if in.op != lua.OP_UNM && IsNumber(v) {
		v, operand = in.value(in.c), 1
	}
	return fmt.Sprintf("attempt to perform arithmetic on a %s value%s", rt.typeName(L, v), in.note(operand))
}

// opOf is the operator that an instruction of the VM computes.
func opOf(code int) (op, bool) {
	switch code {
	case lua.OP_ADD:
		return opAdd, true
	case lua.OP_SUB:
		return opSub, true
	case lua.OP_MUL:
		return opMul, true
	case lua.OP_DIV:
		return opDiv, true
	case lua.OP_MOD:
		return opMod, true
	case lua.OP_POW:
		return opPow, true
	case lua.OP_UNM:
		return opUnm, true
	}
	return 0, false
}

// handlerText is the message for a metamethod that cannot be called.
func (rt *Runtime) handlerText(L *lua.LState, m lua.LValue, event string) string {
	return fmt.Sprintf("attempt to call a %s value (metamethod '%s')", rt.typeName(L, m), event[2:])
}

func (in instr) left() lua.LValue  { return in.value(in.b) }
func (in instr) right() lua.LValue { return in.value(in.c) }
