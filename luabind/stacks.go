package luabind

import "github.com/spoa-lua/spoa-lua/luabind/lua54"

// takeStacks gives the VM what it runs on, which it has only between Begin and
// End. The VMs of a Program share the stacks: there are as many as VMs that run,
// and the collector takes those that are left over.
func (vm *VM) takeStacks() {
	st, _ := vm.program.stacks.Get().(*lua54.Stacks)
	vm.lua.GiveStacks(vm.state, st)
}

// giveStacks hands them back.
func (vm *VM) giveStacks() {
	if st := vm.lua.TakeStacks(vm.state); st != nil {
		vm.program.stacks.Put(st)
	}
}
