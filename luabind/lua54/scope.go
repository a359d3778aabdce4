package lua54

import (
	"fmt"
	"slices"
)

// funcState is the function that is being parsed: its scopes, innermost last.
type funcState struct {
	parent *funcState
	fn     *Function
	scope  *scope
	vars   []*Var // in scope, outermost first
	upvals map[*Var]bool
	depth  int
}

// scope is a block that is being parsed.
type scope struct {
	parent *scope
	block  *Block
	base   int // number of variables in scope at its start
	loop   bool
	labels []*Label
	gotos  []*pendingGoto
}

// pendingGoto is a goto whose label has not appeared.
type pendingGoto struct {
	stmt   *Goto
	name   string
	active int
}

func (p *parser) openFunction(fn *Function) {
	if p.fs != nil {
		fn.parent = p.fs.fn
	}
	p.fs = &funcState{parent: p.fs, fn: fn, upvals: map[*Var]bool{}}
	fn.seen = map[string]bool{}
}

func (p *parser) closeFunction() {
	p.fs.fn.depth = p.fs.depth + 1
	p.fs.fn.seen = nil
	p.fs = p.fs.parent
}

// openScope starts a block; closeScope ends it.
func (p *parser) openScope(b *Block, loop bool) {
	p.fs.scope = &scope{parent: p.fs.scope, block: b, base: len(p.fs.vars), loop: loop}
}

func (p *parser) closeScope() {
	s := p.fs.scope
	s.block.End = p.tok.pos
	p.fs.vars = p.fs.vars[:s.base]
	p.fs.scope = s.parent
	for _, g := range s.gotos {
		if s.parent == nil {
			p.failSem("no visible label '%s' for <goto> at line %d", g.name, g.stmt.Place().Line)
		}
		g.active = min(g.active, s.base)
		s.parent.gotos = append(s.parent.gotos, g)
	}
}

// newVar makes a variable, which declare brings into scope.
func (p *parser) newVar(name string, at Pos) *Var {
	return &Var{Name: name, At: at, fn: p.fs.fn}
}

func (p *parser) declare(vars ...*Var) {
	for _, v := range vars {
		if len(p.fs.vars) >= maxLocals {
			p.limit("local variables", maxLocals)
		}
		v.active = len(p.fs.vars)
		p.fs.vars = append(p.fs.vars, v)
	}
}

// limit raises the error that a function has too many of something.
func (p *parser) limit(what string, n int) {
	where := "main function"
	if p.fs.parent != nil {
		where = fmt.Sprintf("function at line %d", p.fs.fn.Place().Line)
	}
	p.fail(fmt.Sprintf("too many %s (limit is %d) in %s", what, n, where))
}

// lookup finds the variable of that name in the function or around it.
func (fs *funcState) lookup(name string) *Var {
	for _, v := range slices.Backward(fs.vars) {
		if v.Name == name {
			return v
		}
	}
	return nil
}

// resolve returns the variable a name stands for: nil for a global one, the
// chunk's _ENV for that name.
func (p *parser) resolve(name string) *Var {
	for fs := p.fs; fs != nil; fs = fs.parent {
		if v := fs.lookup(name); v != nil {
			p.capture(v)
			return v
		}
	}
	if name == "_ENV" {
		p.usesEnv = true
		return p.env
	}
	return nil
}

// capture notes an upvalue in all functions between the current one and the
// variable's own.
func (p *parser) capture(v *Var) {
	for fs := p.fs; fs != nil && fs.fn != v.fn; fs = fs.parent {
		v.Captured = true
		if !fs.upvals[v] {
			fs.fn.outer = append(fs.fn.outer, v)
		}
		fs.upvals[v] = true
		if len(fs.upvals) > maxUpvalues {
			p.limit("upvalues", maxUpvalues)
		}
	}
}

// variable returns the expression for a name at that place.
func (p *parser) variable(name string, at Pos) Expr {
	if v := p.resolve(name); v != nil {
		return &Name{At{at}, name, v}
	}
	if env := p.resolveLocalEnv(); env != nil {
		env.Uses++
		return &Index{At{at}, &Name{At{at}, "_ENV", env}, &String{At{at}, name}, true, 2}
	}
	if fn := p.fs.fn; !fn.seen[name] {
		fn.seen[name] = true
		fn.names = append(fn.names, name)
	}
	return &Name{At{at}, name, nil}
}

// resolveLocalEnv returns the local variable _ENV in scope, if any.
func (p *parser) resolveLocalEnv() *Var {
	for fs := p.fs; fs != nil; fs = fs.parent {
		if v := fs.lookup("_ENV"); v != nil {
			p.capture(v)
			return v
		}
	}
	return nil
}

// addGoto resolves a goto to a label before it, or leaves it pending.
func (p *parser) addGoto(g *Goto, name string) {
	for s := p.fs.scope; s != nil; s = s.parent {
		for _, l := range s.labels {
			if l.Name == name {
				g.Label = l
				return
			}
		}
	}
	s := p.fs.scope
	s.gotos = append(s.gotos, &pendingGoto{g, name, len(p.fs.vars)})
}

// addLabel declares a label and resolves the gotos before it.
func (p *parser) addLabel(l *Label) {
	for s := p.fs.scope; s != nil; s = s.parent {
		for _, old := range s.labels {
			if old.Name == l.Name {
				p.failSem("label '%s' already defined on line %d", l.Name, old.At.Line)
			}
		}
	}
	s := p.fs.scope
	l.block, l.active = s.block, len(p.fs.vars)
	if l.atEnd {
		l.active = s.base
	}
	s.labels = append(s.labels, l)
	rest := s.gotos[:0]
	for _, g := range s.gotos {
		if g.name != l.Name {
			rest = append(rest, g)
			continue
		}
		if g.active < l.active {
			p.failSem("<goto %s> at line %d jumps into the scope of local '%s'",
				g.name, g.stmt.Place().Line, p.fs.vars[g.active].Name)
		}
		g.stmt.Label = l
	}
	s.gotos = rest
}

// inLoop says whether a break has a loop to leave.
func (p *parser) inLoop() bool {
	for s := p.fs.scope; s != nil; s = s.parent {
		if s.loop {
			return true
		}
	}
	return false
}
