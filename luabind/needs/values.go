package needs

import (
	"slices"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
)

// text is what an expression is known to be: a whole string, or how one begins.
type text struct {
	value string
	open  bool // something that is not known follows
	// from is the parameter that all of it is.
	from *lua54.Var
}

// maxTexts bounds how many strings an expression is followed to.
const maxTexts = 200

// holder is what a name stands for: the *lua54.Var of a local variable or
// parameter, or the name of a global as a string.
type holder any

func holderOf(n *lua54.Name) holder {
	if n.Var != nil {
		return n.Var
	}
	return n.Name
}

// value is what a variable is given: an expression, or a part of the table that it
// is.
type value struct {
	expr lua54.Expr
	part part
}

type part int

const (
	whole    part = iota
	keys          // the names of its fields, as pairs yields them
	elements      // their values
)

// given notes what a node gives to variables and parameters, and puts into tables.
func (a *Analysis) given(n lua54.Node) {
	switch n := n.(type) {
	case *lua54.Local:
		for i, v := range n.Vars {
			a.give(v, value{expr: at(n.Exprs, i)})
		}
	case *lua54.Assign:
		for i, target := range n.Targets {
			a.assigned(target, at(n.Exprs, i))
		}
	case *lua54.GenericFor:
		a.iterated(n)
	case *lua54.Call:
		a.handed(n)
		a.inserted(n)
	}
}

// give notes one value of a variable. Most are no strings and say nothing.
func (a *Analysis) give(h holder, v value) {
	if v.expr == nil {
		return
	}
	a.values[h] = append(a.values[h], v)
	if n, ok := v.expr.(*lua54.Name); ok && v.part == whole {
		a.aliases[holderOf(n)] = append(a.aliases[holderOf(n)], h)
	}
}

// assigned notes one value of a variable, or of a field of one.
func (a *Analysis) assigned(target, e lua54.Expr) {
	switch target := target.(type) {
	case *lua54.Name:
		a.give(holderOf(target), value{expr: e})
	case *lua54.Index:
		if n, ok := target.Object.(*lua54.Name); ok && e != nil {
			a.put(n, lua54.Item{Key: target.Key, Value: e})
		}
	}
}

// put notes a field that a table gets behind its constructor.
func (a *Analysis) put(n *lua54.Name, item lua54.Item) {
	a.fields[holderOf(n)] = append(a.fields[holderOf(n)], item)
}

// iterated notes what the variables of a loop over pairs or ipairs are.
func (a *Analysis) iterated(n *lua54.GenericFor) {
	c, ok := at(n.Exprs, 0).(*lua54.Call)
	if !ok || len(c.Args) != 1 {
		return
	}
	kind := nameOf(c.Func)
	if kind == "pairs" {
		a.give(n.Vars[0], value{c.Args[0], keys})
	}
	if len(n.Vars) > 1 && (kind == "pairs" || kind == "ipairs") {
		a.give(n.Vars[1], value{c.Args[0], elements})
	}
}

// inserted notes what table.insert puts into a table.
func (a *Analysis) inserted(c *lua54.Call) {
	if nameOf(c.Func) != "insert" || len(c.Args) < 2 {
		return
	}
	if n, ok := c.Args[0].(*lua54.Name); ok {
		a.put(n, lua54.Item{Value: c.Args[len(c.Args)-1]})
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
				a.give(f.node.Params[i+first], value{expr: e})
			}
		}
	}
}

// trail is how an expression is followed.
type trail struct {
	on   map[holder]bool // the variables on the way: one that is given itself says nothing more
	left int             // how many expressions may still be looked at
}

// maxSteps bounds how much of a script is looked at for one expression.
const maxSteps = 20_000

func newTrail() *trail { return &trail{map[holder]bool{}, maxSteps} }

// over counts an expression, and reports whether it is one too many.
func (t *trail) over() bool {
	t.left--
	return t.left < 0
}

// texts returns what a string can be, in the order of the files.
func (a *Analysis) texts(e lua54.Expr) []text { return a.follow(e, newTrail()) }

func (a *Analysis) follow(e lua54.Expr, t *trail) []text {
	if t.over() {
		return []text{{open: true}}
	}
	switch e := e.(type) {
	case *lua54.String:
		return []text{{value: e.Value}}
	case *lua54.Number:
		return []text{{value: lua54.FormatNumber(e.Value)}}
	case *lua54.Nil:
		return nil
	case *lua54.Paren:
		return a.follow(e.Inner, t)
	case *lua54.Name:
		if len(a.values[holderOf(e)]) > 0 {
			return a.followVariable(holderOf(e), t)
		}
		return []text{{open: true, from: e.Var}}
	case *lua54.Index:
		return a.followField(e, t)
	case *lua54.Binary:
		switch e.Operator {
		case "..":
			return joined(a.follow(e.Left, t), a.follow(e.Right, t))
		case "or", "and":
			return append(a.follow(e.Left, t), a.follow(e.Right, t)...)
		}
	}
	return []text{{open: true}}
}

