package luabind

import (
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// openSpoa makes the table spoa and the global functions beside it. What few
// scripts use of it is made when it is first asked for: it would take a fifth
// of a VM's memory.
func (vm *VM) openSpoa() {
	vm.openVars()
	vm.openMessage()
	spoa := vm.tableOf(8, map[string]lua.LGFunction{
		"on":      vm.on,
		"on_init": vm.onInit,
		"read":    vm.read,
		"args":    vm.args,
	})
	vm.openLog(spoa)
	vm.openRequire()
	vm.state.G.Global.RawSetString("spoa", spoa)
	vm.lazySpoa(spoa)
}

// lazySpoa gives the table spoa a metatable that adds the parts that are not
// there yet.
func (vm *VM) lazySpoa(spoa *lua.LTable) {
	mt := vm.state.CreateTable(0, 1)
	mt.RawSetString("__index", vm.newFunction(func(L *lua.LState) int {
		name, _ := L.Get(2).(lua.LString)
		vm.openPart(spoa, string(name))
		L.Push(spoa.RawGet(L.Get(2)))
		return 1
	}))
	spoa.Metatable = mt
}

// openPart adds the part of the table spoa that has a field of that name.
func (vm *VM) openPart(spoa *lua.LTable, name string) {
	switch {
	case name == "shared":
		vm.openShared(spoa)
	case name == "info" || name == "vars":
		vm.openInfo(spoa)
	case name == "null" || typedFuncs()[name] != nil:
		vm.openTyped(spoa)
	case name == "scope" || name == "register_message" || name == "unset_var" || strings.HasPrefix(name, "set_var_"):
		vm.openCAgent(spoa)
	}
}

// openAll adds them all, for those who list what scripts find.
func (vm *VM) openAll() {
	spoa := vm.state.G.Global.RawGetString("spoa").(*lua.LTable)
	for _, name := range []string{"shared", "info", "null", "scope"} {
		vm.openPart(spoa, name)
	}
	vm.openHAProxy()
	vm.openIO()
	vm.openDebug()
	vm.openDofile()
}
