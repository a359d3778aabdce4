package luabind

import (
	"sync/atomic"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/spop"
)

// VM is one Lua state with the scripts of a Program loaded. It is used by one
// goroutine at a time.
type VM struct {
	program  *Program
	state    *lua.LState
	deadline deadline
	messages []messageHandlers
	inits    []handler
	names    []string

	phase  phase
	script string    // of the function that is running
	ack    *spop.Ack // nil outside an exchange
	broken bool      // never to be used again
}

// phase is what a VM is doing, which decides what scripts may call.
type phase byte

const (
	phaseLoad phase = iota
	phaseIdle
	phaseHandler
)

// messageHandlers are the functions for one message, in script order.
type messageHandlers struct {
	name     string
	luaName  lua.LValue
	handlers []handler
}

// handler is one Lua function that a script registered.
type handler struct {
	fn     *lua.LFunction
	script string
	table  bool // takes its arguments as a table
}

// NewVM makes a VM: it opens the sandbox, runs the top level of every script,
// then the functions given to spoa.on_init. The error is a *ScriptError.
// Setting stop, which may be nil, ends it early.
func (p *Program) NewVM(stop *atomic.Bool) (*VM, error) {
	p.prepare()
	vm := &VM{program: p}
	vm.deadline.init()
	vm.deadline.follow(stop)
	vm.state = lua.NewState(stateOptions)
	vm.state.SetContext(&vm.deadline)
	vm.openLibraries()
	if err := vm.load(); err != nil {
		vm.Close()
		return nil, err
	}
	vm.deadline.follow(nil)
	return vm, nil
}

var stateOptions = lua.Options{SkipOpenLibs: true, CallStackSize: 256, RegistrySize: 1024, RegistryMaxSize: 64 << 10}

func (vm *VM) load() error {
	for _, s := range vm.program.Scripts {
		vm.script = s.name
		vm.state.Push(vm.state.NewFunctionFromProto(s.proto))
		if err := vm.protected(0); err != nil {
			return err
		}
	}
	for _, h := range vm.inits {
		vm.script = h.script
		vm.state.Push(h.fn)
		if err := vm.protected(0); err != nil {
			return err
		}
	}
	vm.phase = phaseIdle
	vm.script = ""
	for i := range vm.messages {
		vm.names = append(vm.names, vm.messages[i].name)
	}
	return nil
}

// Messages returns the names that handlers were registered for, in the order
// of their first registration. The index of a name is what Call takes.
func (vm *VM) Messages() []string { return vm.names }

// Close frees what the VM holds. It must not be used then.
func (vm *VM) Close() {
	if !vm.state.IsClosed() {
		vm.state.Close()
	}
}
