package luabind

import (
	"errors"
	"io"
	"log/slog"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/luahost"
	"github.com/spoa-lua/spoa-lua/luabind/lualib"
)

// namesLibrary reports whether code names a part of the library that most do
// without.
func namesLibrary(proto *lua.FunctionProto) bool {
	return slices.ContainsFunc([]string{"io", "debug", "dofile", "loadfile"}, func(global string) bool { return names(proto, global) })
}

// names reports whether code names a global.
func names(proto *lua.FunctionProto, global string) bool {
	return slices.Contains(proto.Constants, lua.LValue(lua.LString(global))) ||
		slices.ContainsFunc(proto.FunctionPrototypes, func(p *lua.FunctionProto) bool { return names(p, global) })
}

// openNamed makes the libraries that code names and that most do without.
func (vm *VM) openNamed(proto *lua.FunctionProto) {
	if names(proto, "io") {
		vm.openIO()
	}
	if names(proto, "debug") {
		vm.openDebug()
	}
	if names(proto, "dofile") || names(proto, "loadfile") {
		vm.openDofile()
	}
}

// openDebug makes the part of the library debug that only looks, once.
func (vm *VM) openDebug() {
	if vm.loaded.RawGetString("debug") == lua.LNil {
		lualib.OpenDebug(vm.state)
		vm.loaded.RawSetString("debug", vm.state.G.Global.RawGetString("debug"))
	}
}

// openIO makes the library io, once. It reads what spoa.read reads, and what it
// writes to its standard output and error is logged.
func (vm *VM) openIO() {
	if vm.loaded.RawGetString("io") == lua.LNil {
		luahost.OpenReadOnly(vm.state, vm.loaded, vm.hostFiles(), ioLog{vm}, ioLog{vm})
	}
}

// hostFiles are the files that io reads.
func (vm *VM) hostFiles() luahost.Files {
	return luahost.Files{Read: vm.readAnyTime, List: vm.listFiles}
}

// listFiles lists files below the script folders. When another one comes to them,
// all is loaded anew.
func (vm *VM) listFiles(pattern string) ([]string, error) {
	if vm.phase > phaseInit || vm.program.ListFiles == nil {
		return nil, errors.New("files are listed while scripts are loaded")
	}
	return vm.program.ListFiles(vm.script, pattern)
}

// readAnyTime reads a file below the script folders. What is read while scripts
// are loaded belongs to the load: when it changes, all is loaded anew.
func (vm *VM) readAnyTime(path string) ([]byte, error) {
	if vm.phase <= phaseInit && vm.program.ReadFile != nil {
		return vm.program.ReadFile(vm.script, path)
	}
	if vm.program.OpenFile == nil {
		return nil, errors.New("no files can be read here")
	}
	f, _, err := vm.program.OpenFile(vm.script, path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(f)
}

// ioLog is the log as io.stdout and io.stderr write to it.
type ioLog struct{ vm *VM }

// Write logs the lines of b.
func (l ioLog) Write(b []byte) (int, error) {
	for line := range strings.Lines(string(b)) {
		l.vm.logText(l.vm.state, slog.LevelInfo, strings.TrimRight(line, "\r\n"))
	}
	return len(b), nil
}
