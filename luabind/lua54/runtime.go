package lua54

import (
	lua "github.com/yuin/gopher-lua"
)

// runtimeKey is the registry field that leads from a VM to its Runtime.
const runtimeKey = "lua54.Runtime"

// DefaultMaxString is the size limit in bytes for the result of `..`.
const DefaultMaxString = 16 << 20

// Runtime is what compiled 5.4 code needs besides the VM: the operators that
// the VM lacks, the list of to-be-closed variables, the texts of errors.
// There is one for each VM, made by Open. It is as little safe for concurrent
// use as the VM.
type Runtime struct {
	// MaxString is the size limit in bytes for the result of `..`; zero
	// means DefaultMaxString.
	MaxString int

	// OnGlobalAssign is called before a function body assigns to a global
	// variable, for chunks compiled with Options.TrapGlobalAssign. The name
	// is the variable's; L.Where(1) is the place of the assignment. It may
	// raise an error to refuse. Nil means nothing is called.
	OnGlobalAssign func(L *lua.LState, name string)

	own map[lua.LValue]bool
}

// Open prepares the VM for code made by Compile and returns its Runtime. It
// gives integers and strings their arithmetic metamethods; the metatable of
// strings that is there already is extended, else one is made. Calling it
// again returns the same Runtime.
func Open(L *lua.LState) *Runtime {
	if rt := From(L); rt != nil {
		return rt
	}
	rt := &Runtime{own: map[lua.LValue]bool{}}
	L.G.Registry.RawSetString(runtimeKey, &lua.LUserData{Value: rt, Metatable: lua.LNil})
	rt.openInt(L)
	return rt
}

// From returns the Runtime of the VM that L belongs to, or nil before Open.
func From(L *lua.LState) *Runtime {
	ud, ok := L.G.Registry.RawGetString(runtimeKey).(*lua.LUserData)
	if !ok {
		return nil
	}
	rt, _ := ud.Value.(*Runtime)
	return rt
}

// maxString is the limit in force.
func (rt *Runtime) maxString() int {
	if rt.MaxString > 0 {
		return rt.MaxString
	}
	return DefaultMaxString
}
