package haproxy

import (
	"fmt"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
	"github.com/spoa-lua/spoa-lua/luabind/lualib"
)

// private is what a run sees of its stream's value. Within the run it is the
// script's own value; other runs get copies.
type private struct {
	loaded bool
	value  lua.LValue
}

// setPriv is txn:set_priv(value).
func (api *API) setPriv(L *lua.LState) int {
	needArgs(L, "set_priv", 1)
	api.message(L)
	v := L.Get(2)
	if _, err := plainOf(v); err != nil {
		lualib.Raise(L, "set_priv: %s", err)
	}
	api.run.edited, api.run.priv = true, private{true, v}
	return 0
}

// getPriv is txn:get_priv(): the value that an action of the same stream has
// set, or nil.
func (api *API) getPriv(L *lua.LState) int {
	needArgs(L, "get_priv", 0)
	api.message(L)
	if p := &api.run.priv; !p.loaded {
		p.loaded, p.value = true, lua.LNil
		if key, ok := api.stream(); ok {
			p.value = api.store.streams.get(key).toLua(L)
		}
		// What the script does to a table is there for the next run.
		api.run.edited = true
	}
	L.Push(api.run.priv.value)
	return 1
}

// publishPriv keeps the value for other runs of the stream.
func (api *API) publishPriv(L *lua.LState) {
	p := api.run.priv
	key, ok := api.stream()
	if !p.loaded || !ok {
		return
	}
	v, err := plainOf(p.value)
	if err != nil {
		lualib.Raise(L, "set_priv: %s", err)
	}
	api.store.streams.set(key, v)
}

// streamID is the argument that tells a stream from others: HAProxy since 3.1
// gives each NOTIFY a stream id of its own.
const streamID = "txn.id32"

// stream identifies the stream that is being answered.
func (api *API) stream() (streamKey, bool) {
	x := api.host.Exchange()
	if x == nil {
		return streamKey{}, false
	}
	info := x.Conn()
	key := streamKey{engine: info.EngineID, id: x.StreamID()}
	if v, ok := api.host.Message().Arg(streamID); ok && v.IsInt() {
		key.id, key.byArgument = uint64(v.Int64()), true
	}
	if key.engine == "" {
		key.conn = info.ID
	}
	return key, true
}

// plain is a value that belongs to no VM: nil, a lua.LValue that is no object, or
// a table.
type plain struct {
	value lua.LValue
	table []plainField
	size  int
}

type plainField struct {
	key   lua.LValue
	value plain
}

const (
	// maxPlainDepth is how deep tables may hold tables.
	maxPlainDepth = 32
	// maxPlainSize is what one value may take, in bytes.
	maxPlainSize = 64 << 10
	// fieldSize is what a field takes besides its texts, about.
	fieldSize = 64
)

// plainOf copies a value.
func plainOf(v lua.LValue) (plain, error) {
	p, err := copyPlain(v, 0)
	if err == nil && p.size > maxPlainSize {
		err = fmt.Errorf("the value takes %d bytes, the limit is %d", p.size, maxPlainSize)
	}
	return p, err
}

func copyPlain(v lua.LValue, depth int) (plain, error) {
	switch v := v.(type) {
	case lua.LString:
		return plain{value: v, size: len(v) + 16}, nil
	case *lua.LNilType, lua.LBool, lua.LNumber, lua54.Int:
		return plain{value: v, size: 16}, nil
	case *lua.LTable:
		return copyTable(v, depth)
	}
	return plain{}, fmt.Errorf("VMs can share strings, numbers, booleans and tables of them, not a %s", v.Type())
}

func copyTable(t *lua.LTable, depth int) (plain, error) {
	if depth == maxPlainDepth {
		return plain{}, fmt.Errorf("tables hold tables more than %d deep, or themselves", maxPlainDepth)
	}
	p := plain{table: []plainField{}, size: fieldSize}
	var bad error
	t.ForEach(func(key, v lua.LValue) {
		if bad != nil || p.size > maxPlainSize {
			return
		}
		var k, value plain
		if k, bad = copyPlain(key, maxPlainDepth); bad == nil {
			value, bad = copyPlain(v, depth+1)
		}
		p.size += fieldSize + k.size + value.size
		p.table = append(p.table, plainField{k.value, value})
	})
	return p, bad
}

func (p plain) isNil() bool { return p.table == nil && (p.value == nil || p.value == lua.LNil) }

// toLua returns the value for a VM.
func (p plain) toLua(L *lua.LState) lua.LValue {
	if p.table == nil {
		if p.isNil() {
			return lua.LNil
		}
		return p.value
	}
	t := L.CreateTable(0, len(p.table))
	for _, f := range p.table {
		t.RawSet(f.key, f.value.toLua(L))
	}
	return t
}
