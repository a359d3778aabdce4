package lint

import "github.com/spoa-lua/spoa-lua/luabind/lua54"

// context is where an expression stands.
type context struct {
	inFunction bool // not at the top level of the file
	tested     bool // only whether it is nil or false counts
}

// visitor is called for every expression and statement of a tree, outermost
// first. Either function may be nil.
type visitor struct {
	expr func(lua54.Expr, context)
	stmt func(lua54.Stmt, context)
	c    context
}

// walk visits the body of a main chunk.
func walk(main *lua54.Function, v *visitor) { v.block(main.Body) }

func (v *visitor) block(b *lua54.Block) {
	if b == nil {
		return
	}
	for _, s := range b.Stmts {
		v.statement(s)
	}
}

func (v *visitor) statement(s lua54.Stmt) {
	if v.stmt != nil {
		v.stmt(s, v.c)
	}
	switch s := s.(type) {
	case *lua54.Local:
		v.exprs(s.Exprs...)
	case *lua54.Assign:
		v.targets(s.Targets)
		v.exprs(s.Exprs...)
	case *lua54.CallStmt:
		v.exprs(s.Call)
	case *lua54.Do:
		v.block(s.Body)
	case *lua54.While:
		v.test(s.Cond)
		v.block(s.Body)
	case *lua54.Repeat:
		v.block(s.Body)
		v.test(s.Cond)
	case *lua54.If:
		for i := range s.Conds {
			v.test(s.Conds[i])
			v.block(s.Thens[i])
		}
		v.block(s.Else)
	case *lua54.NumericFor:
		v.exprs(s.Init, s.Limit)
		if s.Step != nil {
			v.exprs(s.Step)
		}
		v.block(s.Body)
	case *lua54.GenericFor:
		v.exprs(s.Exprs...)
		v.block(s.Body)
	case *lua54.LocalFunction:
		v.exprs(s.Func)
	case *lua54.Return:
		v.exprs(s.Exprs...)
	}
}

// targets visits what the left sides of an assignment read: not the variable
// or field itself.
func (v *visitor) targets(list []lua54.Expr) {
	for _, t := range list {
		if i, ok := t.(*lua54.Index); ok {
			v.exprs(i.Object, i.Key)
		}
	}
}

func (v *visitor) exprs(list ...lua54.Expr) {
	for _, e := range list {
		v.expression(e, false)
	}
}

func (v *visitor) test(e lua54.Expr) { v.expression(e, true) }

func (v *visitor) expression(e lua54.Expr, tested bool) {
	if v.expr != nil {
		c := v.c
		c.tested = tested
		v.expr(e, c)
	}
	switch e := e.(type) {
	case *lua54.Index:
		v.exprs(e.Object, e.Key)
	case *lua54.Call:
		v.expression(e.Func, false)
		for _, a := range e.Args {
			v.expression(a, isGlobal(e.Func, "type"))
		}
	case *lua54.Function:
		outer := v.c
		v.c.inFunction = true
		v.block(e.Body)
		v.c = outer
	case *lua54.Binary:
		v.binary(e, tested)
	case *lua54.Unary:
		v.expression(e.Operand, e.Operator == "not")
	case *lua54.Paren:
		v.expression(e.Inner, tested)
	case *lua54.Table:
		for _, item := range e.Items {
			if item.Key != nil {
				v.exprs(item.Key)
			}
			v.exprs(item.Value)
		}
	}
}

// binary knows that `a or b` and `a == nil` ask whether a is there, and that b
// may be what another version of Lua calls a, if both are of the library.
func (v *visitor) binary(e *lua54.Binary, tested bool) {
	switch e.Operator {
	case "and", "or":
		v.test(e.Left)
		v.expression(e.Right, tested || e.Operator == "or" && ofGlobal(e.Left))
	case "==", "~=":
		v.expression(e.Left, isNil(e.Right))
		v.expression(e.Right, isNil(e.Left))
	default:
		v.exprs(e.Left, e.Right)
	}
}

// ofGlobal says whether an expression is a global, or a field of one.
func ofGlobal(e lua54.Expr) bool {
	switch e := e.(type) {
	case *lua54.Name:
		return e.Var == nil
	case *lua54.Index:
		return ofGlobal(e.Object)
	case *lua54.Paren:
		return ofGlobal(e.Inner)
	case *lua54.Binary:
		return (e.Operator == "or" || e.Operator == "and") && ofGlobal(e.Left)
	}
	return false
}

func isNil(e lua54.Expr) bool {
	_, ok := e.(*lua54.Nil)
	return ok
}

func isGlobal(e lua54.Expr, name string) bool {
	n, ok := e.(*lua54.Name)
	return ok && n.Var == nil && n.Name == name
}
