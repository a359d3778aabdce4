package luabind

import (
	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
	"github.com/spoa-lua/spoa-lua/spop"
)

// openCAgent adds the API of haproxy/spoa-server to the table spoa. Its
// documentation and its sample name two setters differently, so both names
// are there.
func (vm *VM) openCAgent(spoa *lua.LTable) {
	scope := vm.state.CreateTable(0, 5)
	for s := spop.ScopeProcess; s <= spop.ScopeResponse; s++ {
		scope.RawSetString(s.String(), lua.LNumber(s))
	}
	spoa.RawSetString("scope", scope)
	vm.addFunctions(spoa, map[string]lua.LGFunction{
		"register_message": vm.registerMessage,
		"unset_var":        vm.unsetScoped("unset_var"),
		"set_var_null":     vm.unsetScoped("set_var_null"),
	})
	typed := typedFuncs()
	for name, constructor := range map[string]string{
		"boolean": "bool", "int32": "int32", "uint32": "uint32", "int64": "int64", "uint64": "uint64",
		"ipv4": "ipv4", "ipv6": "ipv6", "string": "str", "str": "str", "binary": "bin", "bin": "bin",
	} {
		name = "set_var_" + name
		spoa.RawSetString(name, vm.newFunction(vm.setScoped(name, typed[constructor])))
	}
}

// setScoped is spoa.set_var_KIND(name, scope, value).
func (vm *VM) setScoped(fn string, typed typedFunc) lua.LGFunction {
	return func(L *lua.LState) int {
		scope, name := vm.scoped(L, fn)
		if err := vm.ack.SetVar(scope, name, typedArg(L, 3, fn, typed)); err != nil {
			vm.raiseErr(L, err)
		}
		return 0
	}
}

// unsetScoped is spoa.unset_var(name, scope), and set_var_null, since HAProxy
// keeps no variable without a value.
func (vm *VM) unsetScoped(fn string) lua.LGFunction {
	return func(L *lua.LState) int {
		scope, name := vm.scoped(L, fn)
		if err := vm.ack.UnsetVar(scope, name); err != nil {
			vm.raiseErr(L, err)
		}
		return 0
	}
}

// scoped is the name and the scope in the first two arguments.
func (vm *VM) scoped(L *lua.LState, fn string) (spop.Scope, string) {
	vm.mustHandle(L, fn)
	name := nameArg(L, fn)
	n, ok := lua54.ToInteger(L.Get(2))
	if !ok {
		badType(L, 2, fn, "scope such as spoa.scope.txn")
	}
	if n < int64(spop.ScopeProcess) || n > int64(spop.ScopeResponse) {
		badArg(L, 2, fn, "no scope has this number; use spoa.scope.txn and the like")
	}
	return spop.Scope(n), name
}
