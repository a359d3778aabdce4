package luabind

import (
	"context"
	"io"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/modules"
	"github.com/spoa-lua/spoa-lua/luabind/remote"
)

// openModule makes a module of the agent's own and keeps it in package.loaded.
// That it is made in a handler for the first time changes nothing that another
// one could see.
func (vm *VM) openModule(L *lua.LState, name string) lua.LValue {
	v := modules.Open(vm.state, L, moduleHost{vm}, &vm.program.modules, name)
	vm.loaded.RawSetString(name, v)
	return v
}

// moduleLoader returns what opens a module of the agent's own, or nil when there
// is none of that name.
func (vm *VM) moduleLoader(name string) *lua.LFunction {
	if !modules.Has(name) {
		return nil
	}
	return vm.newFunction(func(L *lua.LState) int {
		L.Push(vm.openModule(L, name))
		return 1
	})
}

// moduleHost is a VM as a module sees it.
type moduleHost struct{ vm *VM }

// Loading reports whether scripts are being loaded.
func (h moduleHost) Loading() bool { return h.vm.phase <= phaseInit }

// Script is the name of the script that runs.
func (h moduleHost) Script() string { return h.vm.script }

// ReadFile reads a file as spoa.read does.
func (h moduleHost) ReadFile(L *lua.LState, path string) []byte { return h.vm.readFile(L, path) }

// Raise raises an error of Go.
func (h moduleHost) Raise(L *lua.LState, err error) { h.vm.raiseErr(L, err) }

// NewFunction makes a function of a binding.
func (h moduleHost) NewFunction(fn lua.LGFunction) *lua.LFunction { return h.vm.newFunction(fn) }

// Network is what scripts may reach.
func (h moduleHost) Network() remote.Network { return h.vm.program.Network }

// Wait runs what waits.
func (h moduleHost) Wait(L *lua.LState, fn func(ctx context.Context) error) error {
	return h.vm.wait(L, fn)
}

// TimeLeft is how long Wait may take; false means that nothing may wait now.
func (h moduleHost) TimeLeft() (time.Duration, bool) { return h.vm.timeLeft() }

// Opened has c closed when the run ends.
func (h moduleHost) Opened(c io.Closer) bool { return h.vm.opened(c) }

// Closed forgets c.
func (h moduleHost) Closed(c io.Closer) { h.vm.closed(c) }

// WarnOnce logs a warning once.
func (h moduleHost) WarnOnce(L *lua.LState, kind, text string) {
	haproxyHost(h).WarnOnce(L, kind, text)
}
