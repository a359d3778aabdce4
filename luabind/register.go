package luabind

import (
	lua "github.com/yuin/gopher-lua"
)

// on is spoa.on(name[, options], fn).
func (vm *VM) on(L *lua.LState) int {
	vm.register(L, "on", false)
	return 0
}

// registerMessage is spoa.register_message(name, fn).
func (vm *VM) registerMessage(L *lua.LState) int {
	vm.register(L, "register_message", true)
	return 0
}

func (vm *VM) register(L *lua.LState, fn string, table bool) {
	name := nameArg(L, fn)
	h := handler{table: table}
	last := 2
	if _, ok := L.Get(2).(*lua.LTable); ok && !table {
		last = 3
		vm.handlerOptions(L, &h)
	}
	h.fn = functionArg(L, last, fn)
	h.Origin.API, h.Origin.Name = "spoa", name
	h.Origin.setFunction(h.fn)
	h.Script, h.Line = vm.script, 0
	if script, line := place(L); script != "" {
		h.Script, h.Line = script, line
	}
	if name == "" {
		badArg(L, 1, fn, "the name of a message is empty")
	}
	vm.mustLoad(L, fn)
	vm.addHandler(name, h)
}

// setFunction notes where fn stands.
func (o *Origin) setFunction(fn *lua.LFunction) {
	if fn.Proto != nil {
		o.File, o.Line = fn.Proto.SourceName, fn.Proto.LineDefined
	}
}

func (vm *VM) addHandler(name string, h handler) {
	for i := range vm.messages {
		if m := &vm.messages[i]; m.name == name {
			m.handlers = append(m.handlers, h)
			return
		}
	}
	vm.messages = append(vm.messages, messageHandlers{name: name, luaName: lua.LString(name), handlers: []handler{h}})
}

// onInit is spoa.on_init(fn).
func (vm *VM) onInit(L *lua.LState) int {
	vm.addInit(L, "on_init", functionArg(L, 1, "on_init"))
	return 0
}

func (vm *VM) addInit(L *lua.LState, name string, fn *lua.LFunction) {
	vm.mustLoad(L, name)
	if vm.phase == phaseInit {
		raisef(L, "%s can only be called at the top level of a script, not while init functions run", name)
	}
	vm.inits = append(vm.inits, handler{Handler: Handler{Script: vm.script}, fn: fn})
}

// read is spoa.read(path): the bytes of a file.
func (vm *VM) read(L *lua.LState) int {
	path := nameArg(L, "read")
	vm.mustLoad(L, "read")
	L.Push(lua.LString(vm.readFile(L, path)))
	return 1
}

func (vm *VM) readFile(L *lua.LState, path string) []byte {
	if vm.program.ReadFile == nil {
		raisef(L, "read %q: no files can be read here", clip(path))
	}
	b, err := vm.program.ReadFile(vm.script, path)
	if err != nil {
		vm.raiseErr(L, err)
	}
	return b
}
