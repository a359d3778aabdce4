package luahost

import (
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lualib"
)

// openDebug opens what the VM can tell and change. Hooks are accepted and
// never called: the VM has none.
func (h *Host) openDebug(L *lua.LState) {
	h.module(L, "debug", map[string]lua.LGFunction{
		"gethook": debugGethook, "getinfo": debugGetinfo, "getlocal": debugGetlocal,
		"getmetatable": debugGetmetatable, "getregistry": debugGetregistry, "getupvalue": debugGetupvalue,
		"getuservalue": debugGetuservalue, "sethook": func(*lua.LState) int { return 0 }, "setlocal": debugSetlocal,
		"setmetatable": debugSetmetatable, "setupvalue": debugSetupvalue, "setuservalue": debugSetuservalue,
		"upvalueid": h.upvalueID, "upvaluejoin": upvalueJoin,
	})
}

// thread is the coroutine in argument 1 when there is one, and how many
// arguments that is.
func thread(L *lua.LState) (*lua.LState, int) {
	if t, ok := L.Get(1).(*lua.LState); ok {
		return t, 1
	}
	return L, 0
}

func debugGethook(L *lua.LState) int {
	L.Push(lua.LNil)
	return 1
}

func debugGetregistry(L *lua.LState) int {
	L.Push(L.G.Registry)
	return 1
}

func debugGetmetatable(L *lua.LState) int {
	v := lualib.CheckAny(L, 1)
	switch v := v.(type) {
	case *lua.LTable:
		L.Push(v.Metatable)
	case *lua.LUserData:
		L.Push(v.Metatable)
	default:
		L.Push(L.GetMetatable(v))
	}
	return 1
}

func debugSetmetatable(L *lua.LState) int {
	if mt := L.Get(2); mt != lua.LNil && mt.Type() != lua.LTTable {
		lualib.TypeError(L, 2, "nil or table")
	}
	L.SetMetatable(L.Get(1), L.Get(2))
	L.Push(L.Get(1))
	return 1
}

// debugGetuservalue answers for values that have none.
func debugGetuservalue(L *lua.LState) int {
	L.Push(lua.LNil)
	return 1
}

// debugSetuservalue never sets one: files have none.
func debugSetuservalue(L *lua.LState) int {
	ud, ok := L.Get(1).(*lua.LUserData)
	if !ok {
		lualib.TypeError(L, 1, "userdata")
	}
	if _, light := ud.Value.(upvalueMark); light {
		lualib.ArgError(L, 1, "userdata expected, got light userdata")
	}
	return debugGetuservalue(L)
}

// upvalueMark is what the values of debug.upvalueid hold.
type upvalueMark struct{}

// level is the running function that argument n tells; nil when it is beyond
// the last one.
func level(L, of *lua.LState, n int) *lua.Debug {
	return lualib.StackLevel(L, of, lualib.CheckInteger(L, n))
}

func debugGetlocal(L *lua.LState) int {
	of, skip := thread(L)
	n := clampInt(lualib.CheckInteger(L, skip+2))
	if fn, ok := L.Get(skip + 1).(*lua.LFunction); ok {
		L.Push(parameter(fn, n))
		return 1
	}
	dbg := level(L, of, skip+1)
	if dbg == nil {
		lualib.ArgError(L, skip+1, "level out of range")
	}
	name, v := of.GetLocal(dbg, n)
	if name == "" {
		L.Push(lua.LNil)
		return 1
	}
	L.Push(lua.LString(name))
	L.Push(v)
	return 2
}

// parameter is the name of parameter n, or nil.
func parameter(fn *lua.LFunction, n int) lua.LValue {
	if fn.IsG || n < 1 || n > int(fn.Proto.NumParameters) || n > len(fn.Proto.DbgLocals) {
		return lua.LNil
	}
	return lua.LString(fn.Proto.DbgLocals[n-1].Name)
}

