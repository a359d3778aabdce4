package needs

import "github.com/spoa-lua/spoa-lua/luabind/lua54"

// text is what an expression is known to be: a whole string, or how one begins.
type text struct {
	value string
	open  bool // something that is not known follows
}

// maxTexts bounds how many strings an expression is followed to.
const maxTexts = 200

// given notes what a node gives to local variables and parameters.
func (a *Analysis) given(n lua54.Node) {
	switch n := n.(type) {
	case *lua54.Local:
		for i, v := range n.Vars {
			a.give(v, at(n.Exprs, i))
		}
	case *lua54.Assign:
		for i, target := range n.Targets {
			if name, ok := target.(*lua54.Name); ok {
				a.give(name.Var, at(n.Exprs, i))
			}
		}
	case *lua54.Call:
		a.handed(n)
	}
}

// give notes one value of a variable. Most are no strings and say nothing.
func (a *Analysis) give(v *lua54.Var, e lua54.Expr) {
	if v != nil && e != nil {
		a.values[v] = append(a.values[v], e)
	}
}

// handed notes the arguments of a call as values of the parameters of all
// functions with its name. pcall(f, ...) is a call of f.
func (a *Analysis) handed(c *lua54.Call) {
	name, args, first := c.Method, c.Args, 1 // self
	if name == "" {
		name, first = nameOf(c.Func), 0
	}
	if name == "pcall" && len(args) > 0 {
		name, args = nameOf(args[0]), args[1:]
	}
	for _, f := range a.byName[name] {
		for i, e := range args {
			if i+first < len(f.node.Params) {
				a.give(f.node.Params[i+first], e)
			}
		}
	}
}

// texts returns what a string can be, in the order of the files.
func (a *Analysis) texts(e lua54.Expr) []text { return a.follow(e, map[*lua54.Var]bool{}) }

func (a *Analysis) follow(e lua54.Expr, seen map[*lua54.Var]bool) []text {
	switch e := e.(type) {
	case *lua54.String:
		return []text{{value: e.Value}}
	case *lua54.Number:
		return []text{{value: lua54.FormatNumber(e.Value)}}
	case *lua54.Paren:
		return a.follow(e.Inner, seen)
	case *lua54.Name:
		if e.Var != nil && len(a.values[e.Var]) > 0 {
			return a.followVar(e.Var, seen)
		}
	case *lua54.Binary:
		switch e.Operator {
		case "..":
			return joined(a.follow(e.Left, seen), a.follow(e.Right, seen))
		case "or", "and":
			return append(a.follow(e.Left, seen), a.follow(e.Right, seen)...)
		}
	}
	return []text{{open: true}}
}

// followVar returns what a variable is given. That it is given itself says nothing
// more.
func (a *Analysis) followVar(v *lua54.Var, seen map[*lua54.Var]bool) []text {
	if seen[v] {
		return nil
	}
	seen[v] = true
	defer delete(seen, v)
	var list []text
	for _, e := range a.values[v] {
		if len(list) < maxTexts {
			list = append(list, a.follow(e, seen)...)
		}
	}
	return list[:min(len(list), maxTexts)]
}

// joined are the strings of l with those of r behind them.
func joined(l, r []text) []text {
	var list []text
	for _, left := range l {
		if left.open {
			list = append(list, left)
			continue
		}
		for _, right := range r {
			if len(list) < maxTexts {
				list = append(list, text{left.value + right.value, right.open})
			}
		}
	}
	return list
}
