package luabind

import (
	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/spop"
)

// openVars makes the globals set_var and unset_var. They run on every message:
// plain functions over the VM, without reflection and without a map.
func (vm *VM) openVars() {
	vm.setGlobal("set_var", vm.setVar)
	vm.setGlobal("unset_var", vm.unsetVar)
}

// setVar is set_var("scope.name", value).
func (vm *VM) setVar(L *lua.LState) int {
	if vm.setKnown(L) {
		return 0
	}
	scope, name := vm.varName(L, "set_var")
	if L.GetTop() < 2 {
		badArg(L, 2, "set_var", "value expected; nil unsets the variable")
	}
	vm.set(L, scope, name, L.Get(2))
	return 0
}

// setKnown is setVar for a name that the script has used before; false means that it
// has done nothing.
func (vm *VM) setKnown(L *lua.LState) bool {
	full, ok := L.Get(1).(lua.LString)
	if !ok || vm.phase != phaseHandler || L.GetTop() < 2 {
		return false
	}
	name, ok := vm.variables.Find(string(full))
	if !ok {
		return false
	}
	value, err := fromLua(L.Get(2))
	return err == nil && vm.ack.Set(name, value) == nil
}

// unsetVar is unset_var("scope.name").
func (vm *VM) unsetVar(L *lua.LState) int {
	scope, name := vm.varName(L, "unset_var")
	if err := vm.ack.UnsetVar(scope, name); err != nil {
		vm.raiseErr(L, err)
	}
	return 0
}

// set converts a value and appends the action that sets it.
func (vm *VM) set(L *lua.LState, scope spop.Scope, name string, v lua.LValue) {
	value, err := fromLua(v)
	if err != nil {
		raisef(L, "variable %s.%s: %s", scope, name, err)
	}
	if err := vm.ack.SetVar(scope, name, value); err != nil {
		vm.raiseErr(L, err)
	}
}

// varName is the name of a variable in argument 1 of fn.
func (vm *VM) varName(L *lua.LState, fn string) (spop.Scope, string) {
	vm.mustHandle(L, fn)
	full, ok := L.Get(1).(lua.LString)
	if !ok {
		badType(L, 1, fn, "string")
	}
	scope, name, err := spop.ParseVarName(string(full))
	if err != nil {
		vm.raiseErr(L, err)
	}
	return scope, name
}

// mustHandle raises an error outside a handler.
func (vm *VM) mustHandle(L *lua.LState, fn string) {
	if vm.phase != phaseHandler {
		raisef(L, "%s can only be called inside a handler, while a message is being answered", fn)
	}
}

// mustLoad raises an error once the scripts are loaded.
func (vm *VM) mustLoad(L *lua.LState, fn string) {
	if vm.phase > phaseInit {
		raisef(L, "%s can only be called while scripts are loaded, not inside a handler", fn)
	}
}
