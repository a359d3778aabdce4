package lua54

import (
	lua "github.com/yuin/gopher-lua"
)

// isCondition says whether an expression is computed by jumps.
func isCondition(e Expr) bool {
	switch e := e.(type) {
	case *Paren:
		return isCondition(e.Inner)
	case *Unary:
		return e.Operator == "not" && isCondition(e.Operand)
	case *Binary:
		return e.Operator == "and" || e.Operator == "or" || isComparison(e.Operator)
	}
	return false
}

func isComparison(operator string) bool {
	switch operator {
	case "==", "~=", "<", "<=", ">", ">=":
		return true
	}
	return false
}

// branch evaluates a condition and jumps if its truth is want; else control
// continues behind it. It returns the jumps to patch.
func (g *gen) branch(e Expr, want bool) []int {
	switch e := e.(type) {
	case *Paren:
		return g.branch(e.Inner, want)
	case *Nil:
		return g.jumpIf(!want)
	case *Bool:
		return g.jumpIf(e.Value == want)
	case *Number, *String, *Function:
		return g.jumpIf(want)
	case *Unary:
		if e.Operator == "not" {
			return g.branch(e.Operand, !want)
		}
	case *Binary:
		switch {
		case isComparison(e.Operator):
			return []int{g.compare(e, want)}
		case e.Operator == "and" || e.Operator == "or":
			return g.branchLogical(e, want)
		}
	}
	save := g.free
	r := g.any(e)
	g.free = save
	g.abc(lua.OP_TEST, r, 0, truth(want))
	return []int{g.jump()}
}

func (g *gen) jumpIf(always bool) []int {
	if always {
		return []int{g.jump()}
	}
	return nil
}

// branchLogical: an `and` is false if one operand is, an `or` true if one is.
func (g *gen) branchLogical(e *Binary, want bool) []int {
	decides := e.Operator == "or"
	if want == decides {
		left := g.branch(e.Left, want)
		return append(left, g.branch(e.Right, want)...)
	}
	skip := g.branch(e.Left, decides)
	jumps := g.branch(e.Right, want)
	g.patchHere(skip)
	return jumps
}

// compare emits a comparison and the jump taken if it comes out as want.
func (g *gen) compare(e *Binary, want bool) int {
	save := g.free
	left := g.operand(e.Left)
	right := g.operand(e.Right)
	g.at(e)
	o, a := lua.OP_EQ, truth(want)
	switch e.Operator {
	case "~=":
		a = 1 - a
	case "<":
		o = lua.OP_LT
	case "<=":
		o = lua.OP_LE
	case ">":
		o, left, right = lua.OP_LT, right, left
	case ">=":
		o, left, right = lua.OP_LE, right, left
	}
	g.abc(o, a, left, right)
	g.free = save
	return g.jump()
}

// boolTo puts the truth of a condition into a register.
func (g *gen) boolTo(e Expr, target int) {
	jumps := g.branch(e, true)
	g.abc(lua.OP_LOADBOOL, target, 0, 1)
	g.patchHere(jumps)
	g.abc(lua.OP_LOADBOOL, target, 1, 0)
}

// logicalTo evaluates `and` and `or` for their value.
func (g *gen) logicalTo(e *Binary, target int) {
	want := e.Operator == "or"
	done, constant := g.short(e.Left, target, want)
	g.to(e.Right, target)
	if len(constant) > 0 {
		done = append(done, g.jump())
		g.patchHere(constant)
		g.abc(lua.OP_LOADBOOL, target, truth(want), 0)
	}
	g.patchHere(done)
}

// short evaluates the left operand of `and` (want is false) or `or` (true).
// If its truth is want, it is the result: the first jumps are taken with the
// value in the target, the second ones if the value is the boolean want.
// Otherwise control continues, and the target is as before or garbage if no
// variable.
func (g *gen) short(e Expr, target int, want bool) (done, constant []int) {
	switch e := e.(type) {
	case *Paren:
		return g.short(e.Inner, target, want)
	case *Unary:
		if e.Operator == "not" {
			return nil, g.branch(e, want)
		}
	case *Binary:
		if isComparison(e.Operator) {
			return nil, g.branch(e, want)
		}
		if e.Operator == "and" || e.Operator == "or" {
			return g.shortLogical(e, target, want)
		}
	}
	return []int{g.testSet(e, target, want)}, nil
}

func (g *gen) shortLogical(e *Binary, target int, want bool) (done, constant []int) {
	decides := e.Operator == "or"
	if want == decides {
		done, constant = g.short(e.Left, target, want)
		d, c := g.short(e.Right, target, want)
		return append(done, d...), append(constant, c...)
	}
	skip := g.branch(e.Left, decides)
	done, constant = g.short(e.Right, target, want)
	g.patchHere(skip)
	return done, constant
}

// testSet jumps with the value in the target if its truth is want.
func (g *gen) testSet(e Expr, target int, want bool) int {
	if n, ok := unwrap(e).(*Name); !ok || n.Var == nil || n.Var.fn != g.fn {
		if g.onTop(target) {
			g.to(e, target)
			g.abc(lua.OP_TEST, target, 0, truth(want))
			return g.jump()
		}
	}
	save := g.free
	r := g.any(e)
	g.free = save
	if r == target {
		g.abc(lua.OP_TEST, target, 0, truth(want))
	} else {
		g.abc(lua.OP_TESTSET, target, r, truth(want))
	}
	return g.jump()
}

func unwrap(e Expr) Expr {
	for {
		p, ok := e.(*Paren)
		if !ok {
			return e
		}
		e = p.Inner
	}
}
