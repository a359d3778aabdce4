package lua54

// localStmt parses variables with attributes and their values. The variables
// are in scope after the statement only.
func (p *parser) localStmt(at Pos) Stmt {
	s := &Local{At: At{at}}
	closes := false
	for {
		place := p.tok.pos
		v := p.newVar(p.name(), place)
		v.Attrib = p.attrib()
		if v.Attrib == Close {
			if closes {
				p.failSem("multiple to-be-closed variables in local list")
			}
			closes = true
		}
		s.Vars = append(s.Vars, v)
		if !p.accept(",") {
			break
		}
	}
	if p.accept("=") {
		s.Exprs = p.exprList()
	}
	markStart(s)
	p.declare(s.Vars...)
	return s
}

// markStart notes what a variable starts as. A hexadecimal integer, or what a
// bitwise operator yields: like one that is used with such operators it is meant
// for integers, a hash most likely. A float: see isFloat.
func markStart(s *Local) {
	for i, v := range s.Vars[:min(len(s.Vars), len(s.Exprs))] {
		v.float = isFloat(s.Exprs[i])
		switch e := s.Exprs[i].(type) {
		case *Number:
			v.bits = e.hex && !e.Float
		case *Binary:
			v.bits = isBitwise(e.Operator)
		}
	}
}

// markAssigned notes which variables are assigned what is not seen to be a float.
func markAssigned(s *Assign) {
	for i, target := range s.Targets {
		n, ok := target.(*Name)
		if ok && n.Var != nil && n.Var.float {
			n.Var.float = i < len(s.Exprs) && isFloat(s.Exprs[i])
		}
	}
}

func (p *parser) attrib() Attrib {
	if !p.accept("<") {
		return NoAttrib
	}
	name := p.name()
	p.expect(">")
	switch name {
	case "const":
		return Const
	case "close":
		return Close
	}
	p.failSem("unknown attribute '%s'", name)
	return NoAttrib
}

func (p *parser) localFunction(at Pos) Stmt {
	place := p.tok.pos
	v := p.newVar(p.name(), place)
	p.declare(v)
	return &LocalFunction{At{at}, v, p.functionBody(at, v.Name, false)}
}

// functionStmt parses `function a.b:c() ... end` as an assignment.
func (p *parser) functionStmt(at Pos) Stmt {
	p.advance()
	place := p.tok.pos
	name := p.name()
	target := p.variable(name, place)
	method := false
	for !method && (p.tok.is(".") || p.tok.is(":")) {
		method = p.tok.is(":")
		p.advance()
		place = p.tok.pos
		p.use(target)
		key := p.name()
		name += "." + key
		target = &Index{At{place}, target, &String{At{place}, key}, false, p.checkDepth(target)}
	}
	p.assignable(target)
	fn := p.functionBody(at, name, method)
	return &Assign{At{at}, []Expr{target}, []Expr{fn}}
}

// functionBody parses parameters and statements up to end.
func (p *parser) functionBody(at Pos, name string, method bool) *Function {
	fn := &Function{At: At{at}, Name: name}
	p.openFunction(fn)
	if method {
		fn.Params = append(fn.Params, p.newVar("self", at))
	}
	p.expect("(")
	for !p.tok.is(")") {
		if p.accept("...") {
			fn.Vararg = true
			break
		}
		if !p.tok.is(kindName) {
			p.fail("<name> or '...' expected")
		}
		place := p.tok.pos
		fn.Params = append(fn.Params, p.newVar(p.name(), place))
		if !p.accept(",") {
			break
		}
		if p.tok.is(")") {
			p.fail("<name> or '...' expected")
		}
	}
	p.expect(")")
	fn.Body = p.block(fn.Params)
	fn.End = p.tok.pos
	p.closing("end", "function", at)
	p.closeFunction()
	return fn
}

// exprStmt parses a call or an assignment.
func (p *parser) exprStmt(at Pos) Stmt {
	e := p.suffixed()
	if p.tok.is("=") || p.tok.is(",") {
		return p.assignment(at, e)
	}
	call, ok := e.(*Call)
	if !ok {
		p.fail("syntax error")
	}
	return &CallStmt{At{at}, call}
}

func (p *parser) assignment(at Pos, first Expr) Stmt {
	s := &Assign{At: At{at}}
	p.target(s, first)
	for p.accept(",") {
		if len(s.Targets) >= maxLevels {
			p.failSem("C stack overflow")
		}
		p.target(s, p.suffixed())
	}
	p.expect("=")
	s.Exprs = p.exprList()
	markAssigned(s)
	return s
}

// target adds a variable or field to the left side.
func (p *parser) target(s *Assign, e Expr) {
	switch e := e.(type) {
	case *Name:
		if e.Var != nil {
			e.Var.Uses--
		}
	case *Index:
	default:
		p.fail("syntax error")
	}
	p.assignable(e)
	s.Targets = append(s.Targets, e)
}

// assignable refuses constants and counts the assignment.
func (p *parser) assignable(e Expr) {
	n, ok := e.(*Name)
	if !ok || n.Var == nil {
		return
	}
	if n.Var.Attrib != NoAttrib {
		p.failSem("attempt to assign to const variable '%s'", n.Name)
	}
	n.Var.Sets++
}
