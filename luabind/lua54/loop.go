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
//   - Moves, constants, tests and jumps need no call of a function, and a test
//     takes the jump behind it with it.
//   - Numbers are computed and compared without asking what else they could be,
//     see loopnumber.go and loopcompare.go.
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
func (rt *Runtime) Adopt(L *lua.LState) {
	s := stateOf(L)
	s.mainLoop = rt.loop
	s.stack.fixed.shorten()
}

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
		f, in := rt.plain(L, s, s.reg)
		switch in >> 26 {
		case uint32(lua.OP_ADD), uint32(lua.OP_SUB), uint32(lua.OP_MUL):
			if rt.sum(s, f, in) {
				continue
			}
		case uint32(lua.OP_EQ), uint32(lua.OP_LE):
			if rt.compareOdd(L, s, f, in) {
				continue
			}
		case uint32(lua.OP_UNM), uint32(lua.OP_LEN):
			if rt.unary(L, s, f, in) {
				continue
			}
		case uint32(lua.OP_VARARG):
			if s.vararg(f, in) {
				continue
			}
		case uint32(lua.OP_RETURN):
			s.checkTime(L)
			if done, ok := s.leave(f, in, base); done {
				return
			} else if ok {
				continue
			}
		case uint32(lua.OP_TFORLOOP):
			s.checkTime(L)
			if s.iterate(L, f, in) {
				continue
			}
		case uint32(lua.OP_TAILCALL):
			s.checkTime(L)
		}
		if jumpTable[in>>26](L, in, base) == 1 {
			return
		}
	}
}

// plain does the instructions of the running function, and of those that it
// calls, up to one that is not plain or that ends a function. It returns that.
func (rt *Runtime) plain(L *lua.LState, s *state, reg *registers) (*frame, uint32) {
	f, code := s.running()
	for {
		in := code[f.Pc]
		f.Pc++
		switch in >> 26 {
		case uint32(lua.OP_MOVE):
			reg.set(registerOf(f, in), reg.array[f.LocalBase+int(in&0x1ff)])
			continue
		case uint32(lua.OP_LOADK):
			reg.set(registerOf(f, in), f.Fn.Proto.Constants[in&maxBx])
			continue
		case uint32(lua.OP_GETUPVAL):
			reg.set(registerOf(f, in), f.Fn.Upvalues[in&0x1ff].Value())
			continue
		case uint32(lua.OP_GETGLOBAL), uint32(lua.OP_GETTABLE), uint32(lua.OP_GETTABLEKS), uint32(lua.OP_SELF):
			if rt.load(s, f, in) {
				continue
			}
		case uint32(lua.OP_SETTABLE), uint32(lua.OP_SETTABLEKS):
			if s.store(f, in) {
				continue
			}
		case uint32(lua.OP_ADD), uint32(lua.OP_SUB), uint32(lua.OP_MUL), uint32(lua.OP_DIV), uint32(lua.OP_MOD):
			if rt.compute(s, f, in) {
				continue
			}
		case uint32(lua.OP_LEN):
			if rt.length(s, f, in) {
				continue
			}
		case uint32(lua.OP_EQ), uint32(lua.OP_LT), uint32(lua.OP_LE):
			if s.test(f, in) {
				continue
			}
		case uint32(lua.OP_TEST):
			f.branch(isTrue(reg.array[registerOf(f, in)]), in>>9&0x1ff != 0)
			continue
		case uint32(lua.OP_JMP):
			if in&maxBx < maxJump {
				s.checkTime(L)
			}
			f.Pc += int(in&maxBx) - maxJump
			continue
		case uint32(lua.OP_FORLOOP):
			s.checkTime(L)
			if rt.forLoop(s, f, in) {
				continue
			}
		case uint32(lua.OP_CALL):
			s.checkTime(L)
			if rt.call(L, s, f, in) {
				f, code = s.running()
				continue
			}
		}
		return f, in
	}
}

// running is the function that runs, and its code.
func (s *state) running() (*frame, []uint32) {
	f := s.currentFrame
	return f, f.Fn.Proto.Code
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
	if s.ctx != nil {
		s.currentFrame.Pc++ // an error has the place of the instruction before
		s.checkTime(L)
		s.currentFrame.Pc--
	}
	return true
}

// checkTime raises the context's error once its time is over.
func (s *state) checkTime(L *lua.LState) {
	if s.ctx != nil && s.ctx.Done() != nil {
		s.raiseOver(L)
	}
}

// raiseOver raises the error of a context that may end, if it has.
func (s *state) raiseOver(L *lua.LState) {
	if err := s.ctx.Err(); err != nil {
		L.RaiseError("%s", err)
	}
}
