package luabind

import (
	"context"
	"slices"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/haproxy"
	"github.com/spoa-lua/spoa-lua/spop"
)

// service is a function that answers HTTP requests.
type service struct {
	Handler
	name string
	fn   *lua.LFunction
}

// addService adds a service. As in HAProxy the last one of a name counts.
func (vm *VM) addService(L *lua.LState, s service) {
	i := slices.IndexFunc(vm.services, func(other service) bool { return other.name == s.name })
	if i < 0 {
		vm.services = append(vm.services, s)
		return
	}
	vm.services[i] = s
	haproxyHost{vm}.WarnOnce(L, "service", "service '"+s.name+"' is registered more than once: the last one counts")
}

// Services returns the names of the services that scripts have registered.
func (vm *VM) Services() []string {
	names := make([]string, len(vm.services))
	for i := range names {
		names[i] = vm.services[i].name
	}
	return names
}

// ServiceHandlers returns who registered them and where, in the same order. They
// must not be changed.
func (vm *VM) ServiceHandlers() []*Handler {
	list := make([]*Handler, len(vm.services))
	for i := range list {
		list[i] = &vm.services[i].Handler
	}
	return list
}

// Serve has the service at index i of Services answer x until ctx ends. What
// HAProxy has sent along, as arguments of a message, is in m. The error is a
// *ScriptError. End must be called then, as after an exchange.
func (vm *VM) Serve(ctx context.Context, i int, x haproxy.HTTP, m *spop.Message) error {
	defer vm.beginWork(ctx, new(Stretch))()
	vm.work.http = x
	s := &vm.services[i]
	vm.message.Message, vm.message.name = *m, s.name
	vm.script = s.Script
	vm.state.Push(s.fn)
	if err := vm.call(0); err != nil {
		return err
	}
	return nil
}
