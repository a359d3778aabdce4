package luabind

import (
	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lint"
)

// GlobalNames returns what scripts find in a new VM, for package lint.
func GlobalNames() lint.Names {
	vm := new(Program).newVM(nil)
	defer vm.Close()
	vm.openAll()
	return namesOf(vm.state.G.Global, 3)
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
