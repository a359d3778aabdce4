package lua54

import (
	lua "github.com/yuin/gopher-lua"
)

// upvalueOf returns the number of the upvalue for a variable of an enclosing
// function, or for the chunk's _ENV.
func (g *gen) upvalueOf(v *Var) int {
	for i, u := range g.upvalues {
		if u.v == v {
			return i
		}
	}
	u := upvalue{v: v, name: v.Name}
	switch {
	case g.parent == nil:
	case v.fn == g.parent.fn:
		u.fromLocal, u.index = true, v.reg
	default:
		u.index = g.parent.upvalueOf(v)
	}
	return g.addUpvalue(u)
}

// helperUpvalue returns the number of the upvalue that holds a helper.
func (g *gen) helperUpvalue(h helper) int {
	for i, u := range g.upvalues {
		if u.v == nil && u.name == string(h) {
			return i
		}
	}
	u := upvalue{name: string(h)}
	if g.parent != nil {
		u.index = g.parent.helperUpvalue(h)
	}
	return g.addUpvalue(u)
}

func (g *gen) addUpvalue(u upvalue) int {
	if len(g.upvalues) >= maxUpvalues {
		g.fail("too many upvalues")
	}
	g.upvalues = append(g.upvalues, u)
	return len(g.upvalues) - 1
}

// helper loads a helper into a new register, for a call with the arguments
// that follow.
func (g *gen) helper(h helper) int {
	base := g.reserve(1)
	g.abc(lua.OP_GETUPVAL, base, g.helperUpvalue(h), 0)
	return base
}

// closure generates an inner function and its instantiation.
func (g *gen) closure(fn *Function, target int) {
	line := g.line
	inner := g.unit.function(fn, g)
	g.protos = append(g.protos, inner.finish())
	if len(g.protos) > maxBx {
		g.fail("function has too many inner functions")
	}
	g.line = line
	g.abx(lua.OP_CLOSURE, target, len(g.protos)-1)
	for _, u := range inner.upvalues {
		if u.fromLocal {
			g.abc(lua.OP_MOVE, 0, u.index, 0)
		} else {
			g.abc(lua.OP_GETUPVAL, 0, u.index, 0)
		}
	}
}
