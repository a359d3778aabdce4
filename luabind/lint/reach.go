package lint

import "github.com/spoa-lua/spoa-lua/luabind/lua54"

// checkBlocks looks for code that is never reached in all blocks.
func (l *linter) checkBlocks(main *lua54.Function) {
	l.reach(main.Body)
	walk(main, &visitor{
		stmt: func(s lua54.Stmt, _ context) {
			for _, b := range blocksOf(s) {
				l.reach(b)
			}
		},
		expr: func(e lua54.Expr, _ context) {
			if fn, ok := e.(*lua54.Function); ok {
				l.reach(fn.Body)
			}
		},
	})
}

func blocksOf(s lua54.Stmt) []*lua54.Block {
	switch s := s.(type) {
	case *lua54.Do:
		return []*lua54.Block{s.Body}
	case *lua54.While:
		return []*lua54.Block{s.Body}
	case *lua54.Repeat:
		return []*lua54.Block{s.Body}
	case *lua54.If:
		if s.Else == nil {
			return s.Thens
		}
		return append(append([]*lua54.Block{}, s.Thens...), s.Else)
	case *lua54.NumericFor:
		return []*lua54.Block{s.Body}
	case *lua54.GenericFor:
		return []*lua54.Block{s.Body}
	}
	return nil
}

// reach warns about the first statement behind one that never goes on. A label
// may be jumped to.
func (l *linter) reach(b *lua54.Block) {
	for i, s := range b.Stmts[:max(len(b.Stmts)-1, 0)] {
		if !leaves(s) {
			continue
		}
		if next := b.Stmts[i+1]; !isLabel(next) {
			l.warn(next.Place(), "this is never reached")
		}
		return
	}
}

func isLabel(s lua54.Stmt) bool {
	_, ok := s.(*lua54.LabelStmt)
	return ok
}

// leaves says whether what follows a statement is never run.
func leaves(s lua54.Stmt) bool {
	switch s := s.(type) {
	case *lua54.Return, *lua54.Break, *lua54.Goto:
		return true
	case *lua54.CallStmt:
		return isGlobal(s.Call.Func, "error") && s.Call.Method == ""
	case *lua54.Do:
		return blockLeaves(s.Body)
	case *lua54.If:
		for _, b := range blocksOf(s) {
			if !blockLeaves(b) {
				return false
			}
		}
		return s.Else != nil
	}
	return false
}

func blockLeaves(b *lua54.Block) bool {
	return len(b.Stmts) > 0 && leaves(b.Stmts[len(b.Stmts)-1])
}
