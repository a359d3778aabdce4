package luabind

import (
	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/modules"
)

// openModule makes a module of the agent's own and keeps it in package.loaded.
// That it is made in a handler for the first time changes nothing that another
// one could see.
func (vm *VM) openModule(L *lua.LState, name string) lua.LValue {
	v := modules.Open(vm.state, L, moduleHost{vm}, &vm.program.modules, name)
	vm.loaded.RawSetString(name, v)
	return v
}

// moduleHost is a VM as a module sees it.
type moduleHost struct{ vm *VM }

// Loading reports whether scripts are being loaded.
func (h moduleHost) Loading() bool { return h.vm.phase <= phaseInit }

// Script is the name of the script that runs.
func (h moduleHost) Script() string { return h.vm.script }

// ReadFile reads a file as spoa.read does.
func (h moduleHost) ReadFile(L *lua.LState, path string) []byte { return h.vm.readFile(L, path) }

// Raise raises an error of Go.
func (h moduleHost) Raise(L *lua.LState, err error) { h.vm.raiseErr(L, err) }

// NewFunction makes a function of a binding.
func (h moduleHost) NewFunction(fn lua.LGFunction) *lua.LFunction { return h.vm.newFunction(fn) }
