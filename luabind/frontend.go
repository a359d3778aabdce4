package luabind

import (
	"bytes"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/parse"
)

// compile turns source text into code for the VM.
func compile(name string, src []byte) (*lua.FunctionProto, error) {
	chunk, err := parse.Parse(bytes.NewReader(src), name)
	if err != nil {
		return nil, err
	}
	return lua.Compile(chunk, name)
}

// openLibraries fills a new VM with what the language brings.
func (vm *VM) openLibraries() {
	L := vm.state
	for name, open := range map[string]lua.LGFunction{
		lua.BaseLibName: lua.OpenBase, lua.StringLibName: lua.OpenString, lua.TabLibName: lua.OpenTable,
		lua.MathLibName: lua.OpenMath, lua.CoroutineLibName: lua.OpenCoroutine,
	} {
		L.Push(L.NewFunction(open))
		L.Push(lua.LString(name))
		L.Call(1, 0)
	}
	for _, name := range []string{"dofile", "loadfile", "load", "loadstring", "module", "newproxy", "collectgarbage", "getfenv", "setfenv", "_printregs"} {
		L.G.Global.RawSetString(name, lua.LNil)
	}
}

// protectedCall calls the function below nargs arguments without results.
func (vm *VM) protectedCall(nargs int) error { return vm.state.PCall(nargs, 0, nil) }
