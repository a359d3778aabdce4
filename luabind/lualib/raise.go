package lualib

import (
	"fmt"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
)

// raisef raises an error with the position of the Lua function that called
// the running one. Called by another Go function there is no position, as
// with luaL_error.
func raisef(L *lua.LState, format string, args ...any) {
	raise(L, 1, fmt.Sprintf(format, args...))
}

// Raise raises an error with the position of the Lua function that called the
// running one.
func Raise(L *lua.LState, format string, args ...any) { raisef(L, format, args...) }

// raise is raisef for a finished message and a level as in Lua's error.
func raise(L *lua.LState, level int, msg string) {
	if level > 0 {
		msg = where(L, level) + msg
	}
	L.Error(lua.LString(msg), 0)
}

// raiseVM raises an error that the VM itself would raise within a Go function,
// such as a failing index or comparison: these carry no position.
func raiseVM(L *lua.LState, format string, args ...any) {
	raise(L, 0, fmt.Sprintf(format, args...))
}

// where is "source:line: " of the function at the level, or nothing when it
// is no Lua function.
func where(L *lua.LState, level int) string {
	if rt := lua54.From(L); rt != nil {
		return rt.Where(L, level)
	}
	return ""
}

// ArgError raises "bad argument #n to 'f' (msg)" for the running Go function,
// counting arguments as the script does: a method's self is not argument 1.
func ArgError(L *lua.LState, n int, msg string) {
	name, method := callee(L)
	if method {
		n--
		if n == 0 {
			raisef(L, "calling '%s' on bad self (%s)", name, msg)
		}
	}
	raisef(L, "bad argument #%d to '%s' (%s)", n, name, msg)
}

// TypeError raises ArgError with "want expected, got type".
func TypeError(L *lua.LState, n int, want string) {
	got := "no value"
	if n <= L.GetTop() {
		got = TypeName(L, L.Get(n))
	}
	ArgError(L, n, want+" expected, got "+got)
}

// callee is the name of the running Go function as the calling Lua function
// wrote it, and whether it was called as a method. Without a Lua caller it is
// the qualified name.
func callee(L *lua.LState) (name string, method bool) {
	lib := from(L)
	if lib == nil {
		return "?", false
	}
	what, name := lib.rt.CalledAs(L, 0)
	if what != "" {
		return name, what == "method"
	}
	dbg, ok := L.GetStack(0)
	if !ok {
		return "?", false
	}
	if fn, _ := L.GetInfo("f", dbg, lua.LNil); fn.Type() == lua.LTFunction {
		name = lib.names[fn.(*lua.LFunction)]
	}
	if name == "" {
		name = "?"
	}
	return name, false
}
