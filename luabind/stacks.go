package luabind

import "github.com/spoa-lua/spoa-lua/luabind/lua54"

// takeStacks gives the VM what it runs on, which it has only between Begin and
// Rest. The VMs of a Program share the stacks: there are as many as VMs that run,
// and the collector takes those that are left over.
func (vm *VM) takeStacks() {
	if !vm.resting {
		return
	}
	vm.resting = false
	st, _ := vm.program.stacks.Get().(*lua54.Stacks)
	vm.lua.GiveStacks(vm.state, st)
}

// Rest says that the VM will not be used for a while: it lends the memory that it
// runs on to others. It is called after End, if at all.
func (vm *VM) Rest() {
	if st := vm.lua.TakeStacks(vm.state); st != nil {
		vm.resting = true
		vm.program.stacks.Put(st)
	}
}
