package luabind

import (
	"hash/maphash"
	"io"
	"sync/atomic"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/haproxy"
	"github.com/spoa-lua/spoa-lua/luabind/lua54"
	"github.com/spoa-lua/spoa-lua/spop"
)

// VM is one Lua state with the scripts of a Program loaded. It is used by one
// goroutine at a time.
type VM struct {
	program  *Program
	state    *lua.LState
	lua      *lua54.Runtime
	deadline deadline
	// suspended is how many coroutines wait to be resumed. The collector does not
	// take them.
	suspended func() int

	// What the scripts made when they were loaded.
	messages []messageHandlers
	names    []string
	inits    []handler
	tasks    []task
	services []service
	loaded   *lua.LTable           // package.loaded
	fileOf   map[string]string     // the file that an entry of it came from
	modules  map[string]lua.LValue // by file
	loading  map[string]bool       // files whose top level is running
	tostring lua.LValue

	// ownCoroutines says that coroutines were suspended when loading was over:
	// they belong to the scripts, not to an exchange.
	ownCoroutines bool

	// What a handler works on.
	phase    phase
	script   string         // of the function that is running
	ack      *spop.Ack      // nil outside an exchange
	exchange *spop.Exchange // nil when nobody but the caller of Begin asks
	work     *work          // nil while no task or service runs
	closers  []io.Closer    // what the run has opened
	// interactive says that scripts run as a task does, though they are being loaded.
	interactive bool
	message     message
	luaMessage  *lua.LUserData
	strings     interned
	variables   spop.Variables
	haproxy     *haproxy.API // nil while no script names a part of it
	scripts     []*Script    // and modules that name a part of it
	logged      int          // lines, by the handler that runs

	warned   map[warning]struct{}
	cause    error        // of the error that a binding raised last
	panicked *ScriptError // the Go panic that went through a binding
	broken   bool         // never to be used again
	resting  bool         // it has no stacks, see Rest
}

// phase is what a VM is doing, which decides what scripts may call.
type phase byte

const (
	phaseLoad    phase = iota // top level of scripts and modules
	phaseInit                 // functions given to spoa.on_init
	phaseIdle                 // no script runs
	phaseHandler              // a handler runs
	phaseWork                 // a task or a service runs
)

// messageHandlers are the functions for one message, in script order.
type messageHandlers struct {
	name     string
	luaName  lua.LValue
	handlers []handler
}

// handler is one Lua function that a script registered.
type handler struct {
	Handler
	fn       *lua.LFunction
	fallback lua.LValue     // on_error as it was given, or nil
	table    bool           // takes its arguments as a table
	keeps    bool           // what it has set stays when it fails
	direct   haproxy.Direct // runs fn's work without fn, when it can
	end      *lua.LFunction // direct's End
}

// stateOptions bound a VM's memory. A fixed call stack is the one that fails
// with a Lua error when it overflows; 256 calls deep take 20 kB, and 16 more
// frames wait for message handlers. The registry
// holds the locals of all running functions; it starts with 8 kB and may grow
// to 1 MB.
var stateOptions = lua.Options{
	SkipOpenLibs:     true,
	CallStackSize:    272,
	RegistrySize:     512,
	RegistryMaxSize:  64 << 10,
	RegistryGrowStep: 1024,
}

// NewVM makes a VM: it opens the sandbox, runs the top level of every script,
// then the functions given to spoa.on_init. The error is a *ScriptError.
// Setting stop, which may be nil, ends it early.
func (p *Program) NewVM(stop *atomic.Bool) (*VM, error) { return p.NewVMBeside(stop, nil) }

// NewVMBeside is NewVM beside other work: while the scripts run, pause is called
// every 10 to 30 us, so that it can let others have the processor. It may be nil.
func (p *Program) NewVMBeside(stop *atomic.Bool, pause func()) (*VM, error) {
	vm := p.newVM(stop)
	if pause != nil {
		vm.deadline.watch(pauses(pause))
	}
	if err := vm.load(); err != nil {
		vm.Close()
		return nil, err
	}
	vm.deadline.follow(nil)
	vm.resting = vm.lua.TakeStacks(vm.state) != nil // not shared: a pool full of VMs would fill another with stacks
	return vm, nil
}

// newVM makes a VM in which nothing has run yet.
func (p *Program) newVM(stop *atomic.Bool) *VM {
	p.prepare()
	vm := &VM{
		program: p,
		state:   lua.NewState(stateOptions),
		fileOf:  make(map[string]string),
		modules: make(map[string]lua.LValue),
		loading: make(map[string]bool),
		warned:  make(map[warning]struct{}),
		strings: interned{seed: maphash.MakeSeed()},
	}
	vm.deadline.init()
	vm.deadline.follow(stop)
	vm.state.SetContext(&vm.deadline)
	vm.openLibraries()
	vm.openSpoa()
	return vm
}

func (vm *VM) load() error {
	vm.phase = phaseLoad
	for _, s := range vm.program.Scripts {
		vm.script, vm.logged = s.name, 0
		vm.state.Push(vm.function(s))
		args := vm.program.Args[s.name]
		for _, a := range args {
			vm.state.Push(lua.LString(a))
		}
		if err := vm.call(len(args)); err != nil {
			return err
		}
	}
	vm.phase = phaseInit
	for _, h := range vm.inits {
		vm.script = h.Script
		vm.state.Push(h.fn)
		if err := vm.call(0); err != nil {
			return err
		}
	}
	if err := vm.resolveFallbacks(); err != nil {
		return err
	}
	vm.phase = phaseIdle
	vm.script = ""
	vm.ownCoroutines = vm.suspended() > 0
	for i := range vm.messages {
		vm.names = append(vm.names, vm.messages[i].name)
	}
	return nil
}

// Messages returns the names that handlers were registered for, in the order
// of their first registration. The index of a name is what Call takes.
func (vm *VM) Messages() []string { return vm.names }

// Handlers returns the handlers of the message at index i of Messages, in the
// order in which they run. Their index is what Run takes.
func (vm *VM) Handlers(i int) []*Handler {
	list := make([]*Handler, len(vm.messages[i].handlers))
	for j := range list {
		list[j] = &vm.messages[i].handlers[j].Handler
	}
	return list
}

// Close frees what the VM holds. It must not be used then.
func (vm *VM) Close() {
	if vm.state.IsClosed() {
		return
	}
	vm.closeOpened()
	vm.endCoroutines()
	vm.state.Close()
}
