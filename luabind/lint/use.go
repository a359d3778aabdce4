package lint

import (
	"strings"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
)

// use is what all files together do with globals and with fields of the
// tables behind them, both by path, such as "string.trim".
type use struct {
	set     map[string]bool // assigned somewhere
	declare map[string]bool // globals assigned at the top level of a file
	tested  map[string]bool
	fields  map[string]bool // keys of fields that are assigned, whatever the table
	open    bool            // globals come and go in ways that cannot be followed
	alias   map[*lua54.Var]string
	files   map[string]bool // paths of modules that may be files
}

func newUse() *use {
	return &use{
		fields: map[string]bool{},
		set:    map[string]bool{}, declare: map[string]bool{}, tested: map[string]bool{}, alias: map[*lua54.Var]string{}, files: map[string]bool{},
	}
}

// collect notes what a file does.
func (u *use) collect(main *lua54.Function) {
	walk(main, &visitor{
		stmt: func(s lua54.Stmt, c context) {
			switch s := s.(type) {
			case *lua54.Local:
				u.aliases(s)
			case *lua54.Assign:
				for _, t := range s.Targets {
					u.assigned(t, c)
				}
			}
		},
		expr: func(e lua54.Expr, c context) {
			if c.tested {
				u.tested[u.path(e)] = true
			}
			u.opens(e)
		},
	})
}

// aliases notes locals that stand for a path, such as local shared = spoa.shared.
func (u *use) aliases(s *lua54.Local) {
	for i, v := range s.Vars {
		if i < len(s.Exprs) && v.Sets == 0 {
			if path := u.path(s.Exprs[i]); path != "" {
				u.alias[v] = path
			}
		}
	}
}

func (u *use) assigned(t lua54.Expr, c context) {
	if i, ok := t.(*lua54.Index); ok {
		if key, ok := i.Key.(*lua54.String); ok {
			u.fields[key.Value] = true
		}
	}
	path := u.path(t)
	if path == "" {
		u.opensAt(t)
		return
	}
	u.set[path] = true
	if _, ok := t.(*lua54.Name); ok && !c.inFunction {
		u.declare[path] = true
	}
}

// opensAt notes an assignment to _G[k] or string[k].
func (u *use) opensAt(t lua54.Expr) {
	if i, ok := t.(*lua54.Index); ok {
		if path := u.path(i.Object); path == "_G" || path == "_ENV" {
			u.open = true
		} else if path != "" {
			u.set[path+".*"] = true
		}
	}
}

// opens notes setmetatable(_G, ...), rawset(_G, ...) and the like: whoever
// gives _G or _ENV away may get globals.
func (u *use) opens(e lua54.Expr) {
	call, ok := e.(*lua54.Call)
	if !ok {
		return
	}
	for _, a := range call.Args {
		if path := u.path(a); path == "_G" || path == "_ENV" {
			u.open = u.open || !isGlobal(call.Func, "pairs")
		}
	}
}

// path is how a global or a field below one is written, "" for anything else.
// _G.x is x.
func (u *use) path(e lua54.Expr) string {
	switch e := e.(type) {
	case *lua54.Name:
		if e.Var == nil {
			return e.Name
		}
		return u.alias[e.Var]
	case *lua54.Index:
		key, ok := e.Key.(*lua54.String)
		if object := u.path(e.Object); ok && object != "" {
			if object == "_G" {
				return key.Value
			}
			return object + "." + key.Value
		}
	case *lua54.Paren:
		return u.path(e.Inner)
	case *lua54.Call:
		return u.module(e)
	}
	return ""
}

// module is where the fields of require "name" stand: require.name, unless a
// file has that name.
func (u *use) module(call *lua54.Call) string {
	if call.Method != "" || len(call.Args) != 1 || !isGlobal(call.Func, "require") {
		return ""
	}
	name, ok := call.Args[0].(*lua54.String)
	if !ok || u.files[strings.ReplaceAll(name.Value, ".", "/")] {
		return ""
	}
	return modulePrefix + name.Value
}

// modulePrefix is what stands in front of a module's name in paths.
const modulePrefix = "require."

// collectFile notes which modules a file may be: all ends of its path.
func (u *use) collectFile(name string) {
	name = strings.TrimSuffix(strings.TrimSuffix(name, ".lua"), "/init")
	for {
		u.files[name] = true
		_, rest, ok := strings.Cut(name, "/")
		if !ok {
			return
		}
		name = rest
	}
}
