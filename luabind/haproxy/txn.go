package haproxy

import (
	"slices"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lualib"
)

// openTXN makes what all TXNs of the VM share: a TXN itself is an empty table
// that the run may put fields into.
func (api *API) openTXN(L *lua.LState) {
	isTXN := func(v lua.LValue) bool {
		t, ok := v.(*lua.LTable)
		return ok && t.Metatable == lua.LValue(api.txn)
	}
	fetches, converters, channels := &objects{class: "Fetches"}, &objects{class: "Converters"}, &objects{class: "Channel"}
	methods := api.lazyValues(L, func(name string) lua.LValue {
		switch name {
		case "f", "sf":
			return api.part(L, fetches, func(fetch string) lua.LGFunction { return api.fetchFunction(fetch, name == "sf") })
		case "c", "sc":
			return api.part(L, converters, func(converter string) lua.LGFunction { return api.converterFunction(converter, name == "sc") })
		case "http":
			return api.part(L, &objects{class: "HTTP"}, api.httpMethod)
		case "req":
			return api.part(L, channels, api.channelMethod)
		case "res":
			api.response = api.part(L, channels, api.channelMethod)
			return api.response
		}
		return api.function(onSelf("TXN", isTXN, api.txnMethod(name)))
	})
	api.txn = L.CreateTable(0, 3)
	api.txn.RawSetString("__index", methods)
	api.name(api.txn, "TXN")
}

// objects are those of a class, such as txn.f and txn.sf: the methods of one take
// another one for self.
type objects struct {
	class string
	list  []*lua.LTable
}

func (f *objects) has(v lua.LValue) bool {
	t, ok := v.(*lua.LTable)
	return ok && slices.Contains(f.list, t)
}

// part is an object of a TXN, whose methods method makes.
func (api *API) part(L *lua.LState, f *objects, method func(name string) lua.LGFunction) *lua.LTable {
	t := api.lazyTable(L, func(name string) lua.LGFunction { return onSelf(f.class, f.has, method(name)) })
	api.name(t.Metatable.(*lua.LTable), f.class)
	f.list = append(f.list, t)
	return t
}

// onSelf is a method that is called on nothing but what isSelf says, as HAProxy asks;
// nil when there is no method.
func onSelf(class string, isSelf func(v lua.LValue) bool, method lua.LGFunction) lua.LGFunction {
	if method == nil {
		return nil
	}
	return func(L *lua.LState) int {
		if !isSelf(L.Get(1)) {
			lualib.TypeError(L, 1, class+", in front of a colon,")
		}
		return method(L)
	}
}

// txnMethod is a method of TXN, nil when there is none of that name.
func (api *API) txnMethod(name string) lua.LGFunction {
	switch name {
	case "set_var":
		return api.setVar
	case "unset_var":
		return api.unsetVar
	case "get_var":
		return api.getVar
	case "log":
		return api.txnLog
	case "deflog", "Info":
		return api.txnLogAt(levelInfo)
	case "Debug":
		return api.txnLogAt(levelDebug)
	case "Warning":
		return api.txnLogAt(levelWarning)
	case "Alert":
		return api.txnLogAt(levelAlert)
	case "reply":
		return api.newReply
	case "done":
		return api.txnDone
	case "set_priv":
		return api.setPriv
	case "get_priv":
		return api.getPriv
	}
	return api.streamMethod(name)
}

// txnBlock is how many TXNs are made at a time. A script that keeps one keeps the
// block, less than a kilobyte.
const txnBlock = 8

// newTXN makes the TXN of one run.
func (api *API) newTXN() *lua.LTable {
	if len(api.txns) == 0 {
		api.txns = make([]lua.LTable, txnBlock)
	}
	t := &api.txns[0]
	api.txns = api.txns[1:]
	t.Metatable = api.txn
	return t
}

// lazyTable is a table whose functions are made when they are first asked for.
// The function method returns nil for a name that does not exist.
func (api *API) lazyTable(L *lua.LState, method func(name string) lua.LGFunction) *lua.LTable {
	return api.lazyValues(L, func(name string) lua.LValue { return api.function(method(name)) })
}

// function is fn for scripts, nil when there is none.
func (api *API) function(fn lua.LGFunction) lua.LValue {
	if fn == nil {
		return lua.LNil
	}
	return api.host.NewFunction(fn)
}

// lazyValues is a table whose values are made when they are first asked for.
func (api *API) lazyValues(L *lua.LState, value func(name string) lua.LValue) *lua.LTable {
	t, mt := L.CreateTable(0, 1), L.CreateTable(0, 1) // the VM gives a table of 0 room for 32
	mt.RawSetString("__index", api.host.NewFunction(func(L *lua.LState) int {
		name, ok := L.Get(2).(lua.LString)
		if !ok {
			L.Push(lua.LNil)
			return 1
		}
		made := value(string(name))
		if made != lua.LNil {
			t.RawSetString(string(name), made)
		}
		L.Push(made)
		return 1
	}))
	t.Metatable = mt
	return t
}
