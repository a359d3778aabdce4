package lualib

import (
	"fmt"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
)

// raisef raises an error with the position of the Lua function that called
// the running one. Called by another Go function there is no position, as
// with luaL_error.
func raisef(L *lua.LState, format string, args ...any) {
	raise(L, 1, fmt.Sprintf(format, args...))
}

// Raise raises an error with the position of the Lua function that called the
// running one.
func Raise(L *lua.LState, format string, args ...any) { raisef(L, format, args...) }

// raise is raisef for a finished message and a level as in Lua's error.
func raise(L *lua.LState, level int, msg string) {
	if level > 0 {
		msg = where(L, level) + msg
	}
	L.Error(lua.LString(msg), 0)
}

// raiseVM raises an error that the VM itself would raise within a Go function,
// such as a failing index or comparison: these carry no position.
func raiseVM(L *lua.LState, format string, args ...any) {
	raise(L, 0, fmt.Sprintf(format, args...))
}

// where is "source:line: " of the function at the level, or nothing when it
// is no Lua function.
func where(L *lua.LState, level int) string {
	if rt := lua54.From(L); rt != nil {
		return rt.Where(L, level)
	}
	return ""
}

// ArgError raises "bad argument #n to 'f' (msg)" for the running Go function,
// counting arguments as the script does: a method's self is not argument 1.
func ArgError(L *lua.LState, n int, msg string) {
	name, method := callee(L)
	if method {
		n--
		if n == 0 {
			raisef(L, "calling '%s' on bad self (%s)", name, msg)
		}
	}
	raisef(L, "bad argument #%d to '%s' (%s)", n, name, msg)
}

// TypeError raises ArgError with "want expected, got type".
func TypeError(L *lua.LState, n int, want string) {
	got := "no value"
	if n <= L.GetTop() {
		got = TypeName(L, L.Get(n))
	}
	ArgError(L, n, want+" expected, got "+got)
}

// callee is the name of the running Go function as the calling Lua function
// wrote it, and whether it was called as a method. Without a Lua caller it is
// the qualified name.
func callee(L *lua.LState) (name string, method bool) {
	dbg, ok := L.GetStack(0)
	if !ok {
		return "?", false
	}
	fn, _ := L.GetInfo("nf", dbg, lua.LNil)
	name = dbg.Name
	caller, ok := L.GetStack(1)
	if ok {
		if f, _ := L.GetInfo("fl", caller, lua.LNil); f != lua.LNil {
			if lf := f.(*lua.LFunction); !lf.IsG && name != "?" {
				if name == "(anonymous)" {
					return "for iterator", false
				}
				return name, calledAsMethod(lf.Proto, name, caller.CurrentLine)
			}
		}
	}
	if lib := from(L); lib != nil {
		if f, ok := fn.(*lua.LFunction); ok && lib.names[f] != "" {
			return lib.names[f], false
		}
	}
	return "?", false
}

// calledAsMethod looks for the call in the caller's code. The VM does not
// tell the program counter, so that all calls of that name on the line must
// be methods.
func calledAsMethod(proto *lua.FunctionProto, name string, line int) bool {
	found := false
	for _, call := range proto.DbgCalls {
		if call.Name != name || call.Pc >= len(proto.DbgSourcePositions) || proto.DbgSourcePositions[call.Pc] != line {
			continue
		}
		if !isMethodCall(proto.Code, call.Pc) {
			return false
		}
		found = true
	}
	return found
}

// isMethodCall says whether the function of the call at pc was put into its
// register by OP_SELF.
func isMethodCall(code []uint32, pc int) bool {
	if pc >= len(code) {
		return false
	}
	register := code[pc] >> 18 & 0xff
	for i := pc - 1; i >= 0; i-- {
		if code[i]>>18&0xff != register {
			continue
		}
		switch int(code[i] >> 26) {
		case lua.OP_SELF:
			return true
		case lua.OP_MOVE, lua.OP_GETTABLE, lua.OP_GETTABLEKS, lua.OP_GETGLOBAL, lua.OP_GETUPVAL, lua.OP_CALL:
			return false
		}
	}
	return false
}
