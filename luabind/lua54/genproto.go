package lua54

import (
	"fmt"
	"math"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"
)

// maxGlobals bounds the distinct global variables of one function: the VM's
// compiler, which stores their names for us, compares each with all others.
const maxGlobals = 4000

func keyOf(v lua.LValue) constKey {
	switch v := v.(type) {
	case lua.LNumber:
		return constKey{kind: lua.LTNumber, bits: math.Float64bits(float64(v))}
	case Int:
		return constKey{kind: lua.LTUserData, bits: uint64(v)}
	}
	return constKey{kind: lua.LTString, text: v.String()}
}

// Compile translates a chunk of Lua 5.4 into a prototype for the VM; make a
// function of it with Runtime.NewFunction. The chunk name is how messages
// call the source. The prototype may be used by many VMs at once. The error
// is a *SyntaxError.
func Compile(chunk string, src []byte, opt Options) (*lua.FunctionProto, error) {
	tree, err := Parse(chunk, src)
	if err != nil {
		return nil, err
	}
	return tree.Compile(chunk, opt)
}

// Compile generates the code of a parsed chunk. It can be called once.
func (c *Chunk) Compile(chunk string, opt Options) (proto *lua.FunctionProto, err error) {
	defer func() {
		if r := recover(); r != nil {
			se, ok := r.(*SyntaxError)
			if !ok {
				panic(r)
			}
			proto, err = nil, se
		}
	}()
	u := &unit{chunk: chunk, opt: opt, env: c.env}
	return u.function(c.Main, nil).finish(), nil
}

// function generates the code of a function body.
func (u *unit) function(fn *Function, parent *gen) *gen {
	g := &gen{parent: parent, unit: u, fn: fn, constAt: map[constKey]int{}, line: fn.Place().Line}
	if len(fn.names) > maxGlobals {
		g.fail(fmt.Sprintf("function uses too many global variables (limit is %d)", maxGlobals))
	}
	for _, name := range fn.names {
		g.constant(lua.LString(name))
	}
	for _, v := range fn.outer {
		g.upvalueOf(v) // debug.getupvalue counts as PUC Lua does
	}
	g.openScope(fn.Body, false)
	for _, v := range fn.Params {
		v.param = true
	}
	g.activate(g.reserve(len(fn.Params)), fn.Params...)
	g.block(fn.Body)
	g.line = fn.End.Line
	if !g.mustClose() {
		g.scope.vars = nil // the return closes upvalues itself
	}
	g.closeScope()
	g.abc(lua.OP_RETURN, 0, 1, 0)
	g.slowPaths()
	return g
}

// finish makes the prototype.
func (g *gen) finish() *lua.FunctionProto {
	p := g.stub()
	p.SourceName = g.unit.chunk
	p.LineDefined = g.fn.Place().Line
	p.LastLineDefined = g.fn.End.Line
	if g.parent == nil {
		p.LineDefined, p.LastLineDefined = 0, 0
	}
	p.NumParameters = uint8(len(g.fn.Params))
	p.IsVarArg = 0
	if g.fn.Vararg {
		p.IsVarArg = lua.VarArgIsVarArg
	}
	p.NumUsedRegisters = uint8(max(g.maxReg, len(g.fn.Params)+1) + 1)
	p.Code, p.DbgSourcePositions = g.code, g.lines
	p.Constants, p.FunctionPrototypes = g.consts, g.protos
	p.DbgLocals, p.DbgCalls = g.notes, g.calls
	p.DbgUpvalues = make([]string, len(g.upvalues))
	for i, u := range g.upvalues {
		p.DbgUpvalues[i] = u.name
	}
	p.NumUpvalues = uint8(len(g.upvalues))
	g.mergeMoves()
	return p
}

// stub lets the VM's compiler make a prototype with our constants in order:
// the list of their texts, which instructions with a name use, is not
// accessible. Other constants stand there as texts that occur nowhere.
func (g *gen) stub() *lua.FunctionProto {
	n := max(len(g.fn.names), min(len(g.consts), maxRK))
	stmts := make([]ast.Stmt, 0, n)
	for i, v := range g.consts[:n] {
		text, ok := v.(lua.LString)
		if !ok {
			text = lua.LString(g.placeholder(i))
		}
		local := &ast.LocalAssignStmt{Names: []string{"_"}, Exprs: []ast.Expr{&ast.StringExpr{Value: string(text)}}}
		stmts = append(stmts, &ast.DoBlockStmt{Stmts: []ast.Stmt{local}})
	}
	p, err := lua.Compile(stmts, g.unit.chunk)
	if err != nil {
		g.fail(err.Error())
	}
	if len(p.Constants) != n {
		g.fail("constants overlap")
	}
	return p
}

// placeholder returns a text that is none of the constants.
func (g *gen) placeholder(i int) string {
	for text := fmt.Sprintf("constant %d", i); ; text += "'" {
		if _, taken := g.constAt[keyOf(lua.LString(text))]; !taken {
			return text
		}
	}
}

// mergeMoves lets one instruction do consecutive moves, as the VM's compiler
// does. A jump into the middle still finds single moves.
func (g *gen) mergeMoves() {
	run := 0
	for pc := 0; pc < len(g.code); pc++ {
		inst := g.code[pc]
		if inst>>26 == uint32(lua.OP_MOVE) && run < 1<<9 {
			run++
			continue
		}
		g.mergeRun(pc, run)
		run = 0
		switch int(inst >> 26) {
		case lua.OP_MOVE:
			run = 1
		case lua.OP_CLOSURE: // what follows describes the upvalues
			pc += int(g.protos[inst&maxBx].NumUpvalues)
		case lua.OP_SETLIST:
			if inst>>9&0x1ff == 0 { // what follows is a number
				pc++
			}
		}
	}
}

func (g *gen) mergeRun(end, n int) {
	if n > 1 {
		first := end - n
		g.code[first] = g.code[first]&0x03fc01ff | uint32(lua.OP_MOVEN)<<26 | uint32(n-1)<<9
	}
}
