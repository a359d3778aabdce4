package lua54

import (
	lua "github.com/yuin/gopher-lua"
)

// push makes room for the frame of a call; there must be some.
func (stack *fixedStack) push(fn *lua.LFunction, caller *frame, a, nargs, nret int) *frame {
	f := &stack.array[stack.sp]
	*f = frame{Idx: stack.sp, Fn: fn, Parent: caller, Base: a, LocalBase: a + 1, ReturnBase: a, NArgs: nargs, NRet: nret}
	stack.sp++
	return f
}

// last is the topmost frame, or nil.
func (stack *fixedStack) last() *frame {
	if stack.sp == 0 {
		return nil
	}
	return &stack.array[stack.sp-1]
}

// call does OP_CALL, or returns false when there is more to it: an object with
// __call, a full stack, a function with variable arguments.
func (s *state) call(L *lua.LState, f *frame, in uint32) bool {
	a := registerOf(f, in)
	fn, ok := s.reg.array[a].(*lua.LFunction)
	stack := s.stack.fixed
	if !ok || stack.sp == len(stack.array) {
		return false
	}
	nargs := int(in&0x1ff) - 1
	if nargs < 0 {
		nargs = s.reg.top - a - 1
	}
	nret := int(in>>9&0x1ff) - 1
	if !fn.IsG {
		return s.callLua(fn, f, a, nargs, nret)
	}
	if !s.reg.setTop(a + 1 + nargs) {
		return false
	}
	s.currentFrame = stack.push(fn, f, a, nargs, nret)
	s.callGo(L)
	return true
}

// setTop is the VM's, unless the registers have to grow.
func (r *registers) setTop(top int) bool {
	if top > len(r.array) {
		return false
	}
	for i := r.top; i < top; i++ {
		r.array[i] = lua.LNil
	}
	r.drop(top)
	return true
}

// callGo runs the Go function whose frame is the topmost, and leaves its frame.
func (s *state) callGo(L *lua.LState) {
	f := s.currentFrame
	n := f.Fn.GFunction(L)
	if n < 0 {
		L.RaiseError("attempt to yield from outside a coroutine")
	}
	want := f.NRet
	if want == lua.MultRet {
		want = n
	}
	from := s.reg.top - n
	if f.ReturnBase+want > len(s.reg.array) {
		L.SetTop(f.ReturnBase + want - f.LocalBase)
	}
	s.reg.give(f.ReturnBase, from, n, want)
	stack := s.stack.fixed
	stack.sp--
	s.currentFrame = stack.last()
}

// give moves the n results from a register on to where they are wanted, nil
// standing for those that are missing, and makes the last one the top.
func (r *registers) give(to, from, n, want int) {
	have := min(n, want)
	for i := range have { // mostly one, for which copy is slower
		r.array[to+i] = r.array[from+i]
	}
	for i := to + have; i < to+want; i++ {
		r.array[i] = lua.LNil
	}
	r.drop(to + want)
}

// drop makes top the top, and forgets what is above it. Those are a few values,
// for which a loop that the compiler does not take for a clear is faster.
func (r *registers) drop(top int) {
	for i := r.top - 1; i >= top; i-- {
		r.array[i] = nil
	}
	r.top = top
}

// callLua begins a call of a Lua function, or returns false when its arguments
// are variable or the registers have to grow.
func (s *state) callLua(fn *lua.LFunction, f *frame, a, nargs, nret int) bool {
	p := fn.Proto
	used := int(p.NumUsedRegisters)
	base := a + 1
	if p.IsVarArg&lua.VarArgIsVarArg != 0 || base+max(used, nargs) > len(s.reg.array) {
		return false
	}
	locals := s.reg.array[base : base+max(used, nargs)]
	for i := min(nargs, int(p.NumParameters)); i < len(locals); i++ {
		locals[i] = lua.LNil
	}
	s.reg.top = base + used
	s.currentFrame = s.stack.fixed.push(fn, f, a, nargs, nret)
	return true
}

// leave does OP_RETURN. It returns whether that ends the loop, and whether it
// was done at all: not when variables that closures share have to be detached,
// or when a coroutine of the VM ends.
func (s *state) leave(f *frame, in uint32, base *frame) (ends, done bool) {
	if s.uvcache != nil || s.Parent != nil {
		return false, false
	}
	a := registerOf(f, in)
	n := int(in&0x1ff) - 1
	if n < 0 {
		n = s.reg.top - a
	}
	want := f.NRet
	if want == lua.MultRet {
		want = n
	}
	if f.ReturnBase+want > len(s.reg.array) {
		return false, false
	}
	s.reg.give(f.ReturnBase, a, n, want)
	stack := s.stack.fixed
	stack.sp--
	s.currentFrame = stack.last()
	return f == base || s.currentFrame == nil || s.currentFrame.Fn.IsG, true
}
