package luabind

import (
	"errors"
	"io/fs"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/modules"
)

// defaultPath is where modules are looked for below the script folders.
const defaultPath = "./?.lua;./?/init.lua"

// openRequire makes the global require and the table package, without what
// finds and loads libraries in C.
func (vm *VM) openRequire() {
	L := vm.state
	vm.loaded = L.CreateTable(0, 8)
	for _, name := range []string{"string", "table", "math", "utf8", "os", "coroutine", "_G"} {
		if lib := L.G.Global.RawGetString(name); lib != lua.LNil {
			vm.loaded.RawSetString(name, lib)
		}
	}
	pkg := L.CreateTable(0, 8)
	pkg.RawSetString("loaded", vm.loaded)
	pkg.RawSetString("preload", L.CreateTable(0, 0))
	pkg.RawSetString("path", lua.LString(defaultPath))
	pkg.RawSetString("cpath", lua.LString(""))
	pkg.RawSetString("config", lua.LString("/\n;\n?\n!\n-\n"))
	vm.loaded.RawSetString("package", pkg)
	L.G.Global.RawSetString("package", pkg)
	vm.setGlobal("require", vm.require)
}

// require is require(name): the value of the module, and the name of its file
// when it has just been loaded. Scripts of different folders may have modules
// of one name: a module is known by its file. A module of the agent's own is
// taken when there is no file of its name.
func (vm *VM) require(L *lua.LState) int {
	name := nameArg(L, "require")
	v := vm.loaded.RawGetString(name)
	file, fromFile := vm.fileOf[name]
	if v != lua.LNil && !fromFile {
		L.Push(v) // a library, or what a script has put there
		return 1
	}
	own := modules.Has(name)
	if v == lua.LNil && !own {
		vm.mustLoad(L, "require of a module that is not loaded yet")
	}
	if n := vm.preloaded(L, name); n > 0 {
		return n
	}
	s := vm.module(L, name, own)
	if s == nil {
		L.Push(vm.openModule(L, name))
		return 1
	}
	if v != lua.LNil && file == s.name {
		L.Push(v)
		return 1
	}
	if v, ok := vm.modules[s.name]; ok {
		L.Push(v)
		return 1
	}
	if vm.loading[s.name] {
		raisef(L, "module '%s' requires itself, directly or through others", clip(name))
	}
	vm.mustLoad(L, "require of a module that is not loaded yet")
	L.Push(vm.runModule(L, name, s))
	L.Push(lua.LString(s.name))
	return 2
}

// module finds the script of a module. Nil means that there is none, which is an
// error unless the agent has a module of that name.
func (vm *VM) module(L *lua.LState, name string, own bool) *Script {
	if vm.program.Module == nil {
		if own {
			return nil
		}
		raisef(L, "module '%s' not found: there are no modules here%s", clip(name), instead(name))
	}
	s, err := vm.program.Module(vm.script, name)
	if s == nil && (err == nil || errors.Is(err, fs.ErrNotExist)) {
		found, other := vm.searchPath(name)
		if found != nil {
			return found
		}
		if other != nil {
			err = other
		}
	}
	if s == nil && own && (err == nil || errors.Is(err, fs.ErrNotExist)) {
		return nil
	}
	if err == nil && s == nil {
		err = errors.New("no such file")
	}
	if err == nil {
		return s
	}
	vm.cause = err
	if bad, ok := errors.AsType[*ScriptError](err); ok {
		raisef(L, "error loading module '%s': %s", clip(name), bad)
	}
	raisef(L, "module '%s' not found: %s%s", clip(name), err, instead(name))
	return nil
}

// instead is the end of the error for a module that is not there: what to do.
func instead(name string) string {
	if advice := modules.Absent(name); advice != "" {
		return "; " + advice
	}
	return ""
}

// preloaded runs the function that package.preload has for a module and pushes
// what require returns then, two values, or nothing.
func (vm *VM) preloaded(L *lua.LState, name string) int {
	fn, ok := vm.packageField("preload").(*lua.LTable)
	if !ok || fn.RawGetString(name) == lua.LNil {
		return 0
	}
	vm.mustLoad(L, "require of a module that is not loaded yet")
	L.Push(fn.RawGetString(name))
	L.Push(lua.LString(name))
	L.Push(lua.LString(":preload:"))
	L.Call(2, 1)
	v := L.Get(-1)
	L.Pop(1)
	if v == lua.LNil {
		v = lua.LTrue
	}
	vm.loaded.RawSetString(name, v)
	L.Push(v)
	L.Push(lua.LString(":preload:"))
	return 2
}

// searchPath finds a module at the paths that scripts have added to
// package.path. Those lie below the script folders too.
func (vm *VM) searchPath(name string) (*Script, error) {
	paths, ok := vm.packageField("path").(lua.LString)
	if !ok || paths == defaultPath || vm.program.ModuleFile == nil || vm.phase > phaseInit {
		return nil, nil
	}
	file := strings.ReplaceAll(name, ".", "/")
	if strings.HasPrefix(file, "/") {
		return nil, nil
	}
	for i, path := range strings.Split(string(paths), ";") {
		if i == maxPaths {
			break
		}
		if path == "" || strings.Contains(defaultPath, path) {
			continue
		}
		s, err := vm.program.ModuleFile(vm.script, strings.ReplaceAll(path, "?", file))
		if !errors.Is(err, fs.ErrNotExist) {
			return s, err
		}
	}
	return nil, nil
}

// maxPaths bounds how many parts of package.path are looked at.
const maxPaths = 32

// packageField is a field of the table package.
func (vm *VM) packageField(name string) lua.LValue {
	if pkg, ok := vm.loaded.RawGetString("package").(*lua.LTable); ok {
		return pkg.RawGetString(name)
	}
	return lua.LNil
}

// runModule runs the module's top level with its name and file as arguments.
// It returns and keeps what that returns, or true for nothing.
func (vm *VM) runModule(L *lua.LState, name string, s *Script) lua.LValue {
	caller := vm.script
	vm.script = s.name
	vm.loading[s.name] = true
	defer func() {
		vm.script = caller
		delete(vm.loading, s.name)
	}()
	before := vm.loaded.RawGetString(name)
	L.Push(vm.function(s))
	L.Push(lua.LString(name))
	L.Push(lua.LString(s.name))
	L.Call(2, 1)
	v := L.Get(-1)
	L.Pop(1)
	if own := vm.loaded.RawGetString(name); v == lua.LNil && own != before {
		v = own // it has put itself there
	}
	if v == lua.LNil {
		v = lua.LTrue
	}
	vm.loaded.RawSetString(name, v)
	vm.fileOf[name], vm.modules[s.name] = s.name, v
	return v
}
