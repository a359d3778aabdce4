package lua54

import (
	_ "unsafe" // for go:linkname

	lua "github.com/yuin/gopher-lua"
)

// The main loop of the VM, for the instructions that policies consist of. All
// others, and all that is not the plain case of one, are handed to the VM's own
// functions, so that there is one semantics. What it saves:
//
//   - The VM asks its context before each instruction whether time is over. Here
//     that happens when the loop begins and at calls, returns and jumps back, one
//     of which every program that does not end comes by.
//   - Moves, constants, tests and jumps need no call of a function.
//   - A Go function is called without going through the interface of the call
//     stack, see loopcall.go; a field of a table or of a host's object is read
//     without a call, see loopfield.go.

// jumpTable is the VM's: what each instruction does. A result of 1 ends the
// loop.
//
//go:linkname jumpTable github.com/yuin/gopher-lua.jumpTable
var jumpTable [lua.OP_NOP + 1]func(L *lua.LState, in uint32, base *frame) int

// Adopt makes the thread L run in our main loop. Open does it for the VM's main
// thread; a thread that is resumed by anything but a PCall must not be adopted.
// It has to be repeated after a context was set or removed, with which the VM
// changes its main loop.
func (rt *Runtime) Adopt(L *lua.LState) { stateOf(L).mainLoop = rt.loop }

// registerOf is where the instruction has its register A.
func registerOf(f *frame, in uint32) int { return f.LocalBase + int(in>>18&0xff) }

// set is the VM's way to write a register: what is above the top is lost.
func (r *registers) set(i int, v lua.LValue) {
	r.array[i] = v
	if i >= r.top {
		r.top = i + 1
	}
}

// operand is the value of B or C: a constant or a register.
func (s *state) operand(f *frame, n uint32) lua.LValue {
	if n&constBit != 0 {
		return f.Fn.Proto.Constants[n&^constBit]
	}
	return s.reg.array[f.LocalBase+int(n)]
}

// mainLoop runs the topmost function until it returns to base.
func (rt *Runtime) mainLoop(L *lua.LState, base *frame) {
	s := stateOf(L)
	if !s.begin(L) {
		return
	}
	for {
		f := s.currentFrame
		in := f.Fn.Proto.Code[f.Pc]
		f.Pc++
		switch in >> 26 {
		case uint32(lua.OP_MOVE):
			s.reg.set(registerOf(f, in), s.reg.array[f.LocalBase+int(in&0x1ff)])
			continue
		case uint32(lua.OP_LOADK):
			s.reg.set(registerOf(f, in), f.Fn.Proto.Constants[in&maxBx])
			continue
		case uint32(lua.OP_GETUPVAL):
			s.reg.set(registerOf(f, in), f.Fn.Upvalues[in&0x1ff].Value())
			continue
		case uint32(lua.OP_GETGLOBAL), uint32(lua.OP_GETTABLE), uint32(lua.OP_GETTABLEKS), uint32(lua.OP_SELF):
			if rt.load(s, f, in) {
				continue
			}
		case uint32(lua.OP_ADD), uint32(lua.OP_SUB), uint32(lua.OP_MUL):
			if rt.sum(s, f, in) {
				continue
			}
		case uint32(lua.OP_JMP):
			f.jump(L, in)
			continue
		case uint32(lua.OP_EQ), uint32(lua.OP_LT), uint32(lua.OP_LE):
			if s.test(f, in) || rt.compareOdd(L, s, f, in) {
				continue
			}
		case uint32(lua.OP_UNM), uint32(lua.OP_LEN):
			if rt.unary(L, s, f, in) {
				continue
			}
		case uint32(lua.OP_TEST):
			f.Pc += skips(isTrue(s.reg.array[registerOf(f, in)]), int(in>>9&0x1ff))
			continue
		case uint32(lua.OP_CALL):
			checkTime(L)
			if s.call(L, f, in) {
				continue
			}
		case uint32(lua.OP_RETURN):
			checkTime(L)
			if done, ok := s.leave(f, in, base); done {
				return
			} else if ok {
				continue
			}
		case uint32(lua.OP_FORLOOP), uint32(lua.OP_TFORLOOP), uint32(lua.OP_TAILCALL):
			checkTime(L)
		}
		if jumpTable[in>>26](L, in, base) == 1 {
			return
		}
	}
}

// jump does OP_JMP.
func (f *frame) jump(L *lua.LState, in uint32) {
	n := int(in&maxBx) - maxJump
	if n < 0 {
		checkTime(L)
	}
	f.Pc += n
}

// begin makes the topmost function the running one, and returns false when that
// was a Go function and has returned.
func (s *state) begin(L *lua.LState) bool {
	s.currentFrame = s.stack.fixed.last()
	if s.currentFrame == nil {
		return false
	}
	if s.currentFrame.Fn.IsG {
		s.callGo(L)
		return false
	}
	if isOver(L) {
		s.currentFrame.Pc++ // an error has the place of the instruction before
		checkTime(L)
	}
	return true
}

// checkTime raises the context's error once its time is over.
func checkTime(L *lua.LState) {
	if isOver(L) {
		L.RaiseError("%s", L.Context().Err())
	}
}

func isOver(L *lua.LState) bool {
	ctx := L.Context()
	if ctx == nil {
		return false
	}
	done := ctx.Done()
	if done == nil {
		return false
	}
	select {
	case <-done:
		return true
	default:
		return false
	}
}

func isTrue(v lua.LValue) bool {
	switch v := v.(type) {
	case lua.LBool:
		return bool(v)
	case *lua.LNilType:
		return false
	}
	return true
}

// test does OP_EQ, OP_LT or OP_LE in the plain cases.
func (s *state) test(f *frame, in uint32) bool {
	holds, ok := comparePlain(in>>26, s.operand(f, in&0x1ff), s.operand(f, in>>9&0x1ff))
	if ok {
		f.Pc += skips(holds, int(in>>18&0xff))
	}
	return ok
}

// comparePlain is what OP_EQ, OP_LT and OP_LE find in the plain cases.
func comparePlain(op uint32, a, b lua.LValue) (result, ok bool) {
	switch x := a.(type) {
	case lua.LNumber:
		if y, ok := b.(lua.LNumber); ok {
			return ordered(op, x, y), true
		}
	case lua.LString:
		if y, ok := b.(lua.LString); ok {
			return ordered(op, x, y), true
		}
	case lua.LBool:
		y, ok := b.(lua.LBool)
		return ok && x == y, op == uint32(lua.OP_EQ)
	case *lua.LNilType:
		_, ok := b.(*lua.LNilType)
		return ok, op == uint32(lua.OP_EQ)
	}
	_, isNil := b.(*lua.LNilType)
	return false, isNil && op == uint32(lua.OP_EQ)
}

func ordered[T lua.LNumber | lua.LString](op uint32, x, y T) bool {
	switch op {
	case uint32(lua.OP_EQ):
		return x == y
	case uint32(lua.OP_LT):
		return x < y
	}
	return x <= y
}
