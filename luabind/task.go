package luabind

import (
	"context"
	"sync/atomic"
	"time"

	lua "github.com/yuin/gopher-lua"
)

// task is a function that runs beside the messages.
type task struct {
	Handler
	fn *lua.LFunction
}

// Tasks returns the functions that scripts want to be run beside the messages, in
// the order of their registration. Each VM of a Program has the same ones; their
// index is what RunTask takes.
func (vm *VM) Tasks() []*Handler {
	list := make([]*Handler, len(vm.tasks))
	for i := range list {
		list[i] = &vm.tasks[i].Handler
	}
	return list
}

// RunTask runs the function at index i of Tasks until it returns, or ctx ends it,
// and tells ran how long it runs. The error is a *ScriptError. The VM must be closed
// then.
func (vm *VM) RunTask(ctx context.Context, i int, ran *Stretch) error {
	defer vm.End()
	defer vm.beginWork(ctx, ran)()
	t := &vm.tasks[i]
	vm.script = t.Script
	vm.state.Push(t.fn)
	if err := vm.call(0); err != nil {
		return err
	}
	return nil
}

// beginWork lets scripts run that answer no message until ctx ends. The function
// it returns ends that, End what is left then.
func (vm *VM) beginWork(ctx context.Context, ran *Stretch) (end func()) {
	stop := new(atomic.Bool)
	unregister := context.AfterFunc(ctx, func() { stop.Store(true) })
	vm.work = &work{ctx: ctx, ran: ran, logSince: time.Now()}
	ran.begin()
	vm.phase, vm.logged = phaseWork, 0
	vm.message.serial++
	vm.deadline.follow(stop)
	vm.takeStacks()
	return func() {
		unregister()
		ran.end()
		vm.work, vm.phase = nil, phaseIdle
		vm.deadline.follow(nil)
	}
}
