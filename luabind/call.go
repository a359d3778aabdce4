package luabind

import (
	"errors"
	"sync/atomic"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/spop"
)

// Begin starts an exchange: what handlers set goes into ack until End. Setting
// stop, which may be nil, ends the handler that runs then.
func (vm *VM) Begin(ack *spop.Ack, stop *atomic.Bool) {
	vm.ack = ack
	vm.deadline.follow(stop)
}

// Call runs the handlers of the message at index i of Messages, in script
// order. Each of them is all or nothing: an error takes back what that handler
// set, and the others still run. The error is a *ScriptError or several that
// errors.Join has joined. The VM keeps nothing of m.
func (vm *VM) Call(i int, m *spop.Message) error {
	msg := &vm.messages[i]
	var err error
	for j := range msg.handlers {
		if e := vm.run(msg, &msg.handlers[j]); e != nil {
			err = errors.Join(err, e)
		}
	}
	return err
}

func (vm *VM) run(msg *messageHandlers, h *handler) error {
	mark := vm.ack.Mark()
	vm.phase = phaseHandler
	vm.script = h.script
	vm.state.Push(h.fn)
	vm.state.Push(lua.LNil)
	vm.state.Push(msg.luaName)
	err := vm.protected(2)
	vm.phase = phaseIdle
	if err != nil {
		vm.ack.Rollback(mark)
		return err
	}
	return nil
}

// protected calls the function below nargs arguments.
func (vm *VM) protected(nargs int) error {
	err := vm.protectedCall(nargs)
	if err == nil {
		return nil
	}
	return vm.failed(err)
}

// failed makes a ScriptError, and decides whether the VM may go on.
func (vm *VM) failed(err error) error {
	e := newScriptError(err, vm.script)
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

// End ends the exchange and drops the memory that was borrowed for it. It
// returns false when the VM must be closed: it was stopped, a Go panic went
// through it, or its stack is not clean.
func (vm *VM) End() (reusable bool) {
	vm.ack = nil
	vm.deadline.follow(nil)
	return !vm.broken && vm.state.GetTop() == 0
}
