package luabind

import (
	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/spop"
)

// openTyped adds the typed constructors to the table spoa.
func (vm *VM) openTyped(spoa *lua.LTable) {
	mt := vm.functions(map[string]lua.LGFunction{
		"__tostring": typedToString,
		"__eq":       typedEqual,
	})
	mt.RawSetString("__name", lua.LString("spoa.value"))
	mt.RawSetString("__metatable", lua.LString("spoa.value"))
	for name, typed := range typedFuncs() {
		spoa.RawSetString(name, vm.newFunction(func(L *lua.LState) int {
			L.Push(&lua.LUserData{Value: typedArg(L, 1, name, typed), Metatable: mt})
			return 1
		}))
	}
	null := &lua.LUserData{Value: spop.Null(), Metatable: mt}
	spoa.RawSetString("null", vm.newFunction(func(L *lua.LState) int {
		L.Push(null)
		return 1
	}))
}

// typedArg is argument n of fn as typed makes it.
func typedArg(L *lua.LState, n int, fn string, typed typedFunc) spop.Value {
	if n > L.GetTop() {
		badArg(L, n, fn, "value expected")
	}
	v, err := typed(L.Get(n))
	if err != nil {
		badArg(L, n, fn, err.Error())
	}
	return v
}

func typedToString(L *lua.LState) int {
	v, _ := typedOf(L.Get(1))
	text := v.Text()
	if v.Kind() == spop.KindNull {
		text = "null"
	}
	L.Push(lua.LString(text))
	return 1
}

// typedEqual compares kind and value.
func typedEqual(L *lua.LState) int {
	a, okA := typedOf(L.Get(1))
	b, okB := typedOf(L.Get(2))
	L.Push(lua.LBool(okA && okB && a.Kind() == b.Kind() && a.Text() == b.Text()))
	return 1
}

func typedOf(v lua.LValue) (spop.Value, bool) {
	ud, ok := v.(*lua.LUserData)
	if !ok {
		return spop.Value{}, false
	}
	value, ok := ud.Value.(spop.Value)
	return value, ok
}
