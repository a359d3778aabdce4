package lua54

import (
	"fmt"
	"reflect"
	"unsafe"

	lua "github.com/yuin/gopher-lua"
)

// The VM keeps some of its state to itself that a correct protected call
// needs: an error there closes the upvalues of all functions, also of those
// outside the protected call, whose variables then are no longer shared with
// their closures. This file is the only place that reaches into it. The
// layout is looked up by name when a Runtime is made, and Open panics if the
// VM's types have changed; a test notices before anyone else does.

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

// layout holds the offsets of private fields.
type layout struct {
	currentFrame, reg, uvcache, hasErrorFunc, next uintptr

	stack     uintptr
	stackType reflect.Type
}

func newLayout() layout {
	state := reflect.TypeFor[lua.LState]()
	current := field(state, "currentFrame")
	sameFields(reflect.TypeFor[frame](), current.Type.Elem())
	reg := field(state, "reg")
	sameFields(reflect.TypeFor[registers](), reg.Type.Elem())
	upvalue := reflect.TypeFor[lua.Upvalue]()
	uvcache, next := field(state, "uvcache"), field(upvalue, "next")
	if uvcache.Type != next.Type || uvcache.Type.Elem() != upvalue {
		panic("lua54: the list of upvalues of gopher-lua has changed")
	}
	hasErrorFunc := field(state, "hasErrorFunc")
	if hasErrorFunc.Type.Kind() != reflect.Bool {
		panic("lua54: hasErrorFunc of gopher-lua is no bool")
	}
	stack := field(state, "stack")
	if stack.Type.Kind() != reflect.Interface || !stack.Type.Implements(reflect.TypeFor[frameStack]()) {
		panic("lua54: the call stack of gopher-lua has changed")
	}
	return layout{current.Offset, reg.Offset, uvcache.Offset, hasErrorFunc.Offset, next.Offset, stack.Offset, stack.Type}
}

func field(t reflect.Type, name string) reflect.StructField {
	f, ok := t.FieldByName(name)
	if !ok {
		panic(fmt.Sprintf("lua54: gopher-lua's %s has no field %s", t, name))
	}
	return f
}

// sameFields checks that ours is a prefix of theirs.
func sameFields(ours, theirs reflect.Type) {
	for i := range ours.NumField() {
		o := ours.Field(i)
		t := field(theirs, o.Name)
		if o.Offset != t.Offset || o.Type.Kind() != t.Type.Kind() {
			panic(fmt.Sprintf("lua54: field %s of gopher-lua's %s has changed", o.Name, theirs))
		}
	}
}

func (rt *Runtime) frame(L *lua.LState) *frame {
	return *(**frame)(unsafe.Add(unsafe.Pointer(L), rt.layout.currentFrame))
}

// frameStack is the part of the VM's call stack that dropFrames needs.
type frameStack interface{ SetSp(sp int) }

// dropFrames ends all running functions, as after an error that nothing but the
// host has caught.
func (rt *Runtime) dropFrames(L *lua.LState) {
	stack := reflect.NewAt(rt.layout.stackType, unsafe.Add(unsafe.Pointer(L), rt.layout.stack)).Elem().Interface()
	stack.(frameStack).SetSp(0)
	*(**frame)(unsafe.Add(unsafe.Pointer(L), rt.layout.currentFrame)) = nil
}

func (rt *Runtime) registers(L *lua.LState) *registers {
	return *(**registers)(unsafe.Add(unsafe.Pointer(L), rt.layout.reg))
}

// openUpvalues is the head of the list of variables that closures share with
// running functions.
func (rt *Runtime) openUpvalues(L *lua.LState) **lua.Upvalue {
	return (**lua.Upvalue)(unsafe.Add(unsafe.Pointer(L), rt.layout.uvcache))
}

// closeUpvalues detaches the listed closures from the registers.
func (rt *Runtime) closeUpvalues(L *lua.LState) {
	head := rt.openUpvalues(L)
	for uv := *head; uv != nil; {
		next := *(**lua.Upvalue)(unsafe.Add(unsafe.Pointer(uv), rt.layout.next))
		uv.Close()
		if uv.Value() == nil {
			uv.SetValue(lua.LNil)
		}
		uv = next
	}
	*head = nil
}

// keepUpvalues makes the VM leave closing to us when an error is raised.
func (rt *Runtime) keepUpvalues(L *lua.LState) {
	*(*bool)(unsafe.Add(unsafe.Pointer(L), rt.layout.hasErrorFunc)) = true
}
