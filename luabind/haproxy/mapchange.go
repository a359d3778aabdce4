package haproxy

import (
	"errors"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lualib"
	"github.com/spoa-lua/spoa-lua/spop"
)

// openMapChanges makes core.set_map(file, key, value), del_map(file, key),
// add_acl(file, key) and del_acl(file, key). What they change is seen by every
// lookup of all VMs at once; HAProxy's own copy of the file stays as it is.
func (api *API) openMapChanges(core *lua.LTable) {
	for name, f := range map[string]struct {
		kind string
		args int
		do   func(L *lua.LState, name string, f *mapFile)
	}{
		"set_map": {"map", 3, func(L *lua.LState, name string, f *mapFile) {
			value := lualib.CheckString(L, 3)
			api.change(L, name, func(key string) error { return f.set(key, value) })
		}},
		"add_acl": {"acl", 2, func(L *lua.LState, name string, f *mapFile) { api.change(L, name, f.addBare) }},
		"del_map": {"map", 2, removeEntry},
		"del_acl": {"acl", 2, removeEntry},
	} {
		core.RawSetString(name, api.host.NewFunction(func(L *lua.LState) int {
			if L.GetTop() != f.args {
				lualib.Raise(L, "'%s' needs %d arguments", name, f.args)
			}
			file := lualib.CheckString(L, 1)
			m := api.maps.find(api.host.Script(), file)
			if m == nil {
				lualib.Raise(L, "'%s': unknown %s file '%s'", name, f.kind, file)
			}
			if api.mayChange() {
				f.do(L, name, m)
			}
			return 0
		}))
	}
}

// mayChange reports whether map files may be changed. All VMs run the top level of
// scripts, which HAProxy runs once: the changes that it makes are those of the
// first VM.
func (api *API) mayChange() bool {
	if !api.host.Loading() {
		return true
	}
	if !api.asked {
		api.asked, api.changer = true, api.maps.claim()
	}
	return api.changer
}

// change changes an entry. As in HAProxy a key that a method cannot read is
// ignored; here there is a warning.
func (api *API) change(L *lua.LState, fn string, set func(key string) error) {
	err := set(lualib.CheckString(L, 2))
	if errors.Is(err, errMapFull) {
		lualib.Raise(L, "'%s': %s", fn, err)
	}
	if err != nil {
		api.warnRule(L, "'"+fn+"': "+err.Error())
	}
}

func removeEntry(L *lua.LState, _ string, f *mapFile) { f.remove(lualib.CheckString(L, 2)) }

// coreGetVar is core.get_var("proc.NAME"): the argument of the message that has
// the variable's name.
func (api *API) coreGetVar(L *lua.LState) int {
	if L.GetTop() != 1 {
		lualib.Raise(L, "'get_var' needs 1 arguments")
	}
	name := lualib.CheckString(L, 1)
	if scope, _, err := spop.ParseVarName(name); err != nil || scope != spop.ScopeProcess {
		lualib.Raise(L, "'get_var': Only 'proc.' scope allowed to be retrieved in 'core.get_var()'.")
	}
	v, ok := api.vars.get(name)
	if !ok {
		v, _ = api.message(L).Arg(name)
	}
	L.Push(api.typed(v))
	return 1
}
