package luabind

import (
	"fmt"
	"runtime/debug"

	lua "github.com/yuin/gopher-lua"
)

// newFunction makes a Lua function of a binding. A Go panic in it ends the
// script however many pcalls stand around it, and then the VM.
func (vm *VM) newFunction(fn lua.LGFunction) *lua.LFunction {
	return vm.state.NewFunction(func(L *lua.LState) int {
		returned := false
		defer func() {
			if !returned {
				vm.unwinding(recover())
			}
		}()
		n := fn(L)
		returned = true
		return n
	})
}

// unwinding passes on what a binding ended with. Lua's own errors are panics
// with an ApiError.
func (vm *VM) unwinding(cause any) {
	if _, ok := cause.(*lua.ApiError); !ok && vm.panicked == nil {
		vm.panicked = &ScriptError{
			Script: vm.script, Msg: fmt.Sprintf("panic: %v", cause), Traceback: string(debug.Stack()),
		}
		if err, ok := cause.(error); ok {
			vm.panicked.Err = err
		}
		vm.broken = true
	}
	panic(cause)
}

// functions makes a table of functions.
func (vm *VM) functions(funcs map[string]lua.LGFunction) *lua.LTable {
	return vm.tableOf(len(funcs)+2, funcs)
}

// tableOf is functions with room for size fields. The VM's NewTable would
// reserve 3 kB.
func (vm *VM) tableOf(size int, funcs map[string]lua.LGFunction) *lua.LTable {
	t := vm.state.CreateTable(0, size)
	vm.addFunctions(t, funcs)
	return t
}

func (vm *VM) addFunctions(t *lua.LTable, funcs map[string]lua.LGFunction) {
	for name, fn := range funcs {
		t.RawSetString(name, vm.newFunction(fn))
	}
}

func (vm *VM) setGlobal(name string, fn lua.LGFunction) {
	vm.state.G.Global.RawSetString(name, vm.newFunction(fn))
}
