package lint

import "github.com/spoa-lua/spoa-lua/luabind/lua54"

// access is a place where a handler reads or sets a field of a table of the top
// level.
type access struct {
	fn  *lua54.Function // the innermost one
	key lua54.Expr
	at  lua54.Node
}

// call is a place where a handler calls a function of the file.
type call struct {
	fn   *lua54.Function
	args []lua54.Expr
}

// lookups finds the tables in which one message finds what another one has left,
// such as sessions by their tokens. A cache is none: who sets a field there has
// looked for the same key.
type lookups struct {
	s          *state
	seen       map[*lua54.Function]bool
	reads      map[*top][]access
	sets       map[*top][]access
	assigned   map[lua54.Node]bool // the targets of assignments
	calls      map[*lua54.Function][]call
	parameters map[*lua54.Var]int // the places of parameters
}

// maxCallers bounds how many calls up a key is followed.
const maxCallers = 4

func (s *state) lookups(roots []*root) {
	l := &lookups{
		s: s, seen: map[*lua54.Function]bool{}, reads: map[*top][]access{}, sets: map[*top][]access{},
		assigned: map[lua54.Node]bool{}, calls: map[*lua54.Function][]call{}, parameters: map[*lua54.Var]int{},
	}
	for _, r := range roots {
		for fn := range r.seen {
			if !r.task {
				l.function(fn)
			}
		}
	}
	for _, t := range s.list {
		for _, set := range l.sets[t] {
			if t.table && t.found == nil && len(l.reads[t]) > 0 && !l.looked(t, set) {
				t.found = set.at
			}
		}
	}
}

// function notes what a function does itself, and those in it.
func (l *lookups) function(fn *lua54.Function) {
	if l.seen[fn] {
		return
	}
	l.seen[fn] = true
	for i, p := range fn.Params {
		l.parameters[p] = i
	}
	lua54.Inspect(fn, func(n lua54.Node) bool {
		inner, isFunction := n.(*lua54.Function)
		if isFunction && inner != fn {
			l.function(inner)
			return false
		}
		l.node(fn, n)
		return true
	})
}

func (l *lookups) node(fn *lua54.Function, n lua54.Node) {
	switch n := n.(type) {
	case *lua54.Assign:
		for i, target := range n.Targets {
			l.assigned[target] = true
			if i < len(n.Exprs) && isNil(n.Exprs[i]) {
				continue
			}
			if t, key := l.field(target); t != nil {
				l.sets[t] = append(l.sets[t], access{fn, key, target})
			}
		}
	case *lua54.Index:
		if t, key := l.field(n); t != nil && !l.assigned[n] {
			l.reads[t] = append(l.reads[t], access{fn, key, n})
		}
	case *lua54.Call:
		if called := l.s.function(n.Func); called != nil && n.Method == "" {
			l.calls[called] = append(l.calls[called], call{fn, n.Args})
		}
	}
}

// field is the table and the key of NAME[key], when the key is computed.
func (l *lookups) field(e lua54.Expr) (*top, lua54.Expr) {
	i, ok := e.(*lua54.Index)
	if !ok {
		return nil, nil
	}
	n, ok := i.Object.(*lua54.Name)
	if _, literal := i.Key.(*lua54.String); !ok || literal {
		return nil, nil
	}
	return l.s.of(n), i.Key
}

// looked reports whether who sets a field has read the one of the same key.
func (l *lookups) looked(t *top, set access) bool {
	var reads []access
	for _, read := range l.reads[t] {
		reads = append(reads, l.callers(read, 0)...)
	}
	for _, s := range l.callers(set, 0) {
		found := false
		for _, read := range reads {
			found = found || read.fn == s.fn && same(read.key, s.key)
		}
		if !found {
			return false
		}
	}
	return true
}

// callers is an access by the keys that callers give, where the key is a parameter.
func (l *lookups) callers(a access, depth int) []access {
	n, ok := a.key.(*lua54.Name)
	if !ok || n.Var == nil || depth == maxCallers {
		return []access{a}
	}
	i, isParameter := l.parameters[n.Var]
	if !isParameter || i >= len(a.fn.Params) || a.fn.Params[i] != n.Var {
		return []access{a}
	}
	var list []access
	for _, c := range l.calls[a.fn] {
		if i < len(c.args) {
			list = append(list, l.callers(access{c.fn, c.args[i], a.at}, depth+1)...)
		}
	}
	if list == nil {
		return []access{a}
	}
	return list
}

// same reports whether two expressions are written alike.
func same(a, b lua54.Expr) bool {
	switch a := a.(type) {
	case *lua54.Name:
		b, ok := b.(*lua54.Name)
		return ok && a.Var == b.Var && a.Name == b.Name
	case *lua54.String:
		b, ok := b.(*lua54.String)
		return ok && a.Value == b.Value
	case *lua54.Number:
		b, ok := b.(*lua54.Number)
		return ok && a.Value == b.Value
	case *lua54.Index:
		b, ok := b.(*lua54.Index)
		return ok && same(a.Object, b.Object) && same(a.Key, b.Key)
	case *lua54.Call:
		b, ok := b.(*lua54.Call)
		return ok && a.Method == b.Method && same(a.Func, b.Func) && sameList(a.Args, b.Args)
	case *lua54.Paren:
		b, ok := b.(*lua54.Paren)
		return ok && same(a.Inner, b.Inner)
	case *lua54.Binary:
		b, ok := b.(*lua54.Binary)
		return ok && a.Operator == b.Operator && same(a.Left, b.Left) && same(a.Right, b.Right)
	}
	return false
}

func sameList(a, b []lua54.Expr) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !same(a[i], b[i]) {
			return false
		}
	}
	return true
}
