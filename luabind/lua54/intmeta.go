package lua54

import (
	lua "github.com/yuin/gopher-lua"
)

// openInt gives integers and strings the metamethods that the VM calls when
// an operand is not a plain number. For strings they replace the VM's own
// coercion, which takes "0b11" and "1_000" for numbers and "017" for octal.
func (rt *Runtime) openInt(L *lua.LState) {
	ints := L.CreateTable(0, int(opCount)+3)
	strs, ok := L.GetMetatable(lua.LString("")).(*lua.LTable)
	if !ok {
		strs = L.CreateTable(0, int(opCount))
		L.SetMetatable(lua.LString(""), strs)
	}
	for o := range opCount {
		fn := hide(L.NewFunction(rt.arithFunc(o)), events[o])
		rt.own[fn] = true
		ints.RawSetString(events[o], fn)
		if !o.bitwise() {
			strs.RawSetString(events[o], fn)
		}
	}
	rt.set(L, ints, "__lt", func(L *lua.LState) int {
		L.Push(lua.LBool(rt.lessThan(L, L.Get(1), L.Get(2))))
		return 1
	})
	rt.set(L, ints, "__le", func(L *lua.LState) int {
		L.Push(lua.LBool(rt.lessOrEqual(L, L.Get(1), L.Get(2))))
		return 1
	})
	rt.set(L, ints, "__concat", func(L *lua.LState) int {
		L.Push(rt.concat(L, L.Get(1), L.Get(2), 0))
		return 1
	})
	L.SetMetatable(Int(maxExact+1), ints)
}

// hasInt says whether one operand is an Int and the other a plain number.
func hasInt(a, b lua.LValue) bool {
	_, x := a.(Int)
	_, y := b.(Int)
	return x != y && IsNumber(a) && IsNumber(b)
}

func (rt *Runtime) set(L *lua.LState, mt *lua.LTable, event string, f lua.LGFunction) {
	fn := hide(L.NewFunction(f), event)
	rt.own[fn] = true
	mt.RawSetString(event, fn)
}

// arithFunc is the operator as a Lua function of two operands.
func (rt *Runtime) arithFunc(o op) lua.LGFunction {
	return func(L *lua.LState) int {
		a, b := L.Get(1), L.Get(2)
		if o == opUnm || o == opBNot {
			b = a
		}
		if hasInt(a, b) && rt.callerNote(L, floatOperand) != "" {
			L.Push(rt.arithFloat(L, o, a, b))
			return 1
		}
		L.Push(rt.arith(L, o, a, b))
		return 1
	}
}