// followVariable returns what a variable is given.
func (a *Analysis) followVariable(h holder, t *trail) []text {
	if t.on[h] {
		return nil
	}
	t.on[h] = true
	defer delete(t.on, h)
	var list []text
	for _, v := range a.values[h] {
		if len(list) >= maxTexts {
			break
		}
		if v.part == whole {
			list = append(list, a.follow(v.expr, t)...)
			continue
		}
		list = append(list, a.followPart(v, t)...)
	}
	return list[:min(len(list), maxTexts)]
}

// followPart returns what the keys or the elements of a table are.
func (a *Analysis) followPart(v value, t *trail) []text {
	items, open := a.items(v.expr, t)
	var list []text
	for _, item := range items {
		e := item.Value
		if v.part == keys {
			e = item.Key
		}
		if e != nil && len(list) < maxTexts { // no key: it is a number
			list = append(list, a.follow(e, t)...)
		}
	}
	if open {
		list = append(list, text{open: true})
	}
	return list
}

// followField returns what a field is: what all tables have in it that its object
// can be.
func (a *Analysis) followField(e *lua54.Index, t *trail) []text {
	items, open := a.items(e.Object, t)
	name := literal(e.Key)
	found := false
	var list []text
	for _, item := range items {
		switch {
		case name != "" && literal(item.Key) == name:
			found = true
			if len(list) < maxTexts {
				list = append(list, a.follow(item.Value, t)...)
			}
		case name == "" || item.Key != nil && literal(item.Key) == "":
			open = true // one of the two is computed
		}
	}
	if open || !found {
		list = append(list, text{open: true})
	}
	return list
}

// items returns the fields of the tables that an expression can be, and whether it
// can be another one.
func (a *Analysis) items(e lua54.Expr, t *trail) (items []lua54.Item, open bool) {
	if t.over() {
		return nil, true
	}
	switch e := e.(type) {
	case *lua54.Table:
		return e.Items, false
	case *lua54.Nil:
		return nil, false
	case *lua54.Paren:
		return a.items(e.Inner, t)
	case *lua54.Name:
		return a.itemsOfVariable(holderOf(e), t)
	case *lua54.Index:
		return a.itemsOfField(e, t)
	case *lua54.Binary:
		if e.Operator == "or" || e.Operator == "and" {
			left, open := a.items(e.Left, t)
			right, more := a.items(e.Right, t)
			return append(slices.Clone(left), right...), open || more
		}
	}
	return nil, true
}

func (a *Analysis) itemsOfVariable(h holder, t *trail) (items []lua54.Item, open bool) {
	if t.on[h] {
		return nil, false
	}
	t.on[h] = true
	defer delete(t.on, h)
	values := a.values[h]
	for _, v := range values {
		list, more := a.items(v.expr, t)
		if v.part == elements {
			list, more = a.inner(list, more, t)
		}
		if v.part != keys && len(items) < maxTexts {
			items, open = append(items, list...), open || more
		}
	}
	return append(items, a.later(h, newTrail())...), open || len(values) == 0
}

// itemsOfField returns the fields of the tables that a field can be.
func (a *Analysis) itemsOfField(e *lua54.Index, t *trail) ([]lua54.Item, bool) {
	list, open := a.items(e.Object, t)
	var in []lua54.Item
	for _, item := range list {
		if literal(e.Key) == "" || literal(item.Key) == literal(e.Key) {
			in = append(in, item)
		}
	}
	return a.inner(in, open || len(in) == 0, t)
}

// inner returns the fields of the tables that are the values of fields.
func (a *Analysis) inner(items []lua54.Item, open bool, t *trail) ([]lua54.Item, bool) {
	var list []lua54.Item
	for _, item := range items {
		in, more := a.items(item.Value, t)
		if len(list) < maxTexts {
			list, open = append(list, in...), open || more
		}
	}
	return list, open
}

// later returns the fields that a variable's table gets under this name, or under
// that of a parameter or variable that it is given to.
func (a *Analysis) later(h holder, t *trail) []lua54.Item {
	if t.on[h] || t.over() {
		return nil
	}
	t.on[h] = true
	list := slices.Clone(a.fields[h])
	for _, alias := range a.aliases[h] {
		list = append(list, a.later(alias, t)...)
	}
	return list
}

// joined are the strings of l with those of r behind them.
func joined(l, r []text) []text {
	var list []text
	for _, left := range l {
		if left.open {
			list = append(list, text{value: left.value, open: true})
			continue
		}
		for _, right := range r {
			if len(list) < maxTexts {
				list = append(list, text{value: left.value + right.value, open: right.open})
			}
		}
	}
	return list
}
