package haproxy

import (
	lua "github.com/yuin/gopher-lua"
)

// openTXN makes what all TXNs of the VM share: a TXN itself is an empty table
// that the run may put fields into.
func (api *API) openTXN(L *lua.LState) {
	methods := api.lazyTable(L, api.txnMethod)
	methods.RawSetString("f", api.lazyTable(L, func(name string) lua.LGFunction { return api.fetchFunction(name, false) }))
	methods.RawSetString("sf", api.lazyTable(L, func(name string) lua.LGFunction { return api.fetchFunction(name, true) }))
	methods.RawSetString("c", api.lazyTable(L, func(name string) lua.LGFunction { return api.converterFunction(name, false) }))
	methods.RawSetString("sc", api.lazyTable(L, func(name string) lua.LGFunction { return api.converterFunction(name, true) }))
	methods.RawSetString("http", api.lazyTable(L, api.httpMethod))
	channel := api.lazyTable(L, channelMethod)
	methods.RawSetString("req", channel)
	methods.RawSetString("res", channel)
	api.txn = L.CreateTable(0, 2)
	api.txn.RawSetString("__index", methods)
	api.txn.RawSetString("__name", lua.LString("TXN"))
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

// newTXN makes the TXN of one run.
func (api *API) newTXN(L *lua.LState) *lua.LTable {
	t := L.CreateTable(0, 0)
	t.Metatable = api.txn
	return t
}

// lazyTable is a table whose functions are made when they are first asked for.
// make returns nil for a name that does not exist.
func (api *API) lazyTable(L *lua.LState, make func(name string) lua.LGFunction) *lua.LTable {
	t, mt := L.CreateTable(0, 1), L.CreateTable(0, 1) // the VM gives a table of 0 room for 32
	mt.RawSetString("__index", api.host.NewFunction(func(L *lua.LState) int {
		name, ok := L.Get(2).(lua.LString)
		if !ok {
			L.Push(lua.LNil)
			return 1
		}
		fn := make(string(name))
		if fn == nil {
			L.Push(lua.LNil)
			return 1
		}
		made := api.host.NewFunction(fn)
		t.RawSetString(string(name), made)
		L.Push(made)
		return 1
	}))
	t.Metatable = mt
	return t
}
