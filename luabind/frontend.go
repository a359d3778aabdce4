package luabind

import (
	"log/slog"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
	"github.com/spoa-lua/spoa-lua/luabind/lualib"
)

// This file is the only one that knows which front end and which standard
// library the VM has.

// compile turns source text into code for the VM.
func compile(name string, src []byte) (*lua.FunctionProto, error) {
	return lua54.Compile(name, src, lua54.Options{TrapGlobalAssign: true})
}

// openLibraries fills a new VM with what the language brings.
func (vm *VM) openLibraries() {
	lualib.Open(vm.state, lualib.Config{
		Limits: lualib.Limits{MaxString: vm.program.MaxString, MaxUnpack: maxUnpack},
		Compile: func(name string, src []byte) (*lua.FunctionProto, error) {
			proto, err := lua54.Compile(name, src, lua54.Options{})
			if err == nil && usesHAProxy(proto) {
				vm.openHAProxy()
			}
			if err == nil {
				vm.openNamed(proto)
			}
			return proto, err
		},
		Getenv: vm.getenv,
		Print:  func(line string) { vm.logText(vm.state, slog.LevelWarn, line) }, // what warn() says
	})
	vm.suspended = lualib.SuspendedCoroutines(vm.state)
	vm.lua = lua54.From(vm.state)
	vm.lua.OnGlobalAssign = vm.assignsGlobal
}

// getenv is a variable that scripts read by os.getenv: one of the operator's, or
// else one that haproxy.cfg sets, for scripts of HAProxy's API.
func (vm *VM) getenv(name string) (string, bool) {
	value, ok := vm.program.Vars[name]
	if !ok && vm.haproxy != nil {
		return vm.haproxy.Setenv(name)
	}
	return value, ok
}

// maxUnpack is how many values a function may return: the registry, see
// stateOptions, has room for them.
const maxUnpack = 4096

// function makes a function of a compiled script.
func (vm *VM) function(s *Script) *lua.LFunction {
	if s.haproxy {
		vm.openHAProxy()
		vm.scripts = append(vm.scripts, s)
	}
	if s.named {
		vm.openNamed(s.proto)
	}
	return vm.lua.NewFunction(s.proto, vm.state.G.Global)
}

// protectedCall calls the function below nargs arguments, without results.
func (vm *VM) protectedCall(nargs int) error { return vm.lua.PCall(vm.state, nargs, 0, nil) }

// endCoroutines ends those that wait to be resumed.
func (vm *VM) endCoroutines() { lualib.EndCoroutines(vm.state) }

// This bounds what t[60000000] = 1 allocates. The limit is a variable of
// the VM's package, so it is set before anything else runs.
var _ = func() int {
	lualib.SetMaxArrayIndex()
	return 0
}()
