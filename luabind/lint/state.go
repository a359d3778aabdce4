package lint

import (
	"github.com/spoa-lua/spoa-lua/luabind/lua54"
)

// State returns only what handlers keep in variables, for the log of a load.
func State(files []File) []Warning {
	l := &linter{use: newUse()}
	for _, f := range files {
		chunk, err := lua54.Parse(f.Name, f.Text)
		if err != nil {
			continue
		}
		l.use.collect(chunk.Main)
		l.file = f.Name
		l.checkState(chunk.Main)
	}
	return l.warnings
}

// checkState warns about variables of a file that handlers keep state in: messages
// are answered by many VMs, and each has its own. What only remembers results, as
// a cache does, is no state, so that a variable counts when
//
//   - a handler computes its new value from the old one: hits = hits + 1,
//     hits[k] = (hits[k] or 0) + 1, list[#list + 1] = x, table.insert(list, x)
//   - a handler sets it, and one that never does reads it
//   - a handler sets a field of a table by a key that it has not looked for, as
//     that of a new session
//   - a task sets it and a handler reads it, or the other way round.
func (l *linter) checkState(main *lua54.Function) {
	s := &state{l: l, tops: map[*lua54.Var]*top{}, globals: map[string]*top{}, functions: map[place]*lua54.Function{}}
	s.declare(main)
	roots := s.roots(main)
	for _, r := range roots {
		s.follow(r)
	}
	s.lookups(roots)
	for _, t := range s.list {
		t.warn(l)
	}
}

// top is a variable of the top level of a file, or a global.
type top struct {
	name   string
	at     lua54.Pos
	table  bool // its value is made by a table constructor
	counts lua54.Node
	found  lua54.Node // where what other messages look for is set
	users  []*users
}

// users is what a root does with a variable.
type users struct {
	root   *root
	reads  bool
	writes lua54.Node // the first place
	sets   bool       // to something else than nil
}

// root is a function that the agent calls, and those that it calls.
type root struct {
	fn   *lua54.Function
	task bool
	seen map[*lua54.Function]bool
}

// place is where a function is found: a variable, or a field of it.
type place struct {
	v           *lua54.Var
	name, field string
}

type state struct {
	l         *linter
	tops      map[*lua54.Var]*top
	globals   map[string]*top
	list      []*top
	functions map[place]*lua54.Function
}

// registrars are the functions that take a handler, and which argument it is: -1
// is the last one.
var registrars = map[string]int{
	"spoa.on": -1, "spoa.register_message": 1, "core.register_action": 2, "core.register_fetches": 1,
	"core.register_converters": 1, "core.register_service": 2, taskRegistrar: 0,
}

const taskRegistrar = "core.register_task"

// declare finds the variables of the top level, and the functions by the names
// that they are called by.
func (s *state) declare(main *lua54.Function) {
	walk(main, &visitor{stmt: func(stmt lua54.Stmt, c context) {
		switch stmt := stmt.(type) {
		case *lua54.Local:
			for i, v := range stmt.Vars {
				var value lua54.Expr
				if i < len(stmt.Exprs) {
					value = stmt.Exprs[i]
				}
				if !c.inFunction {
					s.add(&top{name: v.Name, at: v.At, table: makesTable(value)}, v)
				}
				s.name(place{v: v}, value)
			}
		case *lua54.LocalFunction:
			s.functions[place{v: stmt.Var}] = stmt.Func
		case *lua54.Assign:
			for i, t := range stmt.Targets {
				if i < len(stmt.Exprs) {
					s.assigned(t, stmt.Exprs[i], c)
				}
			}
		}
	}})
}

func (s *state) add(t *top, v *lua54.Var) {
	s.list = append(s.list, t)
	if v != nil {
		s.tops[v] = t
	} else {
		s.globals[t.name] = t
	}
}

func (s *state) assigned(target, value lua54.Expr, c context) {
	p, ok := placeOf(target)
	if !ok {
		return
	}
	s.name(p, value)
	n, isName := target.(*lua54.Name)
	if isName && n.Var == nil && !c.inFunction && s.globals[n.Name] == nil {
		s.add(&top{name: n.Name, at: n.At.At, table: makesTable(value)}, nil)
	}
}

// name notes that a function is found at a place.
func (s *state) name(p place, value lua54.Expr) {
	switch value := value.(type) {
	case *lua54.Function:
		s.functions[p] = value
	case *lua54.Table:
		for _, item := range value.Items {
			key, isString := item.Key.(*lua54.String)
			if fn, ok := item.Value.(*lua54.Function); ok && isString {
				s.functions[place{p.v, p.name, key.Value}] = fn
			}
		}
	}
}

// placeOf is the place of NAME or NAME.field.
func placeOf(e lua54.Expr) (place, bool) {
	switch e := e.(type) {
	case *lua54.Name:
		return place{v: e.Var, name: globalName(e)}, true
	case *lua54.Index:
		key, isString := e.Key.(*lua54.String)
		object, isName := e.Object.(*lua54.Name)
		if isString && isName {
			return place{object.Var, globalName(object), key.Value}, true
		}
	}
	return place{}, false
}

func globalName(n *lua54.Name) string {
	if n.Var != nil {
		return ""
	}
	return n.Name
}

// makesTable reports whether a value is a table of the script's own.
func makesTable(e lua54.Expr) bool {
	switch e := e.(type) {
	case *lua54.Table:
		return true
	case *lua54.Call:
		return isGlobal(e.Func, "setmetatable") && len(e.Args) > 0 && makesTable(e.Args[0])
	}
	return false
}

