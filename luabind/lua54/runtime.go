package lua54

import (
	"sync"

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

	// NameOf returns the name that tracebacks give a Go function, such as
	// string.rep, or "". Nil knows no names.
	NameOf func(fn *lua.LFunction) string

	own     map[lua.LValue]bool // our metamethods of integers and strings
	helpers map[string]*lua.Upvalue
	pending map[*lua.LState][]lua.LValue // to-be-closed values, oldest first
	guard   *lua.LFunction               // calls what PCall was given
	onError func(*lua.LState)            // raise; made once, since a method value is allocated
	start   *lua.LFunction               // the first thing a coroutine calls
	loop    func(*lua.LState, *frame)    // mainLoop; made once, too
	joins   *lua.LFunction               // what `..` calls
	methods *lua.LTable                  // the fields of strings, see SetMethods
	stacks  *Stacks                      // what GiveStacks was given, emptied
	traced  bool                         // errors get a traceback
	skipped bool                         // see trap
	noRoom  lua.LString                  // the last error of full registers
	boxes   boxes                        // of the numbers that the main loop computes
}

// Open prepares the VM for code made by Compile and returns its Runtime. It
// gives integers and strings their arithmetic metamethods; the metatable of
// strings that is there already is extended, else one is made. Calling it
// again returns the same Runtime.
func Open(L *lua.LState) *Runtime {
	if rt := From(L); rt != nil {
		return rt
	}
	checkLayout()
	if stateOf(L).stack.kind != fixedKind {
		panic("lua54: a VM with Options.MinimizeStackMemory; its call stack loses frames after an error")
	}
	rt := &Runtime{
		own:     map[lua.LValue]bool{},
		helpers: map[string]*lua.Upvalue{},
		pending: map[*lua.LState][]lua.LValue{},
		traced:  true,
	}
	L.G.Registry.RawSetString(runtimeKey, &lua.LUserData{Value: rt, Metatable: lua.LNil})
	rt.onError, rt.loop = rt.raise, rt.mainLoop
	rt.guard = Hide(L.NewFunction(rt.guarded))
	rt.start = L.NewFunction(func(L *lua.LState) int {
		rt.enter(L)
		return 0
	})
	rt.openInt(L)
	rt.openHelpers(L)
	rt.enter(L)
	rt.Adopt(L)
	return rt
}

// bootProto is `function(...) start() return fn(...) end` with the upvalues
// start and fn. All VMs share it.
var bootProto = sync.OnceValue(func() *lua.FunctionProto {
	const source = "local start, fn; return function(...) start() return fn(...) end"
	proto, err := Compile("=coroutine", []byte(source), Options{})
	if err != nil {
		panic(err)
	}
	return proto.FunctionPrototypes[0]
})

// From returns the Runtime of the VM that L belongs to, or nil before Open.
func From(L *lua.LState) *Runtime {
	ud, ok := L.G.Registry.RawGetString(runtimeKey).(*lua.LUserData)
	if !ok {
		return nil
	}
	rt, _ := ud.Value.(*Runtime)
	return rt
}

// NewFunction makes a function of a compiled chunk with that table as its
// _ENV, where global variables live.
func (rt *Runtime) NewFunction(proto *lua.FunctionProto, env *lua.LTable) *lua.LFunction {
	fn := &lua.LFunction{Env: env, Proto: proto, Upvalues: make([]*lua.Upvalue, len(proto.DbgUpvalues))}
	for i, name := range proto.DbgUpvalues {
		uv, ok := rt.helpers[name]
		if !ok {
			uv = &lua.Upvalue{}
			uv.SetValue(env)
		}
		fn.Upvalues[i] = uv
	}
	return fn
}

// maxString is the limit in force.
func (rt *Runtime) maxString() int {
	if rt.MaxString > 0 {
		return rt.MaxString
	}
	return DefaultMaxString
}
