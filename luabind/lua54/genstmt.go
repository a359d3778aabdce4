package lua54

import (
	"fmt"

	lua "github.com/yuin/gopher-lua"
)

func (g *gen) block(b *Block) {
	for _, s := range b.Stmts {
		g.stmt(s)
	}
}

// scoped generates a block in a scope of its own.
func (g *gen) scoped(b *Block, loop bool) *genScope {
	s := g.openScope(b, loop)
	g.block(b)
	g.line = b.End.Line
	g.closeScope()
	return s
}

func (g *gen) stmt(s Stmt) {
	g.at(s)
	switch s := s.(type) {
	case *Local:
		g.local(s)
	case *Assign:
		g.assign(s)
	case *CallStmt:
		g.call(s.Call, 0)
	case *Do:
		g.scoped(s.Body, false)
	case *While:
		g.while(s)
	case *Repeat:
		g.repeat(s)
	case *If:
		g.ifStmt(s)
	case *NumericFor:
		g.numericFor(s)
	case *GenericFor:
		g.genericFor(s)
	case *LocalFunction:
		r := g.reserve(1)
		g.activate(r, s.Var)
		g.closure(s.Func, r)
	case *Return:
		g.returnStmt(s)
	case *Break:
		g.breakStmt()
	case *Goto:
		g.gotoStmt(s)
	case *LabelStmt:
		g.labelStmt(s)
	default:
		panic(fmt.Sprintf("lua54: statement %T", s))
	}
}

func (g *gen) local(s *Local) {
	base := g.explist(s.Exprs, len(s.Vars))
	g.activate(base, s.Vars...)
	for _, v := range s.Vars {
		if v.Attrib == Close {
			g.markClose(v, noGuard)
		}
	}
}

// markClose calls the Runtime to note a to-be-closed variable.
func (g *gen) markClose(v *Var, guard int) {
	base := g.helper(helperMark)
	g.reserve(2)
	g.abc(lua.OP_MOVE, base+1, v.reg, 0)
	g.abx(lua.OP_LOADK, base+2, g.constant(lua.LString(v.Name)))
	g.abc(lua.OP_CALL, base, 3, 1)
	g.free = base
	g.scope.closes = append(g.scope.closes, toClose{v.reg, guard})
}

func (g *gen) ifStmt(s *If) {
	var done []int
	for i, cond := range s.Conds {
		next := g.branch(cond, false)
		g.scoped(s.Thens[i], false)
		if i < len(s.Conds)-1 || s.Else != nil {
			done = append(done, g.jump())
		}
		g.patchHere(next)
	}
	if s.Else != nil {
		g.scoped(s.Else, false)
	}
	g.patchHere(done)
}

func (g *gen) returnStmt(s *Return) {
	if g.mustClose() {
		g.returnClosing(s)
		return
	}
	save := g.free
	defer func() { g.free = save }()
	if len(s.Exprs) == 1 {
		switch e := s.Exprs[0].(type) {
		case *Call:
			g.noteCall(g.callCode(lua.OP_TAILCALL, e, allResults), e)
			g.at(s)
			g.abc(lua.OP_RETURN, save, 0, 0)
			return
		case *Name:
			if e.Var != nil && e.Var.fn == g.fn {
				g.abc(lua.OP_RETURN, e.Var.reg, 2, 0)
				return
			}
		}
	}
	count := g.values(s.Exprs)
	g.at(s)
	g.abc(lua.OP_RETURN, save, count, 0)
}

// values evaluates all values of a list into new registers and returns the
// operand that says how many they are: their number plus one, or zero when
// the last expression leaves as many as it has.
func (g *gen) values(exprs []Expr) int {
	for i, e := range exprs {
		if i == len(exprs)-1 && isMulti(e) {
			g.multi(e, allResults)
			return 0
		}
		g.to(e, g.reserve(1))
	}
	return len(exprs) + 1
}

// returnClosing returns from inside scopes with to-be-closed variables: a
// helper gets the values, closes, and hands them back.
func (g *gen) returnClosing(s *Return) {
	base := g.helper(helperReturn)
	count := g.reserve(1)
	g.countCloses(count)
	n := g.values(s.Exprs)
	if n > 0 {
		n++
	}
	g.abc(lua.OP_CALL, base, n, 0)
	g.abc(lua.OP_RETURN, base, 0, 0)
	g.free = base
}

// countCloses computes how many variables there are to close.
func (g *gen) countCloses(target int) {
	n := 0
	var guards []int
	for s := g.scope; s != nil; s = s.parent {
		for _, c := range s.closes {
			if c.guard == noGuard {
				n++
			} else {
				guards = append(guards, c.guard)
			}
		}
	}
	one := g.constant(lua.LNumber(1))
	g.abx(lua.OP_LOADK, target, g.constant(lua.LNumber(n)))
	for _, guard := range guards {
		g.abc(lua.OP_TEST, guard, 0, 0)
		skip := g.jump()
		r := g.reserve(1)
		g.abx(lua.OP_LOADK, r, one)
		g.abc(lua.OP_ADD, target, target, r)
		g.free = r
		g.patch(skip, len(g.code))
	}
}
