package lua54

import (
	lua "github.com/yuin/gopher-lua"
)

// Stacks are a VM's call stack and the registers of its functions. It needs them
// only while something runs on it, so that VMs that wait can do without: they
// are a quarter of its memory.
type Stacks struct {
	frames []frame
	values []lua.LValue
}

// TakeStacks takes away the stacks of the main thread, for another VM made with
// the same options. Nothing may run on this one or be pushed on it then, until
// GiveStacks. It returns nil when there are none to be had.
func (rt *Runtime) TakeStacks(L *lua.LState) *Stacks {
	s := stateOf(L)
	if s.reg.array == nil || s.reg.top != 0 || s.stack.fixed.sp != 0 {
		return nil
	}
	st := rt.stacks
	if st == nil {
		st = new(Stacks)
	}
	*st = Stacks{s.stack.fixed.array, s.reg.array}
	rt.stacks, s.stack.fixed.array, s.reg.array = nil, nil, nil
	return st
}

// GiveStacks ends what TakeStacks began. It takes nil for new stacks, and does
// nothing for a VM that has some.
func (rt *Runtime) GiveStacks(L *lua.LState, st *Stacks) {
	s := stateOf(L)
	if s.reg.array != nil {
		return
	}
	if st == nil {
		st = &Stacks{make([]frame, L.Options.CallStackSize), make([]lua.LValue, L.Options.RegistrySize)}
	}
	rt.stacks, s.stack.fixed.array, s.reg.array = st, st.frames, st.values
	*st = Stacks{}
	s.stack.fixed.shorten()
}
