package haproxy

import (
	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
	"github.com/spoa-lua/spoa-lua/luabind/lualib"
	"github.com/spoa-lua/spoa-lua/spop"
)

const (
	actContinue = 0
	actYield    = 2
)

// actTable is the global act.
func (api *API) actTable(L *lua.LState) *lua.LTable {
	t := api.table(L, map[string]lua.LGFunction{"wake_time": raises(errYield)})
	for i, name := range []string{"CONTINUE", "STOP", "YIELD", "ERROR", "DONE", "DENY", "ABORT", "INVALID"} {
		t.RawSetString(name, lua.LNumber(i))
	}
	return t
}

// action is what one name was registered for. HAProxy lets a name stand for
// different functions on different rules.
type action struct {
	fn        *lua.LFunction // of the first facility
	nargs     int
	at        place
	ambiguous bool // another facility has another function
}

// facilities are where HAProxy runs actions and SPOE sends messages.
var facilities = map[string]bool{"tcp-req": true, "tcp-res": true, "http-req": true, "http-res": true}

// registerAction is core.register_action(name, facilities, fn[, nb_args]).
func (api *API) registerAction(L *lua.LState) int {
	if n := L.GetTop(); n < 3 || n > 4 {
		lualib.Raise(L, "'register_action' needs between 3 and 4 arguments")
	}
	name := lualib.CheckString(L, 1)
	list := lualib.CheckTable(L, 2)
	fn := lualib.CheckFunction(L, 3)
	nargs := int(lualib.OptInteger(L, 4, 0))
	api.mustLoad(L, "register_action")
	var wanted []string
	list.ForEach(func(_, v lua.LValue) {
		facility, ok := v.(lua.LString)
		switch {
		case !ok:
			lualib.Raise(L, "register_action: argument 2 must be a list of strings")
		case facility == "http-after-res":
			lualib.Raise(L, "register_action: 'http-after-res' cannot be reached through SPOE; use 'http-res'")
		case !facilities[string(facility)]:
			lualib.Raise(L, "register_action: unknown facility '%s': 'tcp-req', 'tcp-res', 'http-req' and 'http-res' are allowed", facility)
		}
		wanted = append(wanted, string(facility))
	})
	for _, facility := range wanted {
		r := Registration{"action", name, facility, nargs, fn}
		a := &action{fn: fn, nargs: nargs, at: place(facility)}
		api.host.OnDirect(L, name+":"+facility, r, func(L *lua.LState) int { return api.runAction(L, a) }, directAction{a, api})
	}
	api.addAction(L, name, &action{fn: fn, nargs: nargs, at: placeOf(wanted)})
	return 0
}

// addAction registers the message that has no more than the action's name.
func (api *API) addAction(L *lua.LState, name string, a *action) {
	if first := api.actions[name]; first != nil {
		first.ambiguous = first.ambiguous || first.fn != a.fn
		if first.at != a.at {
			first.at = ""
		}
		return
	}
	api.actions[name] = a
	api.host.OnDirect(L, name, Registration{"action", name, "", a.nargs, a.fn}, func(L *lua.LState) int {
		if a.ambiguous {
			lualib.Raise(L, "action '%s' is registered with several functions: name the message by the rule that it stands for, '%s:http-req' or the like", name, name)
		}
		return api.runAction(L, a)
	}, directAction{a, api})
}

// runAction calls an action's function and publishes what it returns. As in
// HAProxy the last value counts, and an error means CONTINUE.
func (api *API) runAction(L *lua.LState, a *action) int {
	api.begin(a.at)
	api.unset(L, actName)
	top := L.GetTop()
	L.Push(a.fn)
	L.Push(api.newTXN())
	for i := 1; i <= a.nargs; i++ {
		L.Push(api.param(L, i, a.nargs))
	}
	api.call(L, 1+a.nargs)
	if L.GetTop() > top {
		api.answer(L, toInteger(L.Get(-1)))
	}
	return 0
}

// answer publishes what an action has returned.
func (api *API) answer(L *lua.LState, code int64) {
	switch code {
	case actContinue:
	case actYield:
		lualib.Raise(L, errYield)
	default:
		api.set(L, actName, spop.Int64(code))
	}
}

// call calls the function below n arguments and leaves its results. core.done
// ends it with its argument as the only one.
func (api *API) call(L *lua.LState, n int) {
	base := L.GetTop() - n - 1
	err := lua54.From(L).PCall(L, n, lua.MultRet, nil)
	if api.run.edited {
		api.flush(L)
	}
	if err == nil {
		return
	}
	v := lua54.ErrorValue(err)
	if v != lua.LValue(done) {
		L.Error(v, 0)
	}
	L.SetTop(base)
	if api.result != nil {
		L.Push(api.result)
	}
}

// done is the error that core.done raises. A pcall holds it, as in HAProxy.
var done = &lua.LUserData{Value: "done", Metatable: lua.LNil}

// coreDone is core.done([value]).
func (api *API) coreDone(L *lua.LState) int {
	api.result = nil
	if L.GetTop() > 0 {
		api.result = L.Get(-1)
	}
	L.Error(done, 0)
	return 0
}

func (api *API) mustLoad(L *lua.LState, fn string) {
	if !api.host.Loading() {
		lualib.Raise(L, "'%s' is not available outside of body context or init function", fn)
	}
}
