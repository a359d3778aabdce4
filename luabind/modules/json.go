package modules

import (
	"errors"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
	"github.com/spoa-lua/spoa-lua/luabind/lualib"
	"github.com/spoa-lua/spoa-lua/luabind/modules/luajson"
)

// nullKey is the registry field of the value that stands for null.
const nullKey = "modules.null"

// null is the one value of a VM that stands for null in all JSON modules.
func (e env) null() *lua.LUserData {
	if ud, ok := e.L.G.Registry.RawGetString(nullKey).(*lua.LUserData); ok {
		return ud
	}
	mt := e.table(map[string]lua.LGFunction{"__tostring": func(L *lua.LState) int {
		L.Push(lua.LString("null"))
		return 1
	}})
	ud := object(luajson.Null{}, mt)
	e.L.G.Registry.RawSetString(nullKey, ud)
	return ud
}

// maxString is how long a text may become.
func maxString(L *lua.LState) int {
	if rt := lua54.From(L); rt != nil && rt.MaxString > 0 {
		return rt.MaxString
	}
	return lua54.DefaultMaxString
}

// openJSON makes the module json, with the rules of rxi's json.lua: null is nil,
// {} is an array, errors are raised.
func openJSON(e env) lua.LValue {
	t := e.table(map[string]lua.LGFunction{
		"encode": func(L *lua.LState) int {
			lualib.CheckAny(L, 1)
			return encoded(L, &luajson.Encoder{L: L, MaxBytes: maxString(L), IsArray: isJSONArray}, L.Get(1))
		},
		"decode": func(L *lua.LState) int {
			v, err := (&luajson.Decoder{L: L}).DecodeAll(lualib.CheckString(L, 1))
			if err != nil {
				lualib.Raise(L, "%s", err)
			}
			L.Push(v)
			return 1
		},
	})
	return t
}

// encoded pushes the text of a value, or raises an error.
func encoded(L *lua.LState, e *luajson.Encoder, v lua.LValue) int {
	text, err := e.Encode(v)
	if err != nil {
		lualib.Raise(L, "%s", err)
	}
	L.Push(lua.LString(text))
	return 1
}

// isJSONArray takes for an array what is empty or has a first element, and
// refuses one with holes and tables with keys of both kinds.
func isJSONArray(t *lua.LTable, s luajson.Shape) (int, bool, error) {
	switch {
	case s.Count > 0 && t.RawGetInt(1) == lua.LNil:
		return 0, false, nil
	case !s.Integers:
		return 0, false, errors.New("a table has keys of an array and of an object")
	case s.Max != s.Count:
		return 0, false, errors.New("an array has holes")
	}
	return s.Count, true, nil
}
