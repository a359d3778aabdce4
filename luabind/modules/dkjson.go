package modules

import (
	"errors"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lualib"
	"github.com/spoa-lua/spoa-lua/luabind/modules/luajson"
)

// dkjson is the module dkjson: null is nil when decoding, tables remember what
// they were, and decode returns its errors.
type dkjson struct {
	env
	object, array *lua.LTable // metatables of decoded tables
}

func openDKJSON(e env) lua.LValue {
	d := &dkjson{env: e, object: e.L.CreateTable(0, 1), array: e.L.CreateTable(0, 1)}
	d.object.RawSetString("__jsontype", lua.LString("object"))
	d.array.RawSetString("__jsontype", lua.LString("array"))
	var t *lua.LTable
	t = e.table(map[string]lua.LGFunction{
		"encode": d.encode,
		"decode": d.decode,
		"quotestring": func(L *lua.LState) int {
			L.Push(lua.LString(luajson.Quote(lualib.CheckString(L, 1))))
			return 1
		},
		"use_lpeg": func(L *lua.LState) int {
			L.Push(t) // what lpeg would make faster is fast already
			return 1
		},
	})
	t.RawSetString("null", e.null())
	t.RawSetString("version", lua.LString("dkjson 2.8"))
	return t
}

// maxLevel is how far the lines of a text may be indented.
const maxLevel = 100

// encode is encode(value[, state]); of the state indent, level and keyorder
// count.
func (d *dkjson) encode(L *lua.LState) int {
	lualib.CheckAny(L, 1)
	e := &luajson.Encoder{L: L, MaxBytes: maxString(L), IsArray: isDKArray, NumberKeys: true, NotFinite: "null"}
	state := L.Get(2)
	if t, ok := state.(*lua.LTable); ok {
		if lua.LVAsBool(t.RawGetString("indent")) {
			e.Indent = "  "
		}
		if n, ok := t.RawGetString("level").(lua.LNumber); ok && n > 0 && n <= maxLevel {
			e.Level = int(n)
		}
		if order, ok := t.RawGetString("keyorder").(*lua.LTable); ok {
			for i := 1; i <= order.Len(); i++ {
				if key, ok := order.RawGetInt(i).(lua.LString); ok {
					e.KeyOrder = append(e.KeyOrder, key)
				}
			}
		}
	} else if state != lua.LNil {
		lualib.TypeError(L, 2, "table")
	}
	e.Custom = func(t *lua.LTable) (string, bool, error) { return customText(L, t, state) }
	return encoded(L, e, L.Get(1))
}

// customText asks the metatable's __tojson(self, state).
func customText(L *lua.LState, t *lua.LTable, state lua.LValue) (string, bool, error) {
	mt, ok := t.Metatable.(*lua.LTable)
	if !ok {
		return "", false, nil
	}
	fn := mt.RawGetString("__tojson")
	if fn == lua.LNil {
		return "", false, nil
	}
	L.Push(fn)
	L.Push(t)
	L.Push(state)
	L.Call(2, 1)
	v := L.Get(-1)
	L.Pop(1)
	text, ok := v.(lua.LString)
	if !ok {
		return "", true, errors.New("__tojson must return a string, not " + v.Type().String())
	}
	return string(text), true, nil
}

// isDKArray asks the metatable's __jsontype. Without one, what has integer keys
// and not too many holes is an array, an empty table too; a field n may tell the
// length.
func isDKArray(t *lua.LTable, s luajson.Shape) (int, bool, error) {
	length := s.Max
	if n, ok := t.RawGetString("n").(lua.LNumber); ok && n >= 0 && n == lua.LNumber(int(n)) && s.Count > 0 {
		length = max(length, int(n))
		s.Integers = s.Integers || onlyLength(t)
	}
	if mt, ok := t.Metatable.(*lua.LTable); ok {
		switch mt.RawGetString("__jsontype") {
		case lua.LString("object"):
			return 0, false, nil
		case lua.LString("array"):
			return length, true, nil
		}
	}
	holes := length > 10 && length > s.Max && length > 2*s.Count || s.Max > 10 && s.Max > 2*s.Count
	if !s.Integers && s.Count > 0 || holes {
		return 0, false, nil
	}
	return length, true, nil
}

// onlyLength reports whether all keys but n are integers.
func onlyLength(t *lua.LTable) bool {
	only := true
	t.ForEach(func(key, _ lua.LValue) {
		if s, ok := key.(lua.LString); ok && s != "n" {
			only = false
		}
	})
	return only
}

// decode is decode(text[, pos[, null[, objectmeta[, arraymeta]]]]): the value and
// the position behind it, or nil, the position and what is wrong there.
func (d *dkjson) decode(L *lua.LState) int {
	text := lualib.CheckString(L, 1)
	at := lualib.OptInteger(L, 2, 1)
	if at < 1 || at > int64(len(text))+1 {
		lualib.ArgError(L, 2, "no position of the text")
	}
	dec := &luajson.Decoder{L: L, Null: L.Get(3), Object: d.object, Array: d.array}
	if L.GetTop() >= 4 {
		dec.Object, _ = L.Get(4).(*lua.LTable)
		dec.Array, _ = L.Get(5).(*lua.LTable)
	}
	v, end, err := dec.Decode(text, int(at-1))
	if err == nil {
		L.Push(v)
		L.Push(lua.LNumber(end + 1))
		return 2
	}
	checkAlive(L)
	if syntax, ok := errors.AsType[*luajson.SyntaxError](err); ok {
		end = syntax.Offset
	}
	L.Push(lua.LNil)
	L.Push(lua.LNumber(end + 1))
	L.Push(lua.LString(err.Error()))
	return 3
}
