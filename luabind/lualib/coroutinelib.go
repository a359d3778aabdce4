package lualib

import (
	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
)

func (lib *library) openCoroutine(L *lua.LState) {
	lib.routines = coroutines{main: L, started: map[*coroutine]struct{}{}}
	lib.module(L, "coroutine", map[string]lua.LGFunction{
		"close": lib.coClose, "create": lib.coCreate, "isyieldable": lib.coIsYieldable,
		"resume": lib.coResume, "running": lib.coRunning, "status": lib.coStatus,
		"wrap": lib.coWrap, "yield": lib.coYield,
	})
}

// checkCoroutine returns the coroutine of the thread that is argument 1; it is nil
// for the main thread.
func checkCoroutine(L *lua.LState) *coroutine {
	th, ok := L.Get(1).(*lua.LState)
	if !ok {
		TypeError(L, 1, "thread")
	}
	if ctx, ok := th.Context().(*threadContext); ok {
		return ctx.co
	}
	return nil
}

func (lib *library) coCreate(L *lua.LState) int {
	L.Push(lib.newCoroutine(L, CheckFunction(L, 1)).th)
	return 1
}

func arguments(L *lua.LState, first int) []lua.LValue {
	values := make([]lua.LValue, 0, 4)
	for i := first; i <= L.GetTop(); i++ {
		values = append(values, L.Get(i))
	}
	return values
}

func (lib *library) coResume(L *lua.LState) int {
	co := checkCoroutine(L)
	if co == nil {
		L.Push(lua.LFalse)
		L.Push(lua.LString("cannot resume non-suspended coroutine"))
		return 2
	}
	values, ok := lib.run(L, co, arguments(L, 2))
	if lib.closing() {
		L.Error(lua54.Closing, 0)
	}
	L.Push(lua.LBool(ok))
	for _, v := range values {
		L.Push(v)
	}
	return len(values) + 1
}

func (lib *library) coWrap(L *lua.LState) int {
	co := lib.newCoroutine(L, CheckFunction(L, 1))
	L.Push(L.NewFunction(func(L *lua.LState) int {
		values, ok := lib.run(L, co, arguments(L, 1))
		if !ok {
			obj := values[0]
			if s, isText := obj.(lua.LString); isText {
				obj = lua.LString(where(L, 1)) + s
			}
			L.Error(obj, 0)
		}
		for _, v := range values {
			L.Push(v)
		}
		return len(values)
	}))
	return 1
}

func (lib *library) coIsYieldable(L *lua.LState) int {
	yieldable := lib.routines.current != nil && lib.unyieldable == 0
	if L.GetTop() > 0 {
		yieldable = checkCoroutine(L) != nil
	}
	L.Push(lua.LBool(yieldable))
	return 1
}

func (lib *library) coRunning(L *lua.LState) int {
	if co := lib.routines.current; co != nil {
		L.Push(co.th)
		L.Push(lua.LFalse)
		return 2
	}
	L.Push(lib.routines.main)
	L.Push(lua.LTrue)
	return 2
}

func (lib *library) statusOf(co *coroutine) coState {
	switch {
	case co != nil:
		return co.state
	case lib.routines.current == nil:
		return coRunning
	}
	return coNormal
}

func (lib *library) coStatus(L *lua.LState) int {
	L.Push(lua.LString(stateNames[lib.statusOf(checkCoroutine(L))]))
	return 1
}

func (lib *library) coClose(L *lua.LState) int {
	co := checkCoroutine(L)
	state := lib.statusOf(co)
	if state == coRunning || state == coNormal {
		raisef(L, "cannot close a %s coroutine", stateNames[state])
	}
	if state == coSuspended {
		co.ctx = baseContext(L)
		lib.end(co)
		if co.err == lua54.Closing {
			co.err = nil
		}
	}
	err := co.err
	co.err = nil
	L.Push(lua.LBool(err == nil))
	if err == nil {
		return 1
	}
	L.Push(err)
	return 2
}
