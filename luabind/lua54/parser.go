package lua54

import "fmt"

// The limits of the parser. maxLevels is LUAI_MAXCCALLS of PUC Lua: how deep
// statements and expressions nest. maxDepth bounds chains like a.b.c and
// 1+1+1, which nest in the tree though not in the text.
const (
	maxLevels   = 200
	maxDepth    = 10000
	maxLocals   = 200
	maxUpvalues = 255
)

// parser builds the syntax tree of a chunk and resolves its variables.
type parser struct {
	lex     *lexer
	tok     token
	ahead   *token
	last    Pos // the place of the token before tok
	levels  int
	fs      *funcState
	env     *Var // stands for the chunk's _ENV
	usesEnv bool
}

// Chunk is a parsed source text.
type Chunk struct {
	// Main is the chunk as a vararg function.
	Main *Function
	env  *Var // the chunk's _ENV if the source mentions it
}

// Parse checks the source text and returns its tree. The chunk name appears
// in messages as it is. The error is a *SyntaxError.
func Parse(chunk string, src []byte) (c *Chunk, err error) {
	p := &parser{lex: newLexer(chunk, src), env: &Var{Name: "_ENV"}}
	defer func() {
		if r := recover(); r != nil {
			se, ok := r.(*SyntaxError)
			if !ok {
				panic(r)
			}
			c, err = nil, se
		}
	}()
	main := &Function{At: At{p.lex.pos()}, Name: "main chunk", Vararg: true}
	p.openFunction(main)
	p.advance()
	main.Body = p.block(nil)
	if !p.tok.is(kindEOF) {
		p.expected(kindEOF)
	}
	main.End = p.tok.pos
	p.closeFunction()
	c = &Chunk{Main: main}
	if p.usesEnv {
		c.env = p.env
	}
	return c, nil
}

// advance makes the next token the current one.
func (p *parser) advance() {
	p.last = p.tok.pos
	if p.ahead != nil {
		p.tok, p.ahead = *p.ahead, nil
		return
	}
	p.tok = p.lex.next()
}

// peek returns the token after the current one.
func (p *parser) peek() token {
	if p.ahead == nil {
		t := p.lex.next()
		p.ahead = &t
	}
	return *p.ahead
}

// fail raises a syntax error near the current token.
func (p *parser) fail(msg string) {
	token := p.tok.near
	p.lex.failAt(p.tok.pos, near(msg, token))
}

// failSem raises an error about meaning, which quotes no token.
func (p *parser) failSem(format string, args ...any) {
	p.lex.failAt(p.tok.pos, fmt.Sprintf(format, args...))
}

func (p *parser) expected(k kind) {
	p.fail(expectedText(k) + " expected")
}

// expectedText quotes keywords and operators, and leaves the classes bare.
func expectedText(k kind) string {
	switch k {
	case kindEOF, kindName:
		return string(k)
	}
	return quote(k)
}

// accept skips the token k if it is there.
func (p *parser) accept(k kind) bool {
	if !p.tok.is(k) {
		return false
	}
	p.advance()
	return true
}

// expect skips the token k or fails.
func (p *parser) expect(k kind) {
	if !p.accept(k) {
		p.expected(k)
	}
}

// closing skips the token k that closes what was opened at that place.
func (p *parser) closing(k, open kind, at Pos) {
	if p.accept(k) {
		return
	}
	if p.tok.pos.Line == at.Line {
		p.expected(k)
	}
	p.fail(fmt.Sprintf("%s expected (to close %s at line %d)", quote(k), quote(open), at.Line))
}

func (p *parser) name() string {
	if !p.tok.is(kindName) {
		p.expected(kindName)
	}
	name := p.tok.text
	p.advance()
	return name
}

// enter counts one level of nesting; leave takes it back.
func (p *parser) enter() {
	p.levels++
	if p.levels > maxLevels {
		p.failSem("C stack overflow")
	}
}

func (p *parser) leave() { p.levels-- }

// checkDepth returns the depth of a node above nodes of those depths.
func (p *parser) checkDepth(exprs ...Expr) int {
	d := 0
	for _, e := range exprs {
		d = max(d, depthOf(e))
	}
	d++
	if d > maxDepth {
		p.failSem("chunk has too many syntax levels")
	}
	p.fs.depth = max(p.fs.depth, d)
	return d
}

func depthOf(e Expr) int {
	switch e := e.(type) {
	case *Index:
		return e.depth
	case *Call:
		return e.depth
	case *Function:
		return e.depth
	case *Binary:
		return e.depth
	case *Unary:
		return e.depth
	case *Paren:
		return e.depth
	case *Table:
		return e.depth
	}
	return 1
}
