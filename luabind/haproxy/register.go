package haproxy

import (
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
	"github.com/spoa-lua/spoa-lua/luabind/lualib"
	"github.com/spoa-lua/spoa-lua/spop"
)

// registerFetches is core.register_fetches(name, fn): the message NAME puts the
// result of fn(txn, ...) into the variable txn.NAME.
func (api *API) registerFetches(L *lua.LState) int {
	name, fn := api.named(L, "register_fetches")
	api.host.On(L, name, Registration{API: "fetch", Name: name, Function: fn}, func(L *lua.LState) int {
		api.begin("")
		top := L.GetTop()
		L.Push(fn)
		L.Push(api.newTXN())
		return api.publish(L, name, top, 1+api.params(L))
	})
	return 0
}

// registerConverters is core.register_converters(name, fn): the argument in of
// the message NAME, or its first one, is what fn(in, ...) converts.
func (api *API) registerConverters(L *lua.LState) int {
	name, fn := api.named(L, "register_converters")
	api.host.On(L, name, Registration{API: "converter", Name: name, Function: fn}, func(L *lua.LState) int {
		api.begin("")
		top := L.GetTop()
		L.Push(fn)
		n := 0
		in, ok := api.host.Message().Arg("in")
		if ok && in.Kind() != spop.KindNull {
			L.Push(lua.LString(text(in)))
			n++
		}
		if ok && n == 0 {
			api.unset(L, varOf(name)) // as HAProxy: nothing to convert
			return 0
		}
		n += api.params(L)
		if n == 0 {
			lualib.Raise(L, "converter '%s' needs its input: args in=...", name)
		}
		return api.publish(L, name, top, n)
	})
	return 0
}

// publish calls the function below n arguments and sets the variable of the
// name to its first result. No result unsets it, nil is false.
func (api *API) publish(L *lua.LState, name string, top, n int) int {
	api.call(L, n)
	if L.GetTop() == top {
		api.unset(L, varOf(name))
		return 0
	}
	api.set(L, varOf(name), sample(L.Get(-1)))
	return 0
}

// registerInit is core.register_init(fn).
func (api *API) registerInit(L *lua.LState) int {
	fn := lualib.CheckFunction(L, 1)
	api.host.OnInit(L, fn)
	return 0
}

func (api *API) named(L *lua.LState, fn string) (string, *lua.LFunction) {
	if L.GetTop() != 2 {
		lualib.Raise(L, "'%s' needs 2 arguments", fn)
	}
	name := lualib.CheckString(L, 1)
	f := lualib.CheckFunction(L, 2)
	api.mustLoad(L, fn)
	return name, f
}

// varOf is the variable of a fetch's or converter's result: names of variables
// have fewer characters.
func varOf(name string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x80 && (r == '.' || r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z') {
			return r
		}
		return '_'
	}, name)
}

// positional returns the i-th parameter, from 1: the argument argI, or else the
// i-th one without a name.
func (api *API) positional(i int) (spop.Value, bool) {
	m := api.host.Message()
	if v, ok := m.Arg("arg" + strconv.Itoa(i)); ok {
		return v, true
	}
	var a spop.Arg
	for args := m.Args(); args.Next(&a); {
		if len(a.Name) > 0 {
			continue
		}
		if i--; i == 0 {
			return a.Value, true
		}
	}
	return spop.Value{}, false
}

// param is the i-th of n parameters of an action, a string.
func (api *API) param(L *lua.LState, i, n int) lua.LValue {
	v, ok := api.positional(i)
	if !ok {
		lualib.Raise(L, "action '%s' takes %d arguments and the message has no %d: args arg%d=str(...)", api.host.MessageName(), n, i, i)
	}
	return param(v)
}

// params pushes all parameters that the message has. Variables that are not set
// stand for parameters that a configuration does not give: those at the end do not
// count.
func (api *API) params(L *lua.LState) int {
	top, n := L.GetTop(), 0
	for i := 1; ; i++ {
		v, ok := api.positional(i)
		if !ok {
			L.SetTop(top + n)
			return n
		}
		L.Push(param(v))
		if v.Kind() != spop.KindNull {
			n = i
		}
	}
}

func param(v spop.Value) lua.LValue {
	if v.Kind() == spop.KindNull {
		return lua.LNil
	}
	return lua.LString(text(v))
}

// text is a value as HAProxy converts it to a string.
func text(v spop.Value) string {
	switch v.Kind() {
	case spop.KindBool:
		if v.Bool() {
			return "1"
		}
		return "0"
	case spop.KindInt32, spop.KindUint32, spop.KindInt64, spop.KindUint64:
		return strconv.FormatInt(v.Int64(), 10)
	case spop.KindIPv4, spop.KindIPv6:
		return v.Addr().String()
	}
	return string(v.Bytes())
}

// sample is the value that HAProxy makes of Lua's: a fraction is 0, and what it
// has no type for is false.
func sample(v lua.LValue) spop.Value {
	switch v := v.(type) {
	case lua.LBool:
		return spop.Bool(bool(v))
	case lua.LNumber, lua54.Int:
		return spop.Int64(toInteger(v))
	case lua.LString:
		return spop.String(string(v))
	}
	return spop.Bool(false)
}
