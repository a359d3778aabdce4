package luabind

import (
	"log/slog"

	lua "github.com/yuin/gopher-lua"
)

// assignsGlobal is called before a function body assigns to a global variable.
// At load time that is how scripts define what they use; in a handler it makes
// what one request sees depend on which VM it got, so the place is warned about
// once.
func (vm *VM) assignsGlobal(L *lua.LState, name string) {
	if vm.phase != phaseHandler && (vm.work == nil || vm.work.http == nil) {
		return
	}
	w := warning{"global", at(L), name}
	if _, ok := vm.warned[w]; ok || len(vm.warned) >= maxWarnings {
		return
	}
	vm.warned[w] = struct{}{}
	if vm.program.warnings.first(w) {
		vm.warn(L, "handler assigns a global: globals are per VM; use local, or spoa.shared for what requests share",
			slog.String("global", escape(name)))
	}
}
