package lua54

import (
	lua "github.com/yuin/gopher-lua"
)

// allResults asks multi for as many values as there are.
const allResults = -1

// multi evaluates a call or `...` into n registers from the first free one
// on; those registers are not reserved.
func (g *gen) multi(e Expr, n int) {
	base := g.free
	g.reserve(max(n, 1))
	g.free = base
	if c, ok := e.(*Call); ok {
		g.call(c, n)
		return
	}
	g.at(e)
	g.abc(lua.OP_VARARG, base, n+1, 0)
}

// call evaluates a call at the first free register and leaves n results (or
// all) from there on.
func (g *gen) call(e *Call, n int) {
	base := g.free
	pc := g.callCode(lua.OP_CALL, e, n)
	g.free = base
	g.noteCall(pc, e)
}

// callCode emits the function, its arguments and the instruction.
func (g *gen) callCode(code int, e *Call, n int) int {
	base := g.free
	nargs := 0
	if e.Method != "" {
		g.self(e, base)
		nargs = 1
	} else {
		g.to(e.Func, g.reserve(1))
	}
	b := nargs + len(e.Args) + 1
	for i, arg := range e.Args {
		if i == len(e.Args)-1 && isMulti(arg) {
			g.multi(arg, allResults)
			b = 0
			break
		}
		g.to(arg, g.reserve(1))
	}
	g.line = e.line
	return g.abc(code, base, b, n+1)
}

// self evaluates the object and its method into two registers.
func (g *gen) self(e *Call, base int) {
	object := g.any(e.Func)
	g.free = base
	g.reserve(2)
	name := g.constant(lua.LString(e.Method))
	operand := name | constBit
	if name >= maxRK {
		operand = g.reserve(1)
		g.abx(lua.OP_LOADK, operand, name)
	}
	g.at(e)
	g.note(g.abc(lua.OP_SELF, base, object, operand), 0, e.Func)
	g.free = base + 2
}

// noteCall records what is called, for messages and tracebacks.
func (g *gen) noteCall(pc int, e *Call) {
	name, described := e.Method, "method '"+e.Method+"'"
	if e.Method == "" {
		name, described = "?", g.describe(e.Func)
		switch f := unwrap(e.Func).(type) {
		case *Name:
			name = f.Name
		case *Index:
			if key, ok := f.Key.(*String); ok {
				name = key.Value
			}
		}
	}
	g.noteText(pc, 0, described)
	g.calls = append(g.calls, lua.DbgCall{Pc: pc, Name: name})
}

// table builds a constructor at the first free register.
func (g *gen) table(t *Table) {
	base := g.reserve(1)
	array, hash := 0, 0
	for _, item := range t.Items {
		if item.Key != nil {
			hash++
		} else {
			array++
		}
	}
	g.at(t)
	g.abc(lua.OP_NEWTABLE, base, min(array, 0x1ff), min(hash, 0x1ff))
	pending, flushed := 0, 0
	for i, item := range t.Items {
		if item.Key != nil {
			g.field(base, item)
			continue
		}
		if i == len(t.Items)-1 && isMulti(item.Value) {
			g.multi(item.Value, allResults)
			g.setList(base, 0, flushed)
			pending = 0
			break
		}
		g.to(item.Value, g.reserve(1))
		pending++
		if pending == fieldsPerFlush {
			g.setList(base, pending, flushed)
			flushed++
			pending = 0
		}
	}
	if pending > 0 {
		g.setList(base, pending, flushed)
	}
	g.free = base + 1
}

// fieldsPerFlush is how many items the VM expects in each OP_SETLIST.
const fieldsPerFlush = 50

// setList stores items; a batch number that does not fit follows as a word.
func (g *gen) setList(base, n, flushed int) {
	batch := flushed + 1
	if batch <= 0x1ff {
		g.abc(lua.OP_SETLIST, base, n, batch)
	} else {
		g.abc(lua.OP_SETLIST, base, n, 0)
		g.emit(uint32(batch))
	}
	g.free = base + 1
}

func (g *gen) field(table int, item Item) {
	save := g.free
	key := g.operand(item.Key)
	value := g.operand(item.Value)
	g.at(item.Key)
	o := lua.OP_SETTABLE
	if _, ok := item.Key.(*String); ok {
		o = lua.OP_SETTABLEKS
	}
	g.abc(o, table, key, value)
	g.free = save
}