func debugSetlocal(L *lua.LState) int {
	of, skip := thread(L)
	dbg := level(L, of, skip+1)
	if dbg == nil {
		lualib.ArgError(L, skip+1, "level out of range")
	}
	name := of.SetLocal(dbg, clampInt(lualib.CheckInteger(L, skip+2)), lualib.CheckAny(L, skip+3))
	pushName(L, name)
	return 1
}

func pushName(L *lua.LState, name string) {
	if name == "" {
		L.Push(lua.LNil)
		return
	}
	L.Push(lua.LString(name))
}

// upvaluePlaces are the places of a function's upvalues that its source text
// mentions; those that the compiler adds for itself are no affair of scripts.
func upvaluePlaces(fn *lua.LFunction) []int {
	if fn.IsG {
		return nil
	}
	var places []int
	for i, name := range fn.Proto.DbgUpvalues {
		if isName(name) && i < len(fn.Upvalues) {
			places = append(places, i)
		}
	}
	return places
}

// hasHiddenEnv says whether the function has global variables but no upvalue
// _ENV: the VM gives each function its table of globals. As an upvalue that table
// is the last one.
func hasHiddenEnv(fn *lua.LFunction) bool {
	return !fn.IsG && !slices.Contains(fn.Proto.DbgUpvalues, "_ENV") && (fn.Proto.LineDefined == 0 || usesGlobals(fn.Proto))
}

func usesGlobals(p *lua.FunctionProto) bool {
	for _, in := range p.Code {
		if op := int(in >> 26); op == lua.OP_GETGLOBAL || op == lua.OP_SETGLOBAL {
			return true
		}
	}
	return slices.ContainsFunc(p.FunctionPrototypes, usesGlobals)
}

func isName(s string) bool {
	return s != "" && strings.Trim(strings.ToLower(s), "abcdefghijklmnopqrstuvwxyz0123456789_") == ""
}

// upvalue is upvalue n of the function in argument 1, and its name.
func upvalue(L *lua.LState, n int) (name string, slot **lua.Upvalue) {
	fn := lualib.CheckFunction(L, n)
	i := clampInt(lualib.CheckInteger(L, n+1))
	places := upvaluePlaces(fn)
	if i == len(places)+1 && hasHiddenEnv(fn) {
		env := &lua.Upvalue{}
		env.SetValue(fn.Env)
		return "_ENV", &env
	}
	if i < 1 || i > len(places) {
		return "", nil
	}
	return fn.Proto.DbgUpvalues[places[i-1]], &fn.Upvalues[places[i-1]]
}

func debugGetupvalue(L *lua.LState) int {
	name, slot := upvalue(L, 1)
	if slot == nil {
		return 0
	}
	L.Push(lua.LString(name))
	L.Push((*slot).Value())
	return 2
}

func debugSetupvalue(L *lua.LState) int {
	v := lualib.CheckAny(L, 3)
	name, slot := upvalue(L, 1)
	if slot == nil {
		return 0
	}
	(*slot).SetValue(v)
	if fn := L.CheckFunction(1); name == "_ENV" && hasHiddenEnv(fn) {
		if env, ok := v.(*lua.LTable); ok {
			fn.Env = env
		}
	}
	L.Push(lua.LString(name))
	return 1
}

func (h *Host) upvalueID(L *lua.LState) int {
	_, slot := upvalue(L, 1)
	if slot == nil {
		L.Push(lua.LNil)
		return 1
	}
	id := h.upvalues[*slot]
	if id == nil {
		id = &lua.LUserData{Value: upvalueMark{}, Metatable: lua.LNil}
		h.upvalues[*slot] = id
	}
	L.Push(id)
	return 1
}

func upvalueJoin(L *lua.LState) int {
	_, to := upvalue(L, 1)
	if to == nil {
		lualib.ArgError(L, 2, "invalid upvalue index")
	}
	_, from := upvalue(L, 3)
	if from == nil {
		lualib.ArgError(L, 4, "invalid upvalue index")
	}
	*to = *from
	return 0
}
