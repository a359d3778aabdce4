package lua54

import (
	lua "github.com/yuin/gopher-lua"
)

// test does OP_EQ, OP_LT or OP_LE in the plain cases.
func (s *state) test(f *frame, in uint32) bool {
	a, b := s.operand(f, in&0x1ff), s.operand(f, in>>9&0x1ff)
	x, isNumber := a.(lua.LNumber)
	y, areNumbers := b.(lua.LNumber)
	var holds bool
	switch {
	case !isNumber || !areNumbers:
		var ok bool
		if holds, ok = comparePlain(in>>26, a, b); !ok {
			return false
		}
	case in>>26 == uint32(lua.OP_EQ):
		holds = x == y
	case in>>26 == uint32(lua.OP_LT):
		holds = x < y
	default:
		holds = x <= y
	}
	f.branch(holds, in>>18&0xff != 0)
	return true
}

// branch goes on behind a test: past the next instruction unless the test came
// out as wanted. That instruction is mostly a jump, which is taken here if it
// leads forward.
func (f *frame) branch(holds, want bool) {
	if holds != want {
		f.Pc++
		return
	}
	next := f.Fn.Proto.Code[f.Pc]
	if jump := int(next&maxBx) - maxJump; next>>26 == uint32(lua.OP_JMP) && jump >= 0 {
		f.Pc += 1 + jump
	}
}

// comparePlain is what OP_EQ, OP_LT and OP_LE find in the plain cases of values
// that are not both numbers.
func comparePlain(op uint32, a, b lua.LValue) (holds, ok bool) {
	isEqual := op == uint32(lua.OP_EQ)
	switch x := a.(type) {
	case lua.LString:
		y, ok := b.(lua.LString)
		switch {
		case isEqual:
			return ok && x == y, true
		case op == uint32(lua.OP_LT):
			return x < y, ok
		}
		return x <= y, ok
	case lua.LBool:
		y, ok := b.(lua.LBool)
		return ok && x == y, isEqual
	case *lua.LNilType:
		return isNil(b), isEqual
	}
	return false, isEqual && isNil(b)
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
