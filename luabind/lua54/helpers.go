package lua54

import (
	"math"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// openHelpers makes the functions that compiled code calls.
func (rt *Runtime) openHelpers(L *lua.LState) {
	for o := opMod; o < opCount; o++ {
		rt.addHelper(L, helperOf(o), events[o], rt.arithFunc(o))
	}
	for _, o := range []op{opAdd, opSub, opMul} {
		rt.addHelper(L, helperOf(o), events[o], rt.arithFunc(o))
	}
	rt.addHelper(L, helperFloor, events[opIDiv], func(L *lua.LState) int {
		L.Push(rt.arithFloat(L, opIDiv, L.Get(1), L.Get(2)))
		return 1
	})
	rt.addHelper(L, helperConcat, "__concat", rt.concatAll)
	rt.joins = rt.helpers[string(helperConcat)].Value().(*lua.LFunction)
	rt.addHelper(L, helperMark, "", rt.mark)
	rt.addHelper(L, helperClose, "__close", rt.closeNewest)
	rt.addHelper(L, helperReturn, "__close", rt.closeAndReturn)
	rt.addHelper(L, helperForPrep, "", rt.forPrep)
	rt.addHelper(L, helperGlobal, "", func(L *lua.LState) int {
		if rt.OnGlobalAssign != nil {
			rt.OnGlobalAssign(L, L.Get(1).String())
		}
		return 0
	})
}

// addHelper makes a helper, which may call the metamethod of that event.
func (rt *Runtime) addHelper(L *lua.LState, h helper, event string, f lua.LGFunction) {
	uv := &lua.Upvalue{}
	uv.SetValue(hide(L.NewFunction(f), event))
	rt.helpers[string(h)] = uv
}

// concatAll joins its arguments from the right, as `..` does.
func (rt *Runtime) concatAll(L *lua.LState) int {
	regs := rt.registers(L)
	args := regs.array[rt.frame(L).LocalBase:regs.top]
	if len(args) == 2 {
		s, oks := args[0].(lua.LString)
		t, okt := args[1].(lua.LString)
		if oks && okt {
			rt.checkSize(L, len(s)+len(t))
			L.Push(s + t)
			return 1
		}
	}
	for _, v := range args {
		if _, ok := v.(lua.LString); !ok && !IsNumber(v) {
			return rt.concatSlow(L, len(args))
		}
	}
	size := 0
	for i, v := range args {
		s, ok := v.(lua.LString)
		if !ok {
			s = lua.LString(FormatNumber(v))
			args[i] = s
		}
		size += len(s)
	}
	rt.checkSize(L, size)
	var b strings.Builder
	b.Grow(size)
	for _, v := range args {
		b.WriteString(string(v.(lua.LString)))
	}
	L.Push(lua.LString(b.String()))
	return 1
}

// concatSlow is concatAll with metamethods.
func (rt *Runtime) concatSlow(L *lua.LState, n int) int {
	v := L.Get(n)
	for i := n - 1; i > 0; i-- {
		v = rt.concat(L, L.Get(i), v, i-1)
	}
	L.Push(v)
	return 1
}

// forPrep checks the values of a numeric loop whose step is not known when it
// is compiled, and returns them with whether the loop runs at all.
func (rt *Runtime) forPrep(L *lua.LState) int {
	limit := rt.forValue(L, "limit", 2)
	step := rt.forValue(L, "step", 3)
	init := rt.forValue(L, "initial value", 1)
	if step == lua.LNumber(0) {
		L.RaiseError("'for' step is zero")
	}
	run := lessEqual(init, limit)
	if f, _ := ToFloat(step); f < 0 {
		run = lessEqual(limit, init)
	} else if math.IsNaN(f) {
		run = false
	}
	L.Push(init)
	L.Push(limit)
	L.Push(step)
	L.Push(lua.LBool(run))
	return 4
}

// forValue is argument n as a number. PUC Lua takes numerals, too.
func (rt *Runtime) forValue(L *lua.LState, what string, n int) lua.LValue {
	v, ok := toNumber(L.Get(n))
	if !ok {
		L.RaiseError("%s", rt.forText(L, what, L.Get(n)))
	}
	return v
}

func (rt *Runtime) forText(L *lua.LState, what string, v lua.LValue) string {
	return "bad 'for' " + what + " (number expected, got " + rt.typeName(L, v) + ")"
}