// roots are the functions that a file registers at its top level or below.
func (s *state) roots(main *lua54.Function) []*root {
	var roots []*root
	walk(main, &visitor{expr: func(e lua54.Expr, _ context) {
		call, ok := e.(*lua54.Call)
		if !ok || call.Method != "" {
			return
		}
		path := s.l.use.path(call.Func)
		n, ok := registrars[path]
		if n < 0 {
			n = len(call.Args) - 1
		}
		if !ok || n < 0 || n >= len(call.Args) {
			return
		}
		if fn := s.function(call.Args[n]); fn != nil {
			roots = append(roots, &root{fn: fn, task: path == taskRegistrar, seen: map[*lua54.Function]bool{}})
		}
	}})
	return roots
}

// function is the one that an expression stands for, or nil.
func (s *state) function(e lua54.Expr) *lua54.Function {
	if fn, ok := e.(*lua54.Function); ok {
		return fn
	}
	if p, ok := placeOf(e); ok {
		return s.functions[p]
	}
	return nil
}

// follow notes what a root does with the variables of the file, in all functions
// that it mentions.
func (s *state) follow(r *root) {
	queue := []*lua54.Function{r.fn}
	for len(queue) > 0 {
		fn := queue[0]
		queue = queue[1:]
		if r.seen[fn] {
			continue
		}
		r.seen[fn] = true
		v := &visitor{
			stmt: func(stmt lua54.Stmt, _ context) {
				if a, ok := stmt.(*lua54.Assign); ok {
					s.assigns(r, a)
				}
			},
			expr: func(e lua54.Expr, _ context) {
				s.reads(r, e)
				if called := s.function(e); called != nil {
					queue = append(queue, called)
				}
			},
		}
		v.block(fn.Body)
	}
}

func (s *state) assigns(r *root, a *lua54.Assign) {
	for i, target := range a.Targets {
		t, at := s.target(target)
		if t == nil {
			continue
		}
		u := t.by(r)
		if u.writes == nil {
			u.writes = at
		}
		u.sets = u.sets || i >= len(a.Exprs) || !isNil(a.Exprs[i])
		if !r.task && t.counts == nil && (i < len(a.Exprs) && s.uses(a.Exprs[i], t) || s.growsAt(target, t)) {
			t.counts = at
		}
	}
}

// target is the variable that an assignment changes, or the table in it.
func (s *state) target(e lua54.Expr) (*top, lua54.Node) {
	if n, ok := e.(*lua54.Name); ok {
		return s.of(n), n
	}
	for {
		i, ok := e.(*lua54.Index)
		if !ok {
			break
		}
		if n, ok := i.Object.(*lua54.Name); ok {
			if t := s.of(n); t != nil && t.table {
				return t, n
			}
			return nil, nil
		}
		e = i.Object
	}
	return nil, nil
}

// of is the variable of a name, or nil when it is no variable of the top level.
func (s *state) of(n *lua54.Name) *top {
	if n.Var != nil {
		return s.tops[n.Var]
	}
	return s.globals[n.Name]
}

// growsAt says whether a target is t[#t + 1].
func (s *state) growsAt(target lua54.Expr, t *top) bool {
	i, ok := target.(*lua54.Index)
	return ok && s.uses(i.Key, t)
}

// uses says whether an expression reads a variable itself, not in a function.
func (s *state) uses(e lua54.Expr, t *top) bool {
	found := false
	v := &visitor{expr: func(e lua54.Expr, c context) {
		n, ok := e.(*lua54.Name)
		found = found || ok && !c.inFunction && s.of(n) == t
	}}
	v.exprs(e)
	return found
}

// reads notes what an expression does with variables: table.insert(t, x) changes
// one.
func (s *state) reads(r *root, e lua54.Expr) {
	switch e := e.(type) {
	case *lua54.Name:
		if t := s.of(e); t != nil {
			t.by(r).reads = true
		}
	case *lua54.Call:
		path := s.l.use.path(e.Func)
		if path != "table.insert" && path != "table.remove" || len(e.Args) == 0 {
			return
		}
		n, ok := e.Args[0].(*lua54.Name)
		if !ok {
			return
		}
		t := s.of(n)
		if t == nil || !t.table {
			return
		}
		t.by(r).sets = true
		if t.by(r).writes == nil {
			t.by(r).writes = n
		}
		if !r.task && t.counts == nil {
			t.counts = n
		}
	}
}

// by is what a root does with the variable.
func (t *top) by(r *root) *users {
	for _, u := range t.users {
		if u.root == r {
			return u
		}
	}
	u := &users{root: r}
	t.users = append(t.users, u)
	return u
}

const remedy = "; share it by spoa.shared, or by a Map that core.set_map changes"

// warn warns once about the variable.
func (t *top) warn(l *linter) {
	for _, writer := range t.users {
		for _, reader := range t.users {
			if writer.writes != nil && reader.reads && reader.writes == nil && writer.root.task != reader.root.task {
				l.warn(writer.writes.Place(), "'%s' of line %d is set here and read elsewhere, but a task has a VM of its own%s", t.name, t.at.Line, remedy)
				return
			}
		}
	}
	if t.counts != nil {
		l.warn(t.counts.Place(), "'%s' of line %d changes with each message, but every VM has its own%s", t.name, t.at.Line, remedy)
		return
	}
	for _, writer := range t.users {
		for _, reader := range t.users {
			if writer.writes != nil && reader.reads && !reader.sets && reader != writer {
				l.warn(writer.writes.Place(), "'%s' of line %d is set here for other handlers, but every VM has its own%s", t.name, t.at.Line, remedy)
				return
			}
		}
	}
	if t.found != nil {
		l.warn(t.found.Place(), "'%s' of line %d keeps here what other messages look for, but every VM has its own%s", t.name, t.at.Line, remedy)
	}
}
