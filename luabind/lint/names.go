package lint

import (
	"strings"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
)

// checkName warns about a global that nothing defines.
func (l *linter) checkName(e lua54.Expr, c context) {
	n, ok := e.(*lua54.Name)
	if !ok || n.Var != nil || c.tested || l.use.open || n.Name == "_ENV" {
		return
	}
	if _, known := l.globals[n.Name]; known || l.use.set[n.Name] || l.use.tested[n.Name] {
		return
	}
	candidates := append(keys(l.globals), l.locals...)
	for path := range l.use.set {
		if !strings.Contains(path, ".") {
			candidates = append(candidates, path)
		}
	}
	l.warn(n.Place(), "undefined global '%s'%s", n.Name, didYouMean(n.Name, candidates, ""))
}

// localNames returns the names of the local variables of a file.
func localNames(main *lua54.Function) []string {
	var names []string
	add := func(vars ...*lua54.Var) {
		for _, v := range vars {
			names = append(names, v.Name)
		}
	}
	walk(main, &visitor{
		stmt: func(s lua54.Stmt, _ context) {
			switch s := s.(type) {
			case *lua54.Local:
				add(s.Vars...)
			case *lua54.LocalFunction:
				add(s.Var)
			}
		},
		expr: func(e lua54.Expr, _ context) {
			if fn, ok := e.(*lua54.Function); ok {
				add(fn.Params...)
			}
		},
	})
	return names
}

// checkField warns about a field that a table of the VM does not have.
func (l *linter) checkField(e lua54.Expr, c context) {
	i, ok := e.(*lua54.Index)
	if !ok || c.tested {
		return
	}
	key, ok := i.Key.(*lua54.String)
	object := l.use.path(i.Object)
	if !ok || object == "" || object == "_G" || object == "package" || configured[object] {
		return
	}
	fields := l.table(object)
	path := object + "." + key.Value
	if _, known := fields[key.Value]; known || fields == nil || l.use.set[path] || l.use.set[object+".*"] || l.use.tested[path] {
		return
	}
	path, object = strings.TrimPrefix(path, modulePrefix), strings.TrimPrefix(object, modulePrefix)
	instead, ok := leftOut[path]
	if !ok {
		instead = didYouMean(key.Value, keys(fields), object+".")
	}
	l.warn(i.Place(), "there is no '%s'%s", path, instead)
}

// configured are the tables whose fields a haproxy.cfg tells.
var configured = map[string]bool{"core.backends": true, "core.frontends": true, "core.proxies": true}

// leftOut is why functions of Lua's library are missing.
var leftOut = map[string]string{
	"spoa.set_var": ": set_var is a global function",
	"os.execute":   noPrograms, "os.exit": ": scripts cannot end the agent",
	"os.remove": noWriting, "os.rename": noWriting, "os.tmpname": noWriting, "io.tmpfile": noWriting, "io.output": noWriting,
}

const (
	noPrograms = ": scripts start no programs"
	noWriting  = ": scripts write no files"
)

// table is what is known of the table at a path that scripts leave alone.
func (l *linter) table(path string) Names {
	if name, _, _ := strings.Cut(path, "."); l.use.set[name] || l.use.set[path] {
		return nil
	}
	names := l.globals
	for name := range strings.SplitSeq(path, ".") {
		names = names[name]
	}
	return names
}

// checkAssign warns about an assignment in a function to a global that no
// file declares at its top level.
func (l *linter) checkAssign(s lua54.Stmt, c context) {
	a, ok := s.(*lua54.Assign)
	if !ok || !c.inFunction {
		return
	}
	for _, t := range a.Targets {
		n, ok := t.(*lua54.Name)
		if !ok || n.Var != nil || l.use.declare[n.Name] || n.Name == "_ENV" {
			continue
		}
		if _, known := l.globals[n.Name]; known {
			l.warn(n.Place(), "assignment to the global '%s' of the library", n.Name)
			continue
		}
		l.warn(n.Place(), "assignment to the global '%s', which is declared nowhere: is 'local' missing?", n.Name)
	}
}

func keys(names Names) []string {
	list := make([]string, 0, len(names))
	for name := range names {
		list = append(list, name)
	}
	return list
}
