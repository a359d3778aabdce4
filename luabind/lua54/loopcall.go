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

// full reports whether there is room for no more frames.
func (stack *fixedStack) full() bool { return stack.sp == len(stack.array) }

// last is the topmost frame, or nil.
func (stack *fixedStack) last() *frame {
	if stack.sp == 0 {
		return nil
	}
	return &stack.array[stack.sp-1]
}

// call does OP_CALL, or returns false when there is more to it: an object with
// __call, a full stack.
func (rt *Runtime) call(L *lua.LState, s *state, f *frame, in uint32) bool {
	a := registerOf(f, in)
	fn, ok := s.reg.array[a].(*lua.LFunction)
	stack := s.stack.fixed
	if !ok || stack.full() {
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
	if fn == rt.joins && nargs == 2 && rt.concatStrings(s, a) {
		return true
	}
	if !s.reg.setTop(a + 1 + nargs) {
		return false
	}
	s.currentFrame = stack.push(fn, f, a, nargs, nret)
	s.callGo(L)
	return true
}

// iterate does OP_TFORLOOP with an iterator in Go, as those of pairs and ipairs
// are. The jump back to the loop's body is the next instruction.
func (s *state) iterate(L *lua.LState, f *frame, in uint32) bool {
	a := registerOf(f, in)
	fn, ok := s.reg.array[a].(*lua.LFunction)
	stack := s.stack.fixed
	if !ok || !fn.IsG || stack.full() || !s.reg.setTop(a+6) {
		return false
	}
	values := s.reg.array[a : a+6]
	values[3], values[4], values[5] = values[0], values[1], values[2]
	s.currentFrame = stack.push(fn, f, a+3, 2, int(in>>9&0x1ff))
	s.callGo(L)
	if v := s.reg.array[a+3]; !isNil(v) {
		s.reg.array[a+2] = v
		f.Pc += int(f.Fn.Proto.Code[f.Pc]&maxBx) - maxJump
	}
	f.Pc++
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

// callLua begins a call of a Lua function, or returns false when the registers
// have to grow.
func (s *state) callLua(fn *lua.LFunction, f *frame, a, nargs, nret int) bool {
	p := fn.Proto
	if p.IsVarArg != 0 {
		return s.callVararg(fn, f, a, nargs, nret)
	}
	used := int(p.NumUsedRegisters)
	base := a + 1
	if base+max(used, nargs) > len(s.reg.array) {
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

// callVararg is callLua for a function with `...`. Its registers begin above the
// arguments, and it gets those that have names there. A function that the VM has
// compiled may want a table of the others.
func (s *state) callVararg(fn *lua.LFunction, f *frame, a, nargs, nret int) bool {
	p := fn.Proto
	named := int(p.NumParameters)
	args, locals := a+1, a+1+max(nargs, named)
	top := locals + int(p.NumUsedRegisters)
	if p.IsVarArg != lua.VarArgIsVarArg || max(top, locals+named) > len(s.reg.array) {
		return false
	}
	for i := range named {
		s.reg.array[locals+i] = lua.LNil
		if i < nargs {
			s.reg.array[locals+i] = s.reg.array[args+i]
		}
		s.reg.array[args+i] = lua.LNil
	}
	for i := locals + named; i < top; i++ {
		s.reg.array[i] = lua.LNil
	}
	s.reg.drop(top)
	s.currentFrame = s.stack.fixed.push(fn, f, a, nargs, nret)
	s.currentFrame.LocalBase = locals
	return true
}

// vararg does OP_VARARG, or returns false when the registers have to grow.
func (s *state) vararg(f *frame, in uint32) bool {
	a := registerOf(f, in)
	from := f.Base + 1 + int(f.Fn.Proto.NumParameters)
	have := max(0, f.NArgs-int(f.Fn.Proto.NumParameters))
	want := int(in&0x1ff) - 1
	if want < 0 {
		want = have
	}
	if a+want > len(s.reg.array) {
		return false
	}
	s.reg.give(a, from, have, want)
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

// concatStrings is the call of the helper of `..` for two strings, without a
// frame for it. a is the function's register.
func (rt *Runtime) concatStrings(s *state, a int) bool {
	x, ok := s.reg.array[a+1].(lua.LString)
	if !ok {
		return false
	}
	y, ok := s.reg.array[a+2].(lua.LString)
	if !ok || len(x)+len(y) > rt.maxString() {
		return false
	}
	s.reg.array[a] = x + y
	s.reg.drop(a + 1)
	return true
}
