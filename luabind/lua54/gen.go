package lua54

import (
	lua "github.com/yuin/gopher-lua"
)

// The limits of the VM's instruction format.
const (
	maxRegisters = 250
	maxRK        = 256 // constants that fit in an operand
	maxBx        = 1<<18 - 1
	maxJump      = maxBx >> 1
	maxCode      = 1 << 24 // instructions of one function
	constBit     = 1 << 8
)

// gen generates the code of one function.
type gen struct {
	parent *gen
	unit   *unit
	fn     *Function

	code   []uint32
	lines  []int
	notes  []*lua.DbgLocalInfo
	calls  []lua.DbgCall
	protos []*lua.FunctionProto

	consts  []lua.LValue
	constAt map[constKey]int

	upvalues []upvalue
	scope    *genScope
	slow     []slowMod
	free     int // the first unused register
	maxReg   int
	line     int // of the instruction to come
}

// unit is the chunk that is compiled.
type unit struct {
	chunk string
	opt   Options
	env   *Var
}

// upvalue is a variable of an enclosing function, or for the main function a
// helper of the Runtime (without variable).
type upvalue struct {
	v         *Var
	name      string
	fromLocal bool // a register of the enclosing function, not its upvalue
	index     int
}

// fail raises a syntax error at the line of the current instruction.
func (g *gen) fail(msg string) {
	panic(&SyntaxError{Chunk: g.unit.chunk, Line: g.line, Column: 1, Msg: msg})
}

// at sets the line that errors of the following instructions report.
func (g *gen) at(n Node) { g.line = n.Place().Line }

// emit appends an instruction and returns its place.
func (g *gen) emit(inst uint32) int {
	if len(g.code) >= maxCode {
		g.fail("function or expression needs too many instructions")
	}
	g.code = append(g.code, inst)
	g.lines = append(g.lines, g.line)
	return len(g.code) - 1
}

func (g *gen) abc(op, a, b, c int) int {
	return g.emit(uint32(op)<<26 | uint32(a)<<18 | uint32(c)<<9 | uint32(b))
}

func (g *gen) abx(op, a, bx int) int {
	return g.emit(uint32(op)<<26 | uint32(a)<<18 | uint32(bx))
}

// jump emits a jump whose target patch sets later.
func (g *gen) jump() int { return g.abx(lua.OP_JMP, 0, maxJump) }

// patch lets the jump at pc go to the instruction at target.
func (g *gen) patch(pc, target int) {
	d := target - (pc + 1)
	if d > maxJump || d < -maxJump {
		g.fail("control structure too long")
	}
	g.code[pc] = g.code[pc]&^uint32(maxBx) | uint32(d+maxJump)
}

// patchHere lets jumps go to the next instruction.
func (g *gen) patchHere(jumps []int) {
	for _, pc := range jumps {
		g.patch(pc, len(g.code))
	}
}

// jumpTo emits a jump to a known target.
func (g *gen) jumpTo(target int) { g.patch(g.jump(), target) }

// reserve takes n registers and returns the first.
func (g *gen) reserve(n int) int {
	r := g.free
	g.free += n
	if g.free > maxRegisters {
		g.fail("function or expression needs too many registers")
	}
	g.maxReg = max(g.maxReg, g.free)
	return r
}

// note describes an operand of the instruction at pc for error messages. The
// notes travel in the prototype's list of locals, which the VM itself only
// shows to debuggers: StartPc is the instruction, EndPc the operand's number.
func (g *gen) note(pc, operand int, e Expr) { g.noteText(pc, operand, g.describe(e)) }

func (g *gen) noteText(pc, operand int, text string) {
	if text != "" {
		g.notes = append(g.notes, &lua.DbgLocalInfo{Name: text, StartPc: pc, EndPc: operand})
	}
}

// describe names an expression as PUC Lua does: "local 'x'", "field 'y'".
func (g *gen) describe(e Expr) string {
	switch e := e.(type) {
	case *Name:
		switch {
		case e.Var == nil:
			return "global '" + e.Name + "'"
		case e.Var.fn == g.fn:
			return "local '" + e.Name + "'"
		}
		return "upvalue '" + e.Name + "'"
	case *Index:
		k := unwrap(e.Key)
		if key, ok := k.(*String); ok && e.Global {
			return "global '" + key.Value + "'"
		} else if ok {
			return "field '" + key.Value + "'"
		}
		if n, ok := k.(*Number); ok {
			if i, ok := ToInteger(n.Value); ok && i >= 0 && i <= 0xff {
				return "field 'integer index'"
			}
		}
		return "field '?'"
	case *Paren:
		return g.describe(e.Inner)
	case *String:
		return "constant '" + e.Value + "'"
	}
	return ""
}

// constKey makes constants distinct that == takes for equal.
type constKey struct {
	kind lua.LValueType
	bits uint64
	text string
}

// constant returns the number of a constant.
func (g *gen) constant(v lua.LValue) int {
	key := keyOf(v)
	if i, ok := g.constAt[key]; ok {
		return i
	}
	if len(g.consts) > maxBx {
		g.fail("constant table overflow")
	}
	g.constAt[key] = len(g.consts)
	g.consts = append(g.consts, v)
	return len(g.consts) - 1
}
