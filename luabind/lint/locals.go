package lint

import (
	"slices"
	"strings"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
)

// locals follows scopes to find what is shadowed.
type locals struct {
	l       *linter
	visible []*lua54.Var
}

// checkLocals warns about variables that nobody reads and about those that
// hide another one.
func (l *linter) checkLocals(main *lua54.Function) {
	(&locals{l: l}).block(main.Body, main.Params...)
}

func (s *locals) block(b *lua54.Block, vars ...*lua54.Var) {
	mark := len(s.visible)
	s.visible = append(s.visible, vars...)
	for _, stmt := range b.Stmts {
		s.statement(stmt)
	}
	s.visible = s.visible[:mark]
}

func (s *locals) statement(stmt lua54.Stmt) {
	switch stmt := stmt.(type) {
	case *lua54.LocalFunction:
		s.declare(stmt.Var)
		s.unused([]*lua54.Var{stmt.Var}, "function")
		s.block(stmt.Func.Body, stmt.Func.Params...)
		return
	case *lua54.Local:
		s.functions(stmt)
		for i, v := range stmt.Vars {
			if i < len(stmt.Exprs) && mentions(stmt.Exprs[i], v.Name) {
				s.visible = append(s.visible, v) // local x = x or 1
				continue
			}
			s.declare(v)
		}
		s.unused(stmt.Vars, "variable")
		return
	case *lua54.NumericFor:
		s.functions(stmt)
		s.block(stmt.Body, stmt.Var)
		return
	case *lua54.GenericFor:
		s.functions(stmt)
		s.block(stmt.Body, stmt.Vars...)
		return
	}
	s.functions(stmt)
	for _, b := range blocksOf(stmt) {
		s.block(b)
	}
}

// functions goes into the functions in the expressions of a statement.
func (s *locals) functions(stmt lua54.Stmt) {
	v := &visitor{expr: func(e lua54.Expr, c context) {
		if fn, ok := e.(*lua54.Function); ok && !c.inFunction {
			s.block(fn.Body, fn.Params...)
		}
	}}
	v.own(stmt)
}

// own visits the expressions of a statement, but not its blocks.
func (v *visitor) own(stmt lua54.Stmt) {
	switch s := stmt.(type) {
	case *lua54.While:
		v.exprs(s.Cond)
	case *lua54.Repeat:
		v.exprs(s.Cond)
	case *lua54.If:
		v.exprs(s.Conds...)
	case *lua54.NumericFor:
		v.exprs(s.Init, s.Limit)
	case *lua54.GenericFor:
		v.exprs(s.Exprs...)
	case *lua54.Do:
	default:
		v.statement(stmt)
	}
}

// declare brings a variable into scope.
func (s *locals) declare(v *lua54.Var) {
	for i := len(s.visible) - 1; i >= 0 && !strings.HasPrefix(v.Name, "_"); i-- {
		if old := s.visible[i]; old.Name == v.Name {
			s.l.warn(v.At, "local '%s' hides the one of line %d", v.Name, old.At.Line)
			break
		}
	}
	s.visible = append(s.visible, v)
}

// unused warns about the variables of a statement behind which nothing is
// read: local ok, err = f() may want err only.
func (s *locals) unused(vars []*lua54.Var, what string) {
	for _, v := range slices.Backward(vars) {
		if v.Uses > 0 || v.Attrib == lua54.Close || strings.HasPrefix(v.Name, "_") {
			return
		}
		if v.Sets > 0 {
			s.l.warn(v.At, "local %s '%s' is assigned but never read", what, v.Name)
		} else {
			s.l.warn(v.At, "unused local %s '%s'", what, v.Name)
		}
	}
}

// mentions says whether an expression uses a variable of that name.
func mentions(e lua54.Expr, name string) bool {
	found := false
	v := &visitor{expr: func(e lua54.Expr, _ context) {
		n, ok := e.(*lua54.Name)
		found = found || ok && n.Name == name
	}}
	v.exprs(e)
	return found
}
