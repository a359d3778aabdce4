package lua54

import (
	"slices"

	lua "github.com/yuin/gopher-lua"
)

// genScope is a block whose code is being generated.
type genScope struct {
	parent *genScope
	block  *Block
	base   int // the first register of its variables
	loop   bool
	breaks []int
	vars   []*Var
	closes []toClose
	ending []*Label // labels at the end of the block
}

// toClose is a to-be-closed variable of a scope. With a guard register it is
// closed only if that register is true.
type toClose struct{ reg, guard int }

const noGuard = -1

func (g *gen) openScope(b *Block, loop bool) *genScope {
	g.scope = &genScope{parent: g.scope, block: b, base: g.free, loop: loop}
	return g.scope
}

// activate brings variables into scope, whose registers have been reserved.
func (g *gen) activate(first int, vars ...*Var) {
	for i, v := range vars {
		v.reg = first + i
	}
	g.scope.vars = append(g.scope.vars, vars...)
}

// closeScope ends the block: what leaves it by its end is closed, and gotos
// to labels at its end continue behind that, for they have closed already.
func (g *gen) closeScope() {
	s := g.scope
	g.exit(s, s.base)
	g.scope = s.parent
	g.free = s.base
	for _, l := range s.ending {
		g.place(l)
	}
}

// exit emits what must happen when control leaves variables: all scopes
// inside of s, and in s the variables from the register level on.
func (g *gen) exit(s *genScope, level int) {
	captured := maxRegisters
	for in := g.scope; ; in = in.parent {
		for _, c := range slices.Backward(in.closes) {
			if c.reg >= level {
				g.closeOne(c)
			}
		}
		for _, v := range in.vars {
			if v.Captured && v.reg >= level {
				captured = min(captured, v.reg)
			}
		}
		if in == s {
			break
		}
	}
	if captured < maxRegisters {
		g.abc(lua.OP_CLOSE, captured, 0, 0)
	}
}

// closeOne emits the call that closes the newest to-be-closed variable.
func (g *gen) closeOne(c toClose) {
	var skip []int
	if c.guard != noGuard {
		g.abc(lua.OP_TEST, c.guard, 0, 0)
		skip = append(skip, g.jump())
	}
	base := g.helper(helperClose)
	g.abc(lua.OP_CALL, base, 1, 1)
	g.free = base
	g.patchHere(skip)
}

// mustClose says whether any scope up to the function's has a to-be-closed
// variable, so that a return cannot be a tail call.
func (g *gen) mustClose() bool {
	for s := g.scope; s != nil; s = s.parent {
		if len(s.closes) > 0 {
			return true
		}
	}
	return false
}

// place puts a label at the next instruction.
func (g *gen) place(l *Label) {
	l.pc, l.placed = len(g.code), true
	g.patchHere(l.pending)
	l.pending = nil
}

// gotoStmt jumps to a label, leaving the scopes between.
func (g *gen) gotoStmt(s *Goto) {
	l := s.Label
	target := g.scope
	for target.block != l.block {
		target = target.parent
	}
	var level int
	switch {
	case l.placed && !l.atEnd:
		level = l.level
	case l.atEnd:
		level = target.base
	default:
		level = target.base
		for _, v := range target.vars {
			level = max(level, v.reg+1)
		}
	}
	g.exit(target, level)
	if l.placed {
		g.jumpTo(l.pc)
		return
	}
	l.pending = append(l.pending, g.jump())
}

func (g *gen) labelStmt(s *LabelStmt) {
	for _, l := range s.Labels {
		l.level = g.free
		if l.atEnd {
			g.scope.ending = append(g.scope.ending, l)
			continue
		}
		g.place(l)
	}
}

func (g *gen) breakStmt() {
	s := g.scope
	for !s.loop {
		s = s.parent
	}
	g.exit(s, s.base)
	s.breaks = append(s.breaks, g.jump())
}
