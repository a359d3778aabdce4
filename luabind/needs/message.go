package needs

import "github.com/spoa-lua/spoa-lua/luabind/lua54"

// arguments finds what is read of messages. A message that is handed to another
// function is known there by the name of its parameter.
func (s *search) arguments() {
	for before := -1; before < len(s.messages); {
		before = len(s.messages)
		for _, f := range s.list {
			lua54.Inspect(f.node, func(n lua54.Node) bool {
				s.handed(n)
				return true
			})
		}
	}
	for _, f := range s.list {
		s.file = f.file
		lua54.Inspect(f.node, func(n lua54.Node) bool {
			s.field(n)
			return true
		})
	}
}

// handed follows a message into local variables and parameters.
func (s *search) handed(n lua54.Node) {
	switch n := n.(type) {
	case *lua54.Local:
		for i, v := range n.Vars {
			if s.isMessage(at(n.Exprs, i)) {
				s.messages[v] = true
			}
		}
	case *lua54.Call:
		first := 0
		if n.Method != "" {
			first = 1 // self
		}
		name := n.Method
		if name == "" {
			name = nameOf(n.Func)
		}
		for i, e := range n.Args {
			if !s.isMessage(e) {
				continue
			}
			for _, f := range s.a.byName[name] {
				if i+first < len(f.node.Params) {
					s.messages[f.node.Params[i+first]] = true
				}
			}
		}
	}
}

func (s *search) isMessage(e lua54.Expr) bool {
	n, ok := e.(*lua54.Name)
	return ok && n.Var != nil && s.messages[n.Var]
}

func (s *search) field(n lua54.Node) {
	i, ok := n.(*lua54.Index)
	if !ok || !s.isMessage(i.Object) {
		return
	}
	switch key := i.Key.(type) {
	case *lua54.String:
		add(&s.needs.Fields, key.Value)
	case *lua54.Number: // by its place in the message
	default:
		s.unknown(n, "the name of the argument is computed: declare it with spoa.on(name, {args = {...}}, fn)")
	}
}
