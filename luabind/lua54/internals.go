package lua54

import (
	"context"
	"fmt"
	"reflect"
	"sync"
	"unsafe"

	lua "github.com/yuin/gopher-lua"
)

// The VM keeps most of its state to itself. A correct protected call needs it:
// an error there closes the upvalues of all functions, also of those outside
// the protected call, whose variables then are no longer shared with their
// closures. So does a main loop of our own, see loop.go. This file is the only
// one that says how the VM is laid out. checkLayout compares that with the VM,
// name by name, before the first Runtime is made, and panics if its types have
// changed; a test notices before anyone else does.

// state has the layout of lua.LState.
type state struct {
	G       *lua.Global
	Parent  *lua.LState
	Env     *lua.LTable
	Panic   func(*lua.LState)
	Dead    bool
	Options lua.Options

	stop         int32
	reg          *registers
	stack        callStack
	alloc        unsafe.Pointer
	currentFrame *frame
	wrapped      bool
	uvcache      *lua.Upvalue
	hasErrorFunc bool
	mainLoop     func(*lua.LState, *frame)
	ctx          context.Context
}

// frame has the layout of the VM's callFrame.
type frame struct {
	Idx        int
	Fn         *lua.LFunction
	Parent     *frame
	Pc         int
	Base       int
	LocalBase  int
	ReturnBase int
	NArgs      int
	NRet       int
	TailCall   int
}

// registers has the layout of the start of the VM's registry.
type registers struct {
	array []lua.LValue
	top   int
}

// callStack is the VM's call stack: an interface, as it lies in memory. What it
// holds is a fixedStack for a VM without Options.MinimizeStackMemory.
type callStack struct {
	kind  unsafe.Pointer
	fixed *fixedStack
}

// fixedStack has the layout of the VM's fixedCallFrameStack.
type fixedStack struct {
	array []frame
	sp    int
}

// openUpvalue has the layout of lua.Upvalue.
type openUpvalue struct {
	next   *lua.Upvalue
	reg    *registers
	index  int
	value  lua.LValue
	closed bool
}

// fixedKind is what callStack.kind is for a fixedStack.
var fixedKind unsafe.Pointer

// checkLayout panics when the VM is not laid out as the types above say.
var checkLayout = sync.OnceFunc(func() {
	theirs := reflect.TypeFor[lua.LState]()
	sameFields(reflect.TypeFor[state](), theirs)
	sameFields(reflect.TypeFor[frame](), field(theirs, "currentFrame").Type.Elem())
	sameFields(reflect.TypeFor[registers](), field(theirs, "reg").Type.Elem())
	sameFields(reflect.TypeFor[openUpvalue](), reflect.TypeFor[lua.Upvalue]())
	L := lua.NewState(lua.Options{SkipOpenLibs: true, CallStackSize: 1})
	defer L.Close()
	stack := reflect.ValueOf(L).Elem().FieldByName("stack")
	sameFields(reflect.TypeFor[fixedStack](), stack.Elem().Type().Elem())
	fixedKind = stateOf(L).stack.kind
	checkTable()
})

func field(t reflect.Type, name string) reflect.StructField {
	f, ok := t.FieldByName(name)
	if !ok {
		panic(fmt.Sprintf("lua54: gopher-lua's %s has no field %s", t, name))
	}
	return f
}

// opaque are the types that stand for others of another kind.
var opaque = map[reflect.Type]bool{reflect.TypeFor[callStack](): true, reflect.TypeFor[unsafe.Pointer](): true}

// sameFields checks that ours is a prefix of theirs.
func sameFields(ours, theirs reflect.Type) {
	for o := range ours.Fields() {
		t := field(theirs, o.Name)
		sameKind := o.Type.Kind() == t.Type.Kind() || opaque[o.Type]
		if o.Offset != t.Offset || o.Type.Size() != t.Type.Size() || !sameKind {
			panic(fmt.Sprintf("lua54: field %s of gopher-lua's %s has changed", o.Name, theirs))
		}
	}
}

// stateOf is the VM's own view of L.
func stateOf(L *lua.LState) *state { return (*state)(unsafe.Pointer(L)) }

func (rt *Runtime) frame(L *lua.LState) *frame { return stateOf(L).currentFrame }

func (rt *Runtime) registers(L *lua.LState) *registers { return stateOf(L).reg }

// closeUpvalues detaches the listed closures from the registers.
func (rt *Runtime) closeUpvalues(L *lua.LState) {
	s := stateOf(L)
	for uv := s.uvcache; uv != nil; {
		next := (*openUpvalue)(unsafe.Pointer(uv)).next
		uv.Close()
		if uv.Value() == nil {
			uv.SetValue(lua.LNil)
		}
		uv = next
	}
	s.uvcache = nil
}

// keepUpvalues makes the VM leave closing to us when an error is raised.
func (rt *Runtime) keepUpvalues(L *lua.LState) { stateOf(L).hasErrorFunc = true }
