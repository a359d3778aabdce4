package lua54

// Inspect calls f for n and for every statement and expression below it, outermost
// first and in the order of the text. Where f returns false it does not go below.
// A nil n is nothing.
func Inspect(n Node, f func(Node) bool) {
	if n == nil || !f(n) {
		return
	}
	switch n := n.(type) {
	case *Local:
		inspectAll(n.Exprs, f)
	case *Assign:
		inspectAll(n.Targets, f)
		inspectAll(n.Exprs, f)
	case *CallStmt:
		Inspect(n.Call, f)
	case *Do:
		inspectBlock(n.Body, f)
	case *While:
		Inspect(n.Cond, f)
		inspectBlock(n.Body, f)
	case *Repeat:
		inspectBlock(n.Body, f)
		Inspect(n.Cond, f)
	case *If:
		for i := range n.Conds {
			Inspect(n.Conds[i], f)
			inspectBlock(n.Thens[i], f)
		}
		inspectBlock(n.Else, f)
	case *NumericFor:
		inspectAll([]Expr{n.Init, n.Limit, n.Step}, f)
		inspectBlock(n.Body, f)
	case *GenericFor:
		inspectAll(n.Exprs, f)
		inspectBlock(n.Body, f)
	case *LocalFunction:
		Inspect(n.Func, f)
	case *Return:
		inspectAll(n.Exprs, f)
	default:
		inspectExpr(n, f)
	}
}

func inspectExpr(n Node, f func(Node) bool) {
	switch n := n.(type) {
	case *Index:
		Inspect(n.Object, f)
		Inspect(n.Key, f)
	case *Call:
		Inspect(n.Func, f)
		inspectAll(n.Args, f)
	case *Function:
		inspectBlock(n.Body, f)
	case *Binary:
		Inspect(n.Left, f)
		Inspect(n.Right, f)
	case *Unary:
		Inspect(n.Operand, f)
	case *Paren:
		Inspect(n.Inner, f)
	case *Table:
		for _, item := range n.Items {
			Inspect(item.Key, f)
			Inspect(item.Value, f)
		}
	}
}

func inspectAll(list []Expr, f func(Node) bool) {
	for _, e := range list {
		Inspect(e, f)
	}
}

func inspectBlock(b *Block, f func(Node) bool) {
	if b == nil {
		return
	}
	for _, s := range b.Stmts {
		Inspect(s, f)
	}
}
