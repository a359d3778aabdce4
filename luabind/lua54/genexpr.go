package lua54

import (
	lua "github.com/yuin/gopher-lua"
)

// isTemp says whether the register is above all variables in scope, so that
// an unfinished value in it cannot be seen.
func (g *gen) isTemp(r int) bool {
	for s := g.scope; s != nil; s = s.parent {
		if n := len(s.vars); n > 0 {
			return s.vars[n-1].reg < r
		}
	}
	return true
}

// onTop says whether the register is the last one in use and no variable:
// calls and constructors can then be built in place.
func (g *gen) onTop(r int) bool { return r == g.free-1 && g.isTemp(r) }

// to evaluates an expression into a register. If that is a variable, it
// changes only after everything else has been evaluated.
func (g *gen) to(e Expr, target int) {
	switch e := e.(type) {
	case *Paren:
		g.to(e.Inner, target)
	case *Nil:
		g.at(e)
		g.abc(lua.OP_LOADNIL, target, target, 0)
	case *Bool:
		g.at(e)
		g.abc(lua.OP_LOADBOOL, target, truth(e.Value), 0)
	case *Number:
		g.at(e)
		g.abx(lua.OP_LOADK, target, g.constant(e.Value))
	case *String:
		g.at(e)
		g.abx(lua.OP_LOADK, target, g.constant(lua.LString(e.Value)))
	case *Name:
		g.nameTo(e, target)
	case *Index:
		g.indexTo(e, target)
	case *Function:
		g.at(e)
		g.closure(e, target)
	case *Unary:
		g.unaryTo(e, target)
	case *Binary:
		g.binaryTo(e, target)
	default: // Call, Vararg, Table
		g.inPlace(e, target)
	}
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}

// inPlace evaluates what the VM builds at the end of the registers.
func (g *gen) inPlace(e Expr, target int) {
	base := target
	if g.onTop(target) {
		g.free = target
	} else {
		base = g.free
	}
	if t, ok := e.(*Table); ok {
		g.table(t)
	} else {
		g.multi(e, 1)
	}
	if base == target {
		g.free = target + 1
		return
	}
	g.free = base
	g.abc(lua.OP_MOVE, target, base, 0)
}

func (g *gen) nameTo(e *Name, target int) {
	g.at(e)
	switch {
	case e.Var == nil && g.unit.env != nil:
		g.indexTo(g.globalIndex(e), target)
	case e.Var == nil:
		g.abx(lua.OP_GETGLOBAL, target, g.constant(lua.LString(e.Name)))
	case e.Var.fn == g.fn:
		if e.Var.reg != target {
			g.abc(lua.OP_MOVE, target, e.Var.reg, 0)
		}
	default:
		g.abc(lua.OP_GETUPVAL, target, g.upvalueOf(e.Var), 0)
	}
}

// globalIndex is a global variable as a field of the chunk's _ENV.
func (g *gen) globalIndex(e *Name) *Index {
	return &Index{e.At, &Name{e.At, "_ENV", g.unit.env}, &String{e.At, e.Name}, true, 2}
}

func (g *gen) indexTo(e *Index, target int) {
	save := g.free
	object := g.first(e.Object, target)
	key := g.operand(e.Key)
	g.at(e)
	o := lua.OP_GETTABLE
	if _, ok := e.Key.(*String); ok && !isParam(e.Object) {
		o = lua.OP_GETTABLEKS
	}
	g.note(g.abc(o, target, object, key), 0, e.Object)
	g.free = save
}

// isParam tells whether e is a parameter of its function. What a host hands to
// a handler is a userdata more often than a table. OP_GETTABLEKS makes a new
// Lua string of the key for each call of a metamethod; OP_GETTABLE hands the
// constant on, and is no slower for tables.
func isParam(e Expr) bool {
	n, ok := unwrap(e).(*Name)
	return ok && n.Var != nil && n.Var.param
}

// any evaluates an expression into any register: the variable's own or a new
// one.
func (g *gen) any(e Expr) int {
	switch e := e.(type) {
	case *Paren:
		return g.any(e.Inner)
	case *Name:
		if e.Var != nil && e.Var.fn == g.fn {
			return e.Var.reg
		}
	}
	r := g.reserve(1)
	g.to(e, r)
	return r
}

// first is any for the first part of an expression that goes to the target: it
// uses that register, if it is no variable, so that long chains need only one.
func (g *gen) first(e Expr, target int) int {
	if n, ok := unwrap(e).(*Name); g.onTop(target) && (!ok || n.Var == nil || n.Var.fn != g.fn) {
		g.to(e, target)
		return target
	}
	return g.any(e)
}

// operand evaluates an expression into an operand: a constant or a register.
func (g *gen) operand(e Expr) int {
	i := maxRK
	switch e := e.(type) {
	case *Number:
		i = g.constant(e.Value)
	case *String:
		i = g.constant(lua.LString(e.Value))
	}
	if i < maxRK {
		return i | constBit
	}
	return g.any(e)
}

func (g *gen) unaryTo(e *Unary, target int) {
	if e.Operator == "~" {
		g.helperTo(helperOf(opBNot), e, e.Operand, e.Operand, target)
		return
	}
	if e.Operator == "not" && isCondition(e.Operand) {
		g.boolTo(e, target)
		return
	}
	save := g.free
	r := g.first(e.Operand, target)
	g.at(e)
	o := lua.OP_NOT
	switch e.Operator {
	case "-":
		o = lua.OP_UNM
	case "#":
		o = lua.OP_LEN
	}
	g.note(g.abc(o, target, r, 0), 0, e.Operand)
	g.free = save
}

func (g *gen) binaryTo(e *Binary, target int) {
	switch e.Operator {
	case "and", "or":
		g.logicalTo(e, target)
	case "==", "~=", "<", "<=", ">", ">=":
		g.boolTo(e, target)
	case "..":
		g.concatTo(e, target)
	default:
		g.arithTo(e, target)
	}
}

// explist evaluates expressions into n new registers, which are consecutive.
func (g *gen) explist(exprs []Expr, n int) int {
	base := g.free
	for i, e := range exprs {
		last := i == len(exprs)-1
		switch {
		case last && isMulti(e):
			g.multi(e, max(n-i, 0))
			g.free = base + min(i, n)
		case i < n:
			g.to(e, g.reserve(1))
		default:
			save := g.free
			g.to(e, g.reserve(1))
			g.free = save
		}
	}
	have := g.free - base
	g.free = base
	g.reserve(n)
	if have < n && (len(exprs) == 0 || !isMulti(exprs[len(exprs)-1])) {
		g.abc(lua.OP_LOADNIL, base+have, base+n-1, 0)
	}
	return base
}

// isMulti says whether an expression can have many values.
func isMulti(e Expr) bool {
	switch e.(type) {
	case *Call, *Vararg:
		return true
	}
	return false
}
