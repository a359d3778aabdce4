package modules

import (
	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
	"github.com/spoa-lua/spoa-lua/luabind/lualib"
	"github.com/spoa-lua/spoa-lua/luabind/modules/luajson"
)

// openLunaJSON makes the module lunajson, without its parsers that call back.
func openLunaJSON(e env) lua.LValue {
	return e.table(map[string]lua.LGFunction{"encode": lunaEncode, "decode": lunaDecode})
}

// lunaEncode is encode(value[, null]).
func lunaEncode(L *lua.LState) int {
	null := L.Get(2)
	e := &luajson.Encoder{L: L, MaxBytes: maxString(L), IsArray: isLunaArray, Null: null}
	return encoded(L, e, L.Get(1))
}

// isLunaArray takes for an array what has a first element or its length in the
// field 0.
func isLunaArray(t *lua.LTable, s luajson.Shape) (int, bool, error) {
	if n, ok := lua54.ToInteger(t.RawGet(lua.LNumber(0))); ok && n >= 0 && n <= luajson.MaxValues {
		return int(n), true, nil
	}
	if s.Count == 0 || t.RawGetInt(1) == lua.LNil {
		return 0, false, nil
	}
	n := 1
	for t.RawGetInt(n+1) != lua.LNil {
		n++
	}
	return n, true, nil
}

// lunaDecode is decode(text[, pos[, null[, length]]]). With a position it
// returns the one behind the value, too, and does not mind what follows.
func lunaDecode(L *lua.LState) int {
	text := lualib.CheckString(L, 1)
	d := &luajson.Decoder{L: L, Null: L.Get(3), Length: lua.LVAsBool(L.Get(4))}
	var (
		v   lua.LValue
		end int
		err error
	)
	if L.Get(2) == lua.LNil {
		v, err = d.DecodeAll(text)
	} else {
		at := lualib.CheckInteger(L, 2)
		if at < 1 || at > int64(len(text))+1 {
			lualib.ArgError(L, 2, "no position of the text")
		}
		v, end, err = d.Decode(text, int(at-1))
	}
	if err != nil {
		lualib.Raise(L, "%s", err)
	}
	L.Push(v)
	if L.Get(2) == lua.LNil {
		return 1
	}
	L.Push(lua.LNumber(end + 1))
	return 2
}
