package luabind

import (
	"io/fs"

	lua "github.com/yuin/gopher-lua"
)

// openDofile makes dofile and loadfile, once. Their files lie where those of
// require do, so that they are part of the load: when one changes, all is loaded
// anew.
func (vm *VM) openDofile() {
	if vm.state.G.Global.RawGetString("dofile") == lua.LNil {
		vm.setGlobal("dofile", vm.dofile)
		vm.setGlobal("loadfile", vm.loadfile)
	}
}

// dofile is dofile(path): what the file returns.
func (vm *VM) dofile(L *lua.LState) int {
	s, err := vm.fileArg(L, "dofile")
	if err != nil {
		raisef(L, "dofile: %s", err)
	}
	caller, top := vm.script, L.GetTop()
	vm.script = s.name
	defer func() { vm.script = caller }()
	L.Push(vm.function(s))
	L.Call(0, lua.MultRet)
	return L.GetTop() - top
}

// loadfile is loadfile(path[, mode]): a function, or nil and what is wrong.
func (vm *VM) loadfile(L *lua.LState) int {
	if L.GetTop() > 2 {
		raisef(L, "loadfile: environments are taken by load: load(spoa.read(FILE), FILE, \"t\", ENV)")
	}
	s, err := vm.fileArg(L, "loadfile")
	if err != nil {
		L.Push(lua.LNil)
		L.Push(lua.LString(err.Error()))
		return 2
	}
	L.Push(vm.function(s))
	return 1
}

// fileArg is the file of Lua that argument 1 names.
func (vm *VM) fileArg(L *lua.LState, fn string) (*Script, error) {
	path := nameArg(L, fn)
	vm.mustLoad(L, fn)
	if vm.program.ModuleFile == nil {
		return nil, fs.ErrNotExist
	}
	s, err := vm.program.ModuleFile(vm.script, path)
	if err == nil && s == nil {
		err = fs.ErrNotExist
	}
	return s, err
}
