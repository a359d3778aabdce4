package haproxy

import (
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lualib"
	"github.com/spoa-lua/spoa-lua/spop"
)

// overlay holds what a run has set, so that it reads back.
type overlay struct{ values []variable }

// variable is one of them. A null value stands for unset.
type variable struct {
	name  string
	value spop.Value
}

func (o *overlay) put(name string, v spop.Value) {
	for i := range o.values {
		if o.values[i].name == name {
			o.values[i].value = v
			return
		}
	}
	o.values = append(o.values, variable{name, v})
}

func (o *overlay) get(name string) (spop.Value, bool) {
	for i := range o.values {
		if o.values[i].name == name {
			return o.values[i].value, true
		}
	}
	return spop.Value{}, false
}

// setVar is txn:set_var(name, value[, ifexist]).
func (api *API) setVar(L *lua.LState) int {
	if n := L.GetTop(); n != 3 && n != 4 {
		lualib.Raise(L, "'set_var' needs between 3 and 4 arguments")
	}
	return api.assign(L, sample(L.Get(3)))
}

// unsetVar is txn:unset_var(name).
func (api *API) unsetVar(L *lua.LState) int {
	if L.GetTop() != 2 {
		lualib.Raise(L, "'unset_var' needs 2 arguments")
	}
	return api.assign(L, spop.Null())
}

// assign sets the variable that argument 2 names, null unsetting it. Its result
// is whether the name is one.
func (api *API) assign(L *lua.LState, v spop.Value) int {
	name := lualib.CheckString(L, 2)
	if known, ok := api.variables.Find(name); ok && api.host.Message() != nil && api.host.Ack().Set(known, v) == nil {
		api.vars.put(name, v)
		L.Push(lua.LTrue)
		return 1
	}
	scope, short, err := spop.ParseVarName(name)
	if err != nil {
		L.Push(lua.LFalse)
		return 1
	}
	api.write(L, scope, short, v)
	api.vars.put(name, v)
	L.Push(lua.LTrue)
	return 1
}

// getVar is txn:get_var(name): what this run has set, or the argument of the
// message that has the variable's name.
func (api *API) getVar(L *lua.LState) int {
	if L.GetTop() != 2 {
		lualib.Raise(L, "'get_var' needs 2 arguments")
	}
	name := lualib.CheckString(L, 2)
	v, ok := api.vars.get(name)
	if !ok {
		v, _ = api.message(L).Arg(name)
	}
	if !strings.Contains(name, ".") {
		v = spop.Null()
	}
	L.Push(api.typed(v))
	return 1
}

// typed is a value as f and get_var return it: booleans are 1 and 0, which is
// what HAProxy does by default in all versions, unless the host says otherwise.
func (api *API) typed(v spop.Value) lua.LValue {
	if v.Kind() == spop.KindBool && !api.host.Booleans() {
		return lua.LNumber(truth(v.Bool()))
	}
	return api.host.ToLua(v)
}

// message is the one that is being answered.
func (api *API) message(L *lua.LState) *spop.Message {
	m := api.host.Message()
	if m == nil {
		lualib.Raise(L, "the transaction is gone: its function has returned")
	}
	return m
}

// set sets txn.NAME, unset unsets it.
func (api *API) set(L *lua.LState, name string, v spop.Value) {
	api.write(L, spop.ScopeTransaction, name, v)
}

func (api *API) unset(L *lua.LState, name string) {
	api.write(L, spop.ScopeTransaction, name, spop.Null())
}

func (api *API) write(L *lua.LState, scope spop.Scope, name string, v spop.Value) {
	api.message(L)
	if err := api.host.Ack().SetVar(scope, name, v); err != nil {
		api.host.Raise(L, err)
	}
}
