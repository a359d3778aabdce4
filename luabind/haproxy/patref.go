package haproxy

import (
	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lualib"
)

const (
	errPatref      = "'get_patref': unknown pattern reference '%s': the agent knows the files that scripts open with Map.new"
	errPatrefEvent = "Patref:event_sub: changes of patterns are not reported here"
)

// getPatref is core.get_patref(name).
func (api *API) getPatref(L *lua.LState) int {
	if L.GetTop() != 1 {
		lualib.Raise(L, "'get_patref' needs 1 arguments")
	}
	name := lualib.CheckString(L, 1)
	f := api.maps.find(api.host.Script(), name)
	if f == nil {
		lualib.Raise(L, errPatref, name)
	}
	L.Push(&lua.LUserData{Value: &patref{name: name, file: f}, Metatable: api.patrefClass(L)})
	return 1
}

// patrefClass makes the metatable of patrefs. A name that is no method is a key.
func (api *API) patrefClass(L *lua.LState) *lua.LTable {
	if api.patref != nil {
		return api.patref
	}
	methods := api.table(L, map[string]lua.LGFunction{
		"get_name": patrefName, "is_map": patrefIsMap, "event_sub": raises(errPatrefEvent),
		"add": api.patrefAdd, "add_bulk": api.patrefAddBulk, "set": api.patrefSet, "del": api.patrefDel,
		"purge": api.patrefPurge, "prepare": patrefPrepare, "commit": api.patrefCommit, "giveup": patrefGiveUp,
	})
	api.patref = L.CreateTable(0, 5)
	api.name(api.patref, "Patref")
	api.patref.RawSetString("__index", api.host.NewFunction(func(L *lua.LState) int { return patrefIndex(L, methods) }))
	api.patref.RawSetString("__newindex", api.host.NewFunction(func(*lua.LState) int { return 0 }))
	api.patref.RawSetString("__pairs", api.host.NewFunction(api.patrefPairs))
	return api.patref
}

func patrefArg(L *lua.LState) *patref {
	if ud, ok := L.Get(1).(*lua.LUserData); ok {
		if p, ok := ud.Value.(*patref); ok {
			return p
		}
	}
	lualib.TypeError(L, 1, "Patref")
	return nil
}

// patrefIndex is patref[key]: the value of the first entry, true for one without a
// value, or nil.
func patrefIndex(L *lua.LState, methods *lua.LTable) int {
	p, key := patrefArg(L), lualib.CheckString(L, 2)
	if method := methods.RawGetString(key); method != lua.LNil {
		L.Push(method)
		return 1
	}
	entry, ok := p.get(key)
	switch {
	case !ok:
		L.Push(lua.LNil)
	case entry.valued:
		L.Push(lua.LString(entry.value))
	default:
		L.Push(lua.LTrue)
	}
	return 1
}

// patrefPairs is pairs(patref): the keys and values that are there when the loop
// begins, in their order.
func (api *API) patrefPairs(L *lua.LState) int {
	entries := patrefArg(L).all()
	L.Push(api.host.NewFunction(func(L *lua.LState) int {
		if len(entries) == 0 {
			L.Push(lua.LNil)
			return 1
		}
		entry := entries[0]
		entries = entries[1:]
		L.Push(lua.LString(entry.key))
		if !entry.valued {
			return 1
		}
		L.Push(lua.LString(entry.value))
		return 2
	}))
	return 1
}

func patrefName(L *lua.LState) int {
	L.Push(lua.LString(patrefArg(L).name))
	return 1
}

func patrefIsMap(L *lua.LState) int {
	patrefArg(L)
	L.Push(lua.LTrue)
	return 1
}

// patrefAdd is patref:add(key[, value]).
func (api *API) patrefAdd(L *lua.LState) int {
	p, entry := patrefArg(L), mapEntry{key: lualib.CheckString(L, 2), bare: true}
	if L.GetTop() == 3 {
		entry = mapEntry{key: entry.key, value: lualib.CheckString(L, 3), valued: true}
	}
	if !api.mayChangeBy(p) {
		return outcome(L, nil)
	}
	return outcome(L, p.add(entry))
}

// patrefAddBulk is patref:add_bulk(table), of keys and values.
func (api *API) patrefAddBulk(L *lua.LState) int {
	p, t := patrefArg(L), lualib.CheckTable(L, 2)
	var entries []mapEntry
	t.ForEach(func(key, value lua.LValue) {
		k, ok := key.(lua.LString)
		v, isString := value.(lua.LString)
		if !ok || !isString {
			lualib.Raise(L, "add_bulk: keys and values must be strings, not %s and %s", lualib.TypeName(L, key), lualib.TypeName(L, value))
		}
		entries = append(entries, mapEntry{key: string(k), value: string(v), valued: true})
	})
	if !api.mayChangeBy(p) {
		return outcome(L, nil)
	}
	return outcome(L, p.add(entries...))
}

// patrefSet is patref:set(key, value[, force]).
func (api *API) patrefSet(L *lua.LState) int {
	p, key, value := patrefArg(L), lualib.CheckString(L, 2), lualib.CheckString(L, 3)
	force := L.GetTop() == 4 && lua.LVAsBool(L.Get(4))
	if !api.mayChangeBy(p) {
		return outcome(L, nil)
	}
	found, err := p.set(key, value, force)
	if !found {
		return failed(L, "entry not found")
	}
	return outcome(L, err)
}

// patrefDel is patref:del(key): whether it was there.
func (api *API) patrefDel(L *lua.LState) int {
	p, key := patrefArg(L), lualib.CheckString(L, 2)
	L.Push(lua.LBool(!api.mayChangeBy(p) || p.del(key)))
	return 1
}

// patrefPurge is patref:purge().
func (api *API) patrefPurge(L *lua.LState) int {
	if p := patrefArg(L); api.mayChange() {
		p.purge()
	}
	return outcome(L, nil)
}

// patrefPrepare is patref:prepare(): what follows is not seen before commit.
func patrefPrepare(L *lua.LState) int {
	patrefArg(L).prepare()
	return 0
}

// patrefCommit is patref:commit().
func (api *API) patrefCommit(L *lua.LState) int {
	p := patrefArg(L)
	if p.next == nil {
		return failed(L, "Nothing to do")
	}
	if !api.mayChange() {
		p.next = nil
		return outcome(L, nil)
	}
	if !p.commit() {
		return failed(L, "Commit failed")
	}
	return outcome(L, nil)
}

// patrefGiveUp is patref:giveup().
func patrefGiveUp(L *lua.LState) int {
	patrefArg(L).next = nil
	return 0
}

// mayChangeBy reports whether a patref may be written to: what is prepared belongs
// to its VM.
func (api *API) mayChangeBy(p *patref) bool { return p.next != nil || api.mayChange() }

// outcome returns true, or what went wrong as HAProxy does.
func outcome(L *lua.LState, err error) int {
	if err != nil {
		return failed(L, err.Error())
	}
	L.Push(lua.LTrue)
	return 1
}
