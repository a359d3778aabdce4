package lua54

// exprList parses one or more expressions.
func (p *parser) exprList() []Expr {
	list := []Expr{p.expr()}
	for p.accept(",") {
		list = append(list, p.expr())
	}
	return list
}

func (p *parser) expr() Expr { return p.subexpr(0) }

// unaryPriority binds tighter than all binary operators but ^.
const unaryPriority = 12

// priority returns how tightly a binary operator binds on its left and right
// side (manual 3.4.8); zero means the token is none.
func priority(k kind) (left, right int) {
	switch k {
	case "or":
		return 1, 1
	case "and":
		return 2, 2
	case "<", ">", "<=", ">=", "~=", "==":
		return 3, 3
	case "|":
		return 4, 4
	case "~":
		return 5, 5
	case "&":
		return 6, 6
	case "<<", ">>":
		return 7, 7
	case "..":
		return 9, 8
	case "+", "-":
		return 10, 10
	case "*", "/", "//", "%":
		return 11, 11
	case "^":
		return 14, 13
	}
	return 0, 0
}

// subexpr parses operators that bind tighter than limit.
func (p *parser) subexpr(limit int) Expr {
	p.enter()
	var e Expr
	switch k := p.tok.kind; k {
	case "not", "-", "~", "#":
		at := p.tok.pos
		p.advance()
		operand := p.subexpr(unaryPriority)
		if k == "~" {
			markBits(operand)
		}
		e = fold(&Unary{At{at}, string(k), operand, p.checkDepth(operand)})
	default:
		e = p.simple()
	}
	for {
		k, at := p.tok.kind, p.tok.pos
		left, right := priority(k)
		if left <= limit {
			break
		}
		p.advance()
		operand := p.subexpr(right)
		if isBitwise(string(k)) {
			markBits(e)
			markBits(operand)
		}
		e = fold(&Binary{At{at}, string(k), e, operand, false, false, p.checkDepth(e, operand)})
	}
	p.leave()
	return e
}

func isBitwise(operator string) bool {
	switch operator {
	case "&", "|", "~", "<<", ">>":
		return true
	}
	return false
}

// markBits notes that a variable is an operand of a bitwise operator: its
// arithmetic is then meant for integers and computed exactly.
func markBits(e Expr) {
	switch e := e.(type) {
	case *Name:
		if e.Var != nil {
			e.Var.bits = true
		}
	case *Paren:
		markBits(e.Inner)
	case *Binary:
		if isArithmetic(e.Operator) && !e.bits {
			e.bits = true
			markBits(e.Left)
			markBits(e.Right)
		}
	}
}

func isArithmetic(operator string) bool {
	switch operator {
	case "+", "-", "*":
		return true
	}
	return false
}

func (p *parser) simple() Expr {
	at := At{p.tok.pos}
	var e Expr
	switch p.tok.kind {
	case kindNumber:
		e = &Number{at, p.tok.number, p.tok.float, p.tok.hex}
	case kindString:
		e = &String{at, p.tok.text}
	case "nil":
		e = &Nil{at}
	case "true", "false":
		e = &Bool{at, p.tok.is("true")}
	case "...":
		if !p.fs.fn.Vararg {
			p.fail("cannot use '...' outside a vararg function")
		}
		e = &Vararg{at}
	case "{":
		return p.table()
	case "function":
		p.advance()
		return p.functionBody(at.At, "", false)
	default:
		return p.suffixed()
	}
	p.advance()
	return e
}

// primary parses a name or an expression in parentheses.
func (p *parser) primary() Expr {
	at := p.tok.pos
	switch p.tok.kind {
	case kindName:
		name := p.name()
		e := p.variable(name, at)
		p.use(e)
		return e
	case "(":
		p.advance()
		e := p.expr()
		p.closing(")", "(", at)
		return &Paren{At{at}, e, p.checkDepth(e)}
	}
	p.fail("unexpected symbol")
	return nil
}

// use counts the reading of a variable.
func (p *parser) use(e Expr) {
	if n, ok := e.(*Name); ok && n.Var != nil {
		n.Var.Uses++
	}
}

// suffixed parses a primary expression with its indices and calls.
func (p *parser) suffixed() Expr {
	line := p.tok.pos.Line
	e := p.primary()
	for {
		at := p.tok.pos
		switch p.tok.kind {
		case ".":
			p.advance()
			at = p.tok.pos
			key := &String{At{at}, p.name()}
			e = &Index{At{at}, e, key, false, p.checkDepth(e)}
		case "[":
			p.advance()
			key := p.expr()
			p.expect("]")
			e = &Index{At{at}, e, key, false, p.checkDepth(e, key)}
		case ":":
			p.advance()
			method := p.name()
			e = p.call(e, method, line)
		case "(", "{", kindString:
			e = p.call(e, "", line)
		default:
			return e
		}
	}
}

// call parses the arguments of a call.
func (p *parser) call(fn Expr, method string, line int) Expr {
	c := &Call{At: At{p.tok.pos}, Func: fn, Method: method, line: line}
	switch p.tok.kind {
	case kindString:
		c.Args = []Expr{&String{At{p.tok.pos}, p.tok.text}}
		p.advance()
	case "{":
		c.Args = []Expr{p.table()}
	case "(":
		at := p.tok.pos
		p.advance()
		if !p.tok.is(")") {
			c.Args = p.exprList()
		}
		p.closing(")", "(", at)
	default:
		p.fail("function arguments expected")
	}
	c.depth = p.checkDepth(append([]Expr{fn}, c.Args...)...)
	return c
}

func (p *parser) table() Expr {
	at := p.tok.pos
	t := &Table{At: At{at}, depth: 1}
	p.advance()
	for !p.tok.is("}") {
		item := p.item()
		t.Items = append(t.Items, item)
		t.depth = max(t.depth, p.checkDepth(item.Value))
		if item.Key != nil {
			t.depth = max(t.depth, p.checkDepth(item.Key))
		}
		if !p.accept(",") && !p.accept(";") {
			break
		}
	}
	p.closing("}", "{", at)
	return t
}

func (p *parser) item() Item {
	at := p.tok.pos
	switch {
	case p.tok.is("["):
		p.advance()
		key := p.expr()
		p.expect("]")
		p.expect("=")
		return Item{key, p.expr()}
	case p.tok.is(kindName) && p.peek().is("="):
		key := &String{At{at}, p.name()}
		p.advance()
		return Item{key, p.expr()}
	}
	return Item{nil, p.expr()}
}
