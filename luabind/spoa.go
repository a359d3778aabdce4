package luabind

import lua "github.com/yuin/gopher-lua"

// openSpoa makes the table spoa and the global functions beside it.
func (vm *VM) openSpoa() {
	vm.openVars()
	vm.openMessage()
	spoa := vm.tableOf(48, map[string]lua.LGFunction{
		"on":      vm.on,
		"on_init": vm.onInit,
		"read":    vm.read,
		"args":    vm.args,
	})
	vm.openTyped(spoa)
	vm.openCAgent(spoa)
	vm.openLog(spoa)
	vm.openInfo(spoa)
	vm.openShared(spoa)
	vm.openRequire()
	vm.state.G.Global.RawSetString("spoa", spoa)
}
