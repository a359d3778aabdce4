package luabind

import (
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
	"github.com/spoa-lua/spoa-lua/luabind/modules"
	"github.com/spoa-lua/spoa-lua/spop"
)

// raise raises an error at the place of the Lua function that called the
// binding.
func raise(L *lua.LState, msg string) { L.Error(lua.LString(msg), 1) }

func raisef(L *lua.LState, format string, args ...any) { raise(L, fmt.Sprintf(format, args...)) }

// raiseErr is raise for an error of Go, which the ScriptError then unwraps to.
func (vm *VM) raiseErr(L *lua.LState, err error) {
	vm.cause = err
	raise(L, err.Error())
}

// badArg raises the error of Lua's own functions for argument n of fn.
func badArg(L *lua.LState, n int, fn, msg string) {
	raisef(L, "bad argument #%d to '%s' (%s)", n, fn, msg)
}

// badType is badArg for an argument of the wrong type.
func badType(L *lua.LState, n int, fn, want string) {
	got := "no value"
	if n <= L.GetTop() {
		got = typeName(L.Get(n))
	}
	badArg(L, n, fn, want+" expected, got "+got)
}

// nameArg is argument 1 of fn, a string.
func nameArg(L *lua.LState, fn string) string {
	s, ok := L.Get(1).(lua.LString)
	if !ok {
		badType(L, 1, fn, "string")
	}
	return string(s)
}

func functionArg(L *lua.LState, n int, fn string) *lua.LFunction {
	f, ok := L.Get(n).(*lua.LFunction)
	if !ok {
		badType(L, n, fn, "function")
	}
	return f
}

// typeName is what scripts call the type of v.
func typeName(v lua.LValue) string {
	switch v := v.(type) {
	case lua54.Int:
		return "number"
	case *lua.LUserData:
		if value, ok := v.Value.(spop.Value); ok {
			return "spoa." + value.Kind().String()
		}
	}
	return v.Type().String()
}

// place returns where the Lua function stands that called the binding.
func place(L *lua.LState) (script string, line int) {
	script, line, _, _ = cutPlace(L.Where(1))
	return script, line
}

// scriptPlace is place, but for modules of the agent's own: what they do, they do
// for the script that has called them.
func scriptPlace(L *lua.LState) (script string, line int) {
	for level := 1; ; level++ {
		where := L.Where(level)
		if script, line, _, _ = cutPlace(where); where == "" || !modules.IsOwn(script) {
			return script, line
		}
	}
}

// at is place as text: "scripts/ip.lua:12".
func at(L *lua.LState) string { return strings.TrimSuffix(L.Where(1), ":") }
