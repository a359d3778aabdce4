package lua54

import "slices"

// block parses statements up to a token that ends a block. The variables are
// in its scope from the start (parameters, loop variables).
func (p *parser) block(vars []*Var) *Block { return p.blockOf(vars, false) }

func (p *parser) blockOf(vars []*Var, loop bool) *Block {
	b := &Block{}
	p.openScope(b, loop)
	p.declare(vars...)
	p.statements(b)
	p.closeScope()
	return b
}

// ends says whether the token ends a block; until only does so for statements,
// not for the question whether a label is the last one.
func (p *parser) ends(until bool) bool {
	switch p.tok.kind {
	case kindEOF, "end", "else", "elseif":
		return true
	case "until":
		return until
	}
	return false
}

func (p *parser) statements(b *Block) {
	for !p.ends(true) {
		if p.tok.is("return") {
			b.Stmts = append(b.Stmts, p.returnStmt())
			return
		}
		p.enter()
		if s := p.statement(); s != nil {
			b.Stmts = append(b.Stmts, s)
		}
		p.leave()
	}
}

// statement parses one statement; it returns nil for an empty one.
func (p *parser) statement() Stmt {
	at := p.tok.pos
	switch p.tok.kind {
	case ";":
		p.advance()
		return nil
	case "if":
		return p.ifStmt(at)
	case "while":
		return p.whileStmt(at)
	case "do":
		p.advance()
		body := p.block(nil)
		p.closing("end", "do", at)
		return &Do{At{at}, body}
	case "for":
		return p.forStmt(at)
	case "repeat":
		return p.repeatStmt(at)
	case "function":
		return p.functionStmt(at)
	case "local":
		p.advance()
		if p.accept("function") {
			return p.localFunction(at)
		}
		return p.localStmt(at)
	case "::":
		return p.labelStmt(at)
	case "break":
		if !p.inLoop() {
			p.advance()
			p.failSem("break outside loop at line %d", at.Line)
		}
		p.advance()
		return &Break{At{at}}
	case "goto":
		p.advance()
		g := &Goto{At: At{at}}
		p.addGoto(g, p.name())
		return g
	}
	return p.exprStmt(at)
}

func (p *parser) ifStmt(at Pos) Stmt {
	s := &If{At: At{at}}
	for {
		p.advance()
		s.Conds = append(s.Conds, p.expr())
		p.expect("then")
		s.Thens = append(s.Thens, p.block(nil))
		if !p.tok.is("elseif") {
			break
		}
	}
	if p.accept("else") {
		s.Else = p.block(nil)
	}
	p.closing("end", "if", at)
	return s
}

func (p *parser) whileStmt(at Pos) Stmt {
	p.advance()
	cond := p.expr()
	p.expect("do")
	body := p.blockOf(nil, true)
	p.closing("end", "while", at)
	return &While{At{at}, cond, body}
}

// repeatStmt keeps the body's scope open for the condition.
func (p *parser) repeatStmt(at Pos) Stmt {
	p.advance()
	b := &Block{}
	p.openScope(b, true)
	p.statements(b)
	p.closing("until", "repeat", at)
	cond := p.expr()
	p.closeScope()
	return &Repeat{At{at}, b, cond}
}

func (p *parser) forStmt(at Pos) Stmt {
	p.advance()
	place := p.tok.pos
	name := p.name()
	switch p.tok.kind {
	case "=":
		return p.numericFor(at, p.newVar(name, place))
	case ",", "in":
		return p.genericFor(at, p.newVar(name, place))
	}
	p.fail("'=' or 'in' expected")
	return nil
}

func (p *parser) numericFor(at Pos, v *Var) Stmt {
	s := &NumericFor{At: At{at}, Var: v}
	p.advance()
	s.Init = p.expr()
	p.expect(",")
	s.Limit = p.expr()
	if p.accept(",") {
		s.Step = p.expr()
	}
	s.do = p.tok.pos.Line
	s.Body = p.forBody(at, []*Var{v})
	return s
}

func (p *parser) genericFor(at Pos, v *Var) Stmt {
	s := &GenericFor{At: At{at}, Vars: []*Var{v}}
	for p.accept(",") {
		place := p.tok.pos
		s.Vars = append(s.Vars, p.newVar(p.name(), place))
	}
	p.expect("in")
	s.Exprs = p.exprList()
	s.Body = p.forBody(at, s.Vars)
	return s
}

// forBody reserves, as PUC Lua does, hidden variables of the loop.
func (p *parser) forBody(at Pos, vars []*Var) *Block {
	p.expect("do")
	p.openScope(&Block{}, false)
	for range 3 {
		p.declare(p.newVar("(for state)", at))
	}
	body := p.blockOf(vars, true)
	p.closeScope()
	p.closing("end", "for", at)
	return body
}

// labelStmt parses a label and those that follow it directly: all of them are
// at the end of the block if nothing else comes.
func (p *parser) labelStmt(at Pos) Stmt {
	s := &LabelStmt{At: At{at}}
	for p.tok.is("::") {
		l := &Label{At: p.tok.pos}
		p.advance()
		l.Name = p.name()
		p.expect("::")
		s.Labels = append(s.Labels, l)
		for p.accept(";") {
		}
	}
	for _, label := range slices.Backward(s.Labels) {
		label.atEnd = p.ends(false)
		p.addLabel(label)
	}
	return s
}

func (p *parser) returnStmt() Stmt {
	s := &Return{At: At{p.tok.pos}}
	p.advance()
	if !p.ends(true) && !p.tok.is(";") {
		s.Exprs = p.exprList()
	}
	p.accept(";")
	return s
}
