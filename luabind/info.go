package luabind

import (
	lua "github.com/yuin/gopher-lua"
	luar "layeh.com/gopher-luar"
)

// infoView is what package luar shows of an Info: plain values only, so that
// no method and no pointer of the agent can be reached through it.
type infoView struct {
	Version    string `luar:"version"`
	Generation uint64 `luar:"generation"`
	Hostname   string `luar:"hostname"`
	StartTime  int64  `luar:"start_time"`
}

// openInfo binds spoa.info and spoa.vars.
func (vm *VM) openInfo(spoa *lua.LTable) {
	info := vm.program.Info
	view := infoView{Version: info.Version, Generation: info.Generation, Hostname: info.Hostname}
	if !info.StartTime.IsZero() {
		view.StartTime = info.StartTime.Unix()
	}
	vars := vm.program.Vars
	if vars == nil {
		vars = map[string]string{}
	}
	spoa.RawSetString("info", vm.bind("spoa.info", view, func(key string) lua.LValue {
		if key == "script" {
			return lua.LString(vm.script)
		}
		return lua.LNil
	}))
	spoa.RawSetString("vars", vm.bind("spoa.vars", vars, nil))
	luar.MT(vm.state, vars).RawSetString("__pairs", vm.newFunction(varsPairs(vars)))
}

// varsPairs goes through a copy.
func varsPairs(vars map[string]string) lua.LGFunction {
	return func(L *lua.LState) int {
		t := L.CreateTable(0, len(vars))
		for k, v := range vars {
			t.RawSetString(k, lua.LString(v))
		}
		L.Push(L.G.Global.RawGetString("next"))
		L.Push(t)
		L.Push(lua.LNil)
		return 3
	}
}

// bind binds a Go value with luar and takes away what changes it: the value is
// shared by all VMs. extra, which may be nil, answers for some keys itself.
func (vm *VM) bind(name string, value any, extra func(key string) lua.LValue) lua.LValue {
	L := vm.state
	bound := luar.New(L, value)
	mt := luar.MT(L, value)
	index := mt.RawGetString("__index").(*lua.LFunction).GFunction
	mt.RawSetString("__index", vm.newFunction(func(L *lua.LState) int {
		key, ok := L.Get(2).(lua.LString)
		if !ok {
			badType(L, 2, "index", "string")
		}
		if extra != nil {
			if v := extra(string(key)); v != lua.LNil {
				L.Push(v)
				return 1
			}
		}
		return index(L)
	}))
	mt.RawSetString("__newindex", vm.newFunction(func(L *lua.LState) int {
		raisef(L, "%s is read-only", name)
		return 0
	}))
	mt.RawSetString("__name", lua.LString(name))
	mt.RawSetString("__tostring", vm.newFunction(func(L *lua.LState) int {
		L.Push(lua.LString(name))
		return 1
	}))
	return bound
}
