package lua54

import (
	"math"

	lua "github.com/yuin/gopher-lua"
)

func (g *gen) while(s *While) {
	start := len(g.code)
	exits := g.branch(s.Cond, false)
	body := g.scoped(s.Body, true)
	g.jumpTo(start)
	g.patchHere(exits)
	g.patchHere(body.breaks)
}

// repeat evaluates its condition inside the body's scope, which is left on
// both ways.
func (g *gen) repeat(s *Repeat) {
	start := len(g.code)
	scope := g.openScope(s.Body, true)
	g.block(s.Body)
	g.at(s.Cond)
	again := g.branch(s.Cond, false)
	if len(scope.closes) == 0 && !anyCaptured(scope.vars) {
		g.closeScope()
		for _, pc := range again {
			g.patch(pc, start)
		}
		g.patchHere(scope.breaks)
		return
	}
	g.exit(scope, scope.base)
	done := g.jump()
	g.patchHere(again)
	g.closeScope()
	g.jumpTo(start)
	g.patch(done, len(g.code))
	g.patchHere(scope.breaks)
}

func anyCaptured(vars []*Var) bool {
	for _, v := range vars {
		if v.Captured {
			return true
		}
	}
	return false
}

// literalStep returns the step if it is known and not zero.
func literalStep(e Expr) (lua.LNumber, bool) {
	if e == nil {
		return 1, true
	}
	n, ok := e.(*Number)
	if !ok {
		return 0, false
	}
	v, ok := n.Value.(lua.LNumber)
	return v, ok && v != 0
}

// isSmallInt says whether the expression is an integer whose difference to
// any step is exact.
func isSmallInt(e Expr) bool {
	n, ok := e.(*Number)
	if !ok {
		return false
	}
	v, ok := n.Value.(lua.LNumber)
	return ok && float64(v) == math.Trunc(float64(v)) && v > -1<<32 && v < 1<<32
}

// numericFor has four registers: index, limit, step, and the variable.
func (g *gen) numericFor(s *NumericFor) {
	outer := g.openScope(&Block{}, false)
	base := g.free
	step, known := literalStep(s.Step)
	var exits []int
	prep := -1
	switch {
	case !known:
		exits = g.forByHelper(s)
	case isSmallInt(s.Init) && step == lua.LNumber(math.Trunc(float64(step))):
		g.forValues(s, step)
		prep = g.abx(lua.OP_FORPREP, base, 0)
	default:
		exits = g.forByTest(s, step, base)
	}
	g.free = base + 3
	start := len(g.code)
	if prep < 0 {
		g.abc(lua.OP_MOVE, base+3, base, 0)
		start++
	}
	body := g.openScope(s.Body, true)
	g.activate(g.reserve(1), s.Var)
	g.block(s.Body)
	g.line = s.Body.End.Line
	g.closeScope()
	g.line = s.do
	loop := g.abx(lua.OP_FORLOOP, base, 0)
	g.patch(loop, start)
	if prep >= 0 {
		g.patch(prep, loop)
	}
	g.patchHere(exits)
	g.patchHere(body.breaks)
	g.closeScope()
	g.free = outer.base
}

// forValues evaluates the three values of a loop with a known step.
func (g *gen) forValues(s *NumericFor, step lua.LNumber) {
	g.to(s.Init, g.reserve(1))
	g.to(s.Limit, g.reserve(1))
	g.line = s.do
	g.abx(lua.OP_LOADK, g.reserve(1), g.constant(step))
	g.reserve(1)
}

// forByTest enters a loop with a comparison: OP_FORPREP subtracts the step
// from the first value, which is inexact for fractions. With a step of zero
// it does nothing but check the types.
func (g *gen) forByTest(s *NumericFor, step lua.LNumber, base int) []int {
	g.forValues(s, 0)
	g.patch(g.abx(lua.OP_FORPREP, base, 0), len(g.code))
	g.abx(lua.OP_LOADK, base+2, g.constant(step))
	first, second := base, base+1
	if step < 0 {
		first, second = second, first
	}
	pc := g.abc(lua.OP_LE, 0, first, second)
	g.noteText(pc, 0, forLimit)
	return []int{g.jump()}
}

// forLimit marks the comparison that enters a loop.
const forLimit = "(for limit)"

// forByHelper lets the Runtime check and prepare the values.
func (g *gen) forByHelper(s *NumericFor) []int {
	base := g.helper(helperForPrep)
	g.to(s.Init, g.reserve(1))
	g.to(s.Limit, g.reserve(1))
	g.to(s.Step, g.reserve(1))
	g.line = s.do
	g.abc(lua.OP_CALL, base, 4, 5)
	g.abc(lua.OP_TEST, base+3, 0, 0)
	return []int{g.jump()}
}

// genericFor has three registers for the iterator and then the variables. If
// the iterator may bring a fourth value, the one to close, a register before
// them keeps it.
func (g *gen) genericFor(s *GenericFor) {
	outer := g.openScope(&Block{}, false)
	if canClose(s.Exprs) {
		guard := g.reserve(1)
		base := g.explist(s.Exprs, 4)
		g.abc(lua.OP_MOVE, guard, base+3, 0)
		g.abc(lua.OP_TEST, guard, 0, 0)
		skip := g.jump()
		g.markClose(&Var{Name: "(for state)", reg: guard}, guard)
		g.patch(skip, len(g.code))
		g.free = base + 3
	} else {
		g.explist(s.Exprs, 3)
	}
	base := g.free - 3
	g.at(s)
	enter := g.jump()
	start := len(g.code)
	body := g.openScope(s.Body, true)
	g.reserve(max(len(s.Vars), 3))
	g.free = base + 3 + len(s.Vars)
	g.activate(base+3, s.Vars...)
	g.block(s.Body)
	g.line = s.Body.End.Line
	g.closeScope()
	g.patch(enter, len(g.code))
	g.line = s.Exprs[0].Place().Line
	pc := g.abc(lua.OP_TFORLOOP, base, 0, len(s.Vars))
	g.noteText(pc, 0, "for iterator 'for iterator'")
	g.jumpTo(start)
	g.patchHere(body.breaks)
	g.closeScope()
	g.free = outer.base
}

// canClose says whether the list may have four values. The global functions
// pairs and ipairs return three.
func canClose(exprs []Expr) bool {
	last := exprs[len(exprs)-1]
	if call, ok := last.(*Call); ok && len(exprs) == 1 && call.Method == "" {
		n, isName := call.Func.(*Name)
		if isName && n.Var == nil && (n.Name == "pairs" || n.Name == "ipairs") {
			return false
		}
	}
	return len(exprs) > 3 || isMulti(last)
}
