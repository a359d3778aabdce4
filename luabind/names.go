package luabind

import (
	"maps"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lint"
	"github.com/spoa-lua/spoa-lua/luabind/modules"
)

// GlobalNames returns what scripts find in a new VM, for package lint. Below
// require stand the modules of the agent's own.
func GlobalNames() lint.Names {
	vm := new(Program).newVM(nil)
	defer vm.Close()
	vm.openAll()
	names := namesOf(vm.state.G.Global, 3)
	names["require"] = vm.moduleNames()
	return names
}

// moduleNames returns the functions of the modules. One called a.b stands below a.
func (vm *VM) moduleNames() lint.Names {
	names := lint.Names{}
	for _, name := range modules.Names() {
		t, ok := vm.openModule(vm.state, name).(*lua.LTable)
		if !ok {
			continue
		}
		at := names
		for part := range strings.SplitSeq(name, ".") {
			if at[part] == nil {
				at[part] = lint.Names{}
			}
			at = at[part]
		}
		maps.Copy(at, namesOf(t, 2))
	}
	return names
}

// namesOf returns the fields of a table down to some depth. What is bound with
// a metatable of its own may have more of them.
func namesOf(t *lua.LTable, depth int) lint.Names {
	names := lint.Names{}
	t.ForEach(func(key, v lua.LValue) {
		name, ok := key.(lua.LString)
		if !ok {
			return
		}
		names[string(name)] = nil
		if below, ok := v.(*lua.LTable); ok && depth > 1 && name != "_G" {
			names[string(name)] = namesOf(below, depth-1)
		}
	})
	return names
}
