package haproxy

import (
	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
	"github.com/spoa-lua/spoa-lua/spop"
)

// Direct does what a function given to Host.On does, with the script's function
// called by the host itself: a function of Go around it, and a protected call of
// its own for core.done, cost as much as a small action.
type Direct interface {
	// Start pushes the script's function and its arguments. When ok is false it
	// has pushed nothing, and the function given to On has to be called.
	Start(L *lua.LState) (nargs int, ok bool)
	// Settled reports whether nothing is left to do after the script's function has
	// returned, its last result being v.
	Settled(v lua.LValue) bool
	// End does the rest. It is a function of Lua, and so may raise errors: its
	// arguments are whether the script's function has failed, and its last result or
	// the error. It returns whether that counts as success.
	End(L *lua.LState) int
}

// actVariable is txn.act.
var actVariable, _ = spop.ParseVariable("txn." + actName)

// directAction is an action without parameters.
type directAction struct {
	*action
	api *API
}

func (d directAction) Start(L *lua.LState) (nargs int, ok bool) {
	if d.ambiguous || d.nargs > 0 {
		return 0, false
	}
	d.api.begin(d.at)
	if d.api.host.Ack().Set(actVariable, spop.Null()) != nil {
		return 0, false
	}
	L.Push(d.fn)
	L.Push(d.api.newTXN())
	return 1, true
}

func (d directAction) Settled(v lua.LValue) bool {
	return !d.api.run.edited && toInteger(v) == actContinue
}

func (d directAction) End(L *lua.LState) int {
	failed, v := lua.LVAsBool(L.Get(1)), L.Get(2)
	if d.api.run.edited {
		d.api.flush(L)
	}
	if failed {
		if v != lua.LValue(done) {
			L.Push(lua.LFalse)
			return 1
		}
		v = d.api.result
	}
	d.api.answer(L, toInteger(v))
	L.Push(lua.LTrue)
	return 1
}

// toInteger is what HAProxy makes of a number or a numeral: 0 of all else.
func toInteger(v lua.LValue) int64 {
	if s, ok := v.(lua.LString); ok {
		num, ok := lua54.ParseNumber(string(s))
		if !ok {
			return 0
		}
		v = num
	}
	n, _ := lua54.ToInteger(v)
	return n
}
