package lua54

import (
	"slices"

	lua "github.com/yuin/gopher-lua"
)

// place is the left side of an assignment after its parts were evaluated.
type place struct {
	name        *Name
	index       *Index
	object, key int
}

func (g *gen) assign(s *Assign) {
	save := g.free
	defer func() { g.free = save }()
	if len(s.Targets) == 1 && len(s.Exprs) == 1 {
		g.assignOne(s.Targets[0], s.Exprs[0])
		return
	}
	places := make([]place, len(s.Targets))
	for i, t := range s.Targets {
		places[i] = g.leftSide(t)
		g.protect(&places[i], s.Targets)
	}
	base := g.explist(s.Exprs, len(s.Targets))
	for i, place := range slices.Backward(places) {
		g.at(s.Targets[i])
		g.store(place, base+i)
	}
}

func (g *gen) assignOne(target, value Expr) {
	n, ok := target.(*Name)
	if ok && n.Var != nil && n.Var.fn == g.fn {
		g.to(value, n.Var.reg)
		return
	}
	p := g.leftSide(target)
	var r int
	if p.index != nil {
		r = g.operand(value)
	} else {
		r = g.any(value)
	}
	g.at(target)
	g.store(p, r)
}

// leftSide evaluates object and key of the left side, before any value is.
func (g *gen) leftSide(e Expr) place {
	if n, ok := e.(*Name); ok {
		if n.Var != nil || g.unit.env == nil {
			return place{name: n}
		}
		e = g.globalIndex(n)
	}
	i := e.(*Index)
	return place{index: i, object: g.any(i.Object), key: g.operand(i.Key)}
}

// protect copies the object and key of a field out of variables that the same
// statement assigns to.
func (g *gen) protect(p *place, targets []Expr) {
	if p.index == nil {
		return
	}
	for _, t := range targets {
		n, ok := t.(*Name)
		if !ok || n.Var == nil || n.Var.fn != g.fn {
			continue
		}
		for _, r := range []*int{&p.object, &p.key} {
			if *r == n.Var.reg {
				c := g.reserve(1)
				g.abc(lua.OP_MOVE, c, *r, 0)
				*r = c
			}
		}
	}
}

// store assigns the operand (for variables: the register) r.
func (g *gen) store(p place, r int) {
	switch {
	case p.index != nil:
		o := lua.OP_SETTABLE
		if _, ok := p.index.Key.(*String); ok {
			o = lua.OP_SETTABLEKS
		}
		g.trapGlobal(p.index)
		g.note(g.abc(o, p.object, p.key, r), 0, p.index.Object)
	case p.name.Var == nil:
		g.trapGlobal(p.name)
		g.abx(lua.OP_SETGLOBAL, r, g.constant(lua.LString(p.name.Name)))
	case p.name.Var.fn == g.fn:
		if r != p.name.Var.reg {
			g.abc(lua.OP_MOVE, p.name.Var.reg, r, 0)
		}
	default:
		g.abc(lua.OP_SETUPVAL, r, g.upvalueOf(p.name.Var), 0)
	}
}

// trapGlobal calls the Runtime before a function body assigns to a global.
func (g *gen) trapGlobal(target Expr) {
	if !g.unit.opt.TrapGlobalAssign || g.parent == nil {
		return
	}
	var name string
	switch e := target.(type) {
	case *Name:
		name = e.Name
	case *Index:
		n, ok := e.Object.(*Name)
		key, isName := e.Key.(*String)
		if !ok || !isName || n.Var == nil || n.Var != g.unit.env {
			return
		}
		name = key.Value
	}
	base := g.helper(helperGlobal)
	g.abx(lua.OP_LOADK, g.reserve(1), g.constant(lua.LString(name)))
	g.abc(lua.OP_CALL, base, 2, 1)
	g.free = base
}
