package lua54

import (
	lua "github.com/yuin/gopher-lua"
)

// instruction returns the VM's instruction for an arithmetic operator.
func instruction(o op) (int, bool) {
	switch o {
	case opAdd:
		return lua.OP_ADD, true
	case opSub:
		return lua.OP_SUB, true
	case opMul:
		return lua.OP_MUL, true
	case opDiv:
		return lua.OP_DIV, true
	case opMod:
		return lua.OP_MOD, true
	case opPow:
		return lua.OP_POW, true
	}
	return 0, false
}

func (g *gen) arithTo(e *Binary, target int) {
	o, _ := operatorOf(e.Operator)
	code, ok := instruction(o)
	floats := isFloat(e.Left) || isFloat(e.Right)
	if o == opIDiv && floats {
		g.helperTo(helperFloor, e, e.Left, e.Right, target)
		return
	}
	if !ok || (o == opAdd || o == opSub || o == opMul) && wantsBits(e) {
		g.helperTo(helperOf(o), e, e.Left, e.Right, target)
		return
	}
	save := g.free
	var left int
	switch e.Left.(type) {
	case *Number, *String:
		left = g.operand(e.Left)
	default:
		left = g.first(e.Left, target)
	}
	right := g.operand(e.Right)
	g.at(e)
	var slow int
	if divisor, isNumber := e.Right.(*Number); o == opMod && !floats && (!isNumber || divisor.Value == lua.LNumber(0)) {
		g.abc(lua.OP_EQ, 1, right, g.zero())
		slow = g.jump()
		g.later(slowMod{slow, left, right, target, g.free, g.line, e})
	}
	pc := g.abc(code, target, left, right)
	g.note(pc, 0, e.Left)
	g.note(pc, 1, e.Right)
	if floats {
		g.noteText(pc, floatOperand, floatNote)
	}
	g.free = save
}

// floatNote is noted, as operand floatOperand, about an instruction that works
// on a float: its result is one, too, though the other operand be an integer.
const (
	floatNote    = "float"
	floatOperand = 2
)

// isFloat says whether the expression can be seen to be a float. Of what a
// function returns or a table holds that cannot be seen: a number knows only
// whether it is whole.
func isFloat(e Expr) bool { return floatWithin(e, maxFloatDepth) }

// maxFloatDepth is how many operators isFloat looks through.
const maxFloatDepth = 6

func floatWithin(e Expr, depth int) bool {
	if depth == 0 {
		return false
	}
	switch e := unwrap(e).(type) {
	case *Number:
		return e.Float
	case *Name:
		return e.Var != nil && e.Var.float
	case *Unary:
		return e.Operator == "-" && floatWithin(e.Operand, depth-1)
	case *Binary:
		switch e.Operator {
		case "/", "^":
			return true
		case "+", "-", "*", "//", "%":
			return floatWithin(e.Left, depth-1) || floatWithin(e.Right, depth-1)
		}
	}
	return false
}

// wantsBits says whether a sum or product should be exact beyond 2^53: one
// of its variables is used with bitwise operators, too, or it is an operand
// of one. That makes hash functions right, and costs others nothing.
func wantsBits(e *Binary) bool {
	if isFloat(e.Left) || isFloat(e.Right) {
		return false
	}
	if e.bits || e.plain {
		return e.bits
	}
	e.bits = hasBits(e.Left) || hasBits(e.Right)
	e.plain = !e.bits
	return e.bits
}

func hasBits(e Expr) bool {
	switch e := e.(type) {
	case *Name:
		return e.Var != nil && e.Var.bits
	case *Paren:
		return hasBits(e.Inner)
	case *Binary:
		return isBitwise(e.Operator) || isArithmetic(e.Operator) && wantsBits(e)
	}
	return false
}

// zero is the operand 0, in a register when the constant is out of reach.
func (g *gen) zero() int { return g.operand(&Number{At: At{}, Value: lua.LNumber(0)}) }

// slowMod is a modulo whose divisor turned out to be zero, generated after
// the function's other code: 5.4 refuses it for integers.
type slowMod struct {
	from, left, right, target, free, line int
	expr                                  *Binary
}

func (g *gen) later(s slowMod) { g.slow = append(g.slow, s) }

// slowPaths generates what was put off.
func (g *gen) slowPaths() {
	for _, s := range g.slow {
		g.patch(s.from, len(g.code))
		g.line, g.free = s.line, s.free
		base := g.helper(helperOf(opMod))
		g.reserve(2)
		g.load(base+1, s.left)
		g.load(base+2, s.right)
		g.callHelper(base, 2, s.target, s.expr.Left, s.expr.Right)
		g.jumpTo(s.from + 2)
	}
}

// load moves an operand into a register.
func (g *gen) load(target, operand int) {
	if operand&constBit != 0 {
		g.abx(lua.OP_LOADK, target, operand&^constBit)
		return
	}
	g.abc(lua.OP_MOVE, target, operand, 0)
}

// helperTo computes an operator by a call into the Runtime.
func (g *gen) helperTo(h helper, at Node, left, right Expr, target int) {
	g.at(at)
	base := g.startHelper(h, target)
	g.to(left, g.reserve(1))
	if h == helperOf(opBNot) {
		g.at(at)
		g.callHelper(base, 1, target, left)
		return
	}
	g.to(right, g.reserve(1))
	g.at(at)
	g.callHelper(base, 2, target, left, right)
}

// startHelper loads a helper in the target if it is on top, else above.
func (g *gen) startHelper(h helper, target int) int {
	if g.onTop(target) {
		g.free = target
	}
	return g.helper(h)
}

// callHelper calls the helper at base with the arguments above it and puts
// the result into the target.
func (g *gen) callHelper(base, nargs, target int, operands ...Expr) {
	pc := g.abc(lua.OP_CALL, base, nargs+1, 2)
	for i, e := range operands {
		g.note(pc, i, e)
	}
	g.free = base
	if base == target {
		g.free = base + 1
		return
	}
	g.abc(lua.OP_MOVE, target, base, 0)
}

// concatTo joins all operands of a chain with one call.
func (g *gen) concatTo(e *Binary, target int) {
	g.at(e)
	base := g.startHelper(helperConcat, target)
	operands := []Expr{e.Left}
	rest := e.Right
	for {
		b, ok := rest.(*Binary)
		if !ok || b.Operator != ".." {
			break
		}
		operands = append(operands, b.Left)
		rest = b.Right
		e = b // errors are reported at the last operator
	}
	operands = append(operands, rest)
	for _, operand := range operands {
		g.to(operand, g.reserve(1))
	}
	g.at(e)
	g.callHelper(base, len(operands), target, operands...)
}
