package luabind

import (
	"errors"
	"strings"
	"sync/atomic"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
	"github.com/spoa-lua/spoa-lua/spop"
)

// Begin starts an exchange: what handlers set goes into ack until End. Setting
// stop, which may be nil, ends the handler that runs then.
func (vm *VM) Begin(ack *spop.Ack, stop *atomic.Bool) {
	vm.takeStacks()
	vm.ack = ack
	vm.deadline.follow(stop)
}

// BeginExchange is Begin for an exchange of a server. Bindings that wait let go of
// its connection meanwhile, and wait no longer than its time.
func (vm *VM) BeginExchange(x *spop.Exchange) {
	vm.exchange = x
	vm.Begin(x.Ack(), x.Stopped())
	vm.deadline.watch(x)
}

// Run runs the handler at index j of Handlers(i) for m. An error takes back what
// the handler set; it is a *ScriptError. The VM uses m's memory until End. After
// a stop or a Go panic no handler may be run any more: see End.
func (vm *VM) Run(i, j int, m *spop.Message) error {
	msg := &vm.messages[i]
	vm.message.Message = *m
	vm.message.name = msg.name
	if err := vm.handle(msg, &msg.handlers[j]); err != nil {
		return err
	}
	return nil
}

// Usable reports whether another handler may be run in this exchange.
func (vm *VM) Usable() bool { return !vm.broken }

// Call runs the handlers of the message at index i of Messages, in script
// order. Each of them is all or nothing: an error takes back what that handler
// set, and the others still run. The error is a *ScriptError or several that
// errors.Join has joined. The VM uses m's memory until End.
func (vm *VM) Call(i int, m *spop.Message) error {
	msg := &vm.messages[i]
	vm.message.Message = *m
	vm.message.name = msg.name
	var err error
	for j := range msg.handlers {
		if e := vm.handle(msg, &msg.handlers[j]); e != nil {
			err = join(err, e)
		}
		if vm.broken {
			break
		}
	}
	return err
}

func join(err error, e *ScriptError) error {
	if err == nil {
		return e
	}
	return errors.Join(err, e)
}

// handle runs one handler for the message that is set.
func (vm *VM) handle(msg *messageHandlers, h *handler) *ScriptError {
	mark := vm.ack.Mark()
	vm.phase = phaseHandler
	vm.script = h.Script
	vm.message.serial++
	vm.logged = 0
	if h.direct != nil {
		if nargs, ok := h.direct.Start(vm.state); ok {
			return vm.callDirect(h, nargs)
		}
	}
	vm.state.Push(h.fn)
	nargs := 2
	if h.table {
		vm.state.Push(vm.argTable(vm.state))
		nargs = 1
	} else {
		vm.state.Push(vm.luaMessage)
		vm.state.Push(msg.luaName)
	}
	err := vm.call(nargs)
	vm.phase = phaseIdle
	if err != nil && !h.keeps {
		vm.ack.Rollback(mark)
	}
	return err
}

// callDirect calls the script's function that h.direct has pushed.
func (vm *VM) callDirect(h *handler, nargs int) *ScriptError {
	L := vm.state
	err := vm.lua.PCall(L, nargs, lua.MultRet, nil)
	result := lua.LNil
	switch {
	case err != nil:
		result = lua54.ErrorValue(err)
	case L.GetTop() > 0:
		result = L.Get(-1)
		L.SetTop(0)
	}
	if vm.panicked == nil && (err != nil || !h.direct.Settled(result)) {
		err = vm.endDirect(h, err, result)
	}
	vm.phase = phaseIdle
	return vm.settled(err)
}

// endDirect has h.direct see to the result, or to the error. It returns the error
// of the run.
func (vm *VM) endDirect(h *handler, err error, result lua.LValue) error {
	L := vm.state
	L.Push(h.end)
	L.Push(lua.LBool(err != nil))
	L.Push(result)
	if failed := vm.lua.PCall(L, 2, 1, nil); failed != nil {
		return failed
	}
	if lua.LVAsBool(L.Get(-1)) {
		err = nil
	}
	L.SetTop(0)
	return err
}

// call calls the function below nargs arguments.
func (vm *VM) call(nargs int) *ScriptError { return vm.settled(vm.protectedCall(nargs)) }

// settled makes the error of a script of the one of a call.
func (vm *VM) settled(err error) *ScriptError {
	if err == nil && vm.panicked == nil {
		return nil
	}
	return vm.failed(err)
}

// failed makes a ScriptError, and decides whether the VM may go on. err is nil
// when a script has caught a Go panic with pcall.
func (vm *VM) failed(err error) *ScriptError {
	if vm.panicked != nil {
		return vm.panicked
	}
	e := newScriptError(err, vm.script)
	if vm.cause != nil && strings.HasSuffix(e.Msg, vm.cause.Error()) {
		e.Err = vm.cause
	}
	vm.cause = nil
	var api *lua.ApiError
	if errors.As(err, &api) && api.Type == lua.ApiErrorPanic {
		vm.broken = true
	}
	if vm.deadline.stop.Load() {
		e.Err = ErrStopped
		vm.broken = true
	}
	return e
}

// maxSuspended is how many coroutines of exchanges that are over a VM may hold
// when its scripts have coroutines of their own.
const maxSuspended = 100

// End ends the exchange, the coroutines that its handlers left behind, and the
// use of the memory that was borrowed for it. It returns false when the VM must
// be closed: it was stopped, a Go panic went through it, or it is not clean.
func (vm *VM) End() (reusable bool) {
	vm.ack, vm.exchange = nil, nil
	vm.closeOpened()
	vm.message.Message = spop.Message{}
	vm.deadline.follow(nil)
	if vm.broken || vm.state.GetTop() != 0 {
		return false
	}
	n := vm.suspended()
	if n > 0 && !vm.ownCoroutines {
		vm.endCoroutines()
		n = 0
	}
	return n <= maxSuspended
}
