package modules

import (
	"errors"
	"fmt"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lualib"
	"github.com/spoa-lua/spoa-lua/luabind/modules/luajson"
)

// cjson is one instance of the module cjson, with the settings that scripts may
// change. Its rules are those of lua-cjson and OpenResty's fork of it.
type cjson struct {
	env
	safe bool

	encodeDepth, decodeDepth int
	convertSparse            bool
	sparseRatio, sparseSafe  int
	digits                   int
	escapeSlash              bool
	emptyIsArray             bool
	notFinite                string
	markArrays               bool
	array, emptyArray        *lua.LTable // metatables
}

func openCJSON(e env) lua.LValue     { return newCJSON(e, false) }
func openCJSONSafe(e env) lua.LValue { return newCJSON(e, true) }

func newCJSON(e env, safe bool) *lua.LTable {
	c := &cjson{
		env: e, safe: safe, encodeDepth: luajson.DefaultDepth, decodeDepth: luajson.DefaultDepth,
		sparseRatio: 2, sparseSafe: 10, escapeSlash: true,
		array: e.L.CreateTable(0, 0), emptyArray: e.L.CreateTable(0, 0),
	}
	t := e.table(map[string]lua.LGFunction{
		"encode":                       c.encode,
		"decode":                       c.decode,
		"new":                          func(L *lua.LState) int { L.Push(newCJSON(e, safe)); return 1 },
		"encode_max_depth":             intSetting("encode_max_depth", &c.encodeDepth, 1, luajson.DefaultDepth),
		"decode_max_depth":             intSetting("decode_max_depth", &c.decodeDepth, 1, luajson.DefaultDepth),
		"encode_number_precision":      intSetting("encode_number_precision", &c.digits, 1, 17),
		"encode_sparse_array":          c.setSparse,
		"encode_escape_forward_slash":  boolSetting(&c.escapeSlash),
		"encode_empty_table_as_object": c.setEmpty,
		"decode_array_with_array_mt":   boolSetting(&c.markArrays),
		"encode_invalid_numbers":       c.setInvalid,
		"decode_invalid_numbers":       c.refuseInvalid,
		"encode_keep_buffer":           func(L *lua.LState) int { L.Push(lua.LTrue); return 1 },
	})
	t.RawSetString("null", e.null())
	t.RawSetString("empty_array", object(luajson.EmptyArray{}, nil))
	t.RawSetString("array_mt", c.array)
	t.RawSetString("empty_array_mt", c.emptyArray)
	t.RawSetString("_NAME", lua.LString("cjson"))
	return t
}

func (c *cjson) encode(L *lua.LState) int {
	lualib.CheckAny(L, 1)
	text, err := (&luajson.Encoder{
		L: L, MaxBytes: maxString(L), MaxDepth: c.encodeDepth, IsArray: c.isArray, NumberKeys: true,
		EscapeSlash: c.escapeSlash, EscapeDelete: true, Digits: c.digits, NotFinite: c.notFinite,
	}).Encode(L.Get(1))
	if err != nil {
		return c.failed(L, err)
	}
	L.Push(lua.LString(text))
	return 1
}

func (c *cjson) decode(L *lua.LState) int {
	if c.safe && L.Get(1).Type() != lua.LTString {
		return fail(L, fmt.Errorf("a text to decode is a string, not %s", describe(L.Get(1))))
	}
	d := &luajson.Decoder{L: L, Null: c.null(), MaxDepth: c.decodeDepth}
	if c.markArrays {
		d.Array = c.array
	}
	v, err := d.DecodeAll(lualib.CheckString(L, 1))
	if err != nil {
		return c.failed(L, err)
	}
	L.Push(v)
	return 1
}

// failed raises an error, or returns nil and its text.
func (c *cjson) failed(L *lua.LState, err error) int {
	if !c.safe {
		lualib.Raise(L, "%s", err)
	}
	checkAlive(L)
	return fail(L, err)
}

// isArray takes a table of integer keys for an array, with nulls for holes, up
// to where it has more holes than the settings allow.
func (c *cjson) isArray(t *lua.LTable, s luajson.Shape) (int, bool, error) {
	switch {
	case s.Count == 0:
		return 0, c.emptyIsArray || t.Metatable == lua.LValue(c.array) || t.Metatable == lua.LValue(c.emptyArray), nil
	case t.Metatable == lua.LValue(c.array):
		return s.Max, true, nil
	case !s.Integers:
		return 0, false, nil
	case c.sparseRatio > 0 && s.Max > c.sparseSafe && s.Max > s.Count*c.sparseRatio:
		if !c.convertSparse {
			return 0, false, errors.New("an array has too many holes: see encode_sparse_array")
		}
		return 0, false, nil
	}
	return s.Max, true, nil
}

// intSetting is a function that sets n when it gets a number, and returns it.
func intSetting(name string, n *int, least, most int64) lua.LGFunction {
	return func(L *lua.LState) int {
		if L.Get(1) != lua.LNil {
			v := lualib.CheckInteger(L, 1)
			if v < least || v > most {
				lualib.Raise(L, "%s: %d is not from %d to %d", name, v, least, most)
			}
			*n = int(v)
		}
		L.Push(lua.LNumber(*n))
		return 1
	}
}

func boolSetting(b *bool) lua.LGFunction {
	return func(L *lua.LState) int {
		if L.GetTop() > 0 {
			*b = lua.LVAsBool(L.Get(1))
		}
		L.Push(lua.LBool(*b))
		return 1
	}
}

// setEmpty is encode_empty_table_as_object(bool).
func (c *cjson) setEmpty(L *lua.LState) int {
	if L.GetTop() > 0 {
		c.emptyIsArray = !lua.LVAsBool(L.Get(1))
	}
	L.Push(lua.LBool(!c.emptyIsArray))
	return 1
}

// setSparse is encode_sparse_array([convert[, ratio[, safe]]]).
func (c *cjson) setSparse(L *lua.LState) int {
	if L.GetTop() > 0 {
		c.convertSparse = lua.LVAsBool(L.Get(1))
	}
	ratio, safe := lualib.OptInteger(L, 2, int64(c.sparseRatio)), lualib.OptInteger(L, 3, int64(c.sparseSafe))
	if ratio < 0 || ratio > 1<<20 || safe < 0 || safe > 1<<20 {
		lualib.Raise(L, "encode_sparse_array: ratio and safe must be from 0 to %d", 1<<20)
	}
	c.sparseRatio, c.sparseSafe = int(ratio), int(safe)
	L.Push(lua.LBool(c.convertSparse))
	L.Push(lua.LNumber(c.sparseRatio))
	L.Push(lua.LNumber(c.sparseSafe))
	return 3
}

// setInvalid is encode_invalid_numbers(how): false raises an error for numbers
// that JSON lacks, "null" writes null. It returns how.
func (c *cjson) setInvalid(L *lua.LState) int {
	switch v := L.Get(1); v {
	case lua.LFalse:
		c.notFinite = ""
	case lua.LString("null"):
		c.notFinite = "null"
	case lua.LNil:
	default:
		lualib.Raise(L, "encode_invalid_numbers: false and 'null' can be chosen, not %s", describe(v))
	}
	if c.notFinite == "" {
		L.Push(lua.LFalse)
	} else {
		L.Push(lua.LString(c.notFinite))
	}
	return 1
}

// refuseInvalid is decode_invalid_numbers: texts with them are never taken.
func (c *cjson) refuseInvalid(L *lua.LState) int {
	if lua.LVAsBool(L.Get(1)) {
		lualib.Raise(L, "decode_invalid_numbers: only numbers of JSON can be decoded")
	}
	L.Push(lua.LFalse)
	return 1
}

// describe is a value in an error.
func describe(v lua.LValue) string {
	if s, ok := v.(lua.LString); ok {
		return fmt.Sprintf("%q", clip(string(s)))
	}
	return v.String()
}

// clip shortens what a script has given for an error.
func clip(s string) string {
	const most = 64
	if len(s) > most {
		return s[:most] + "..."
	}
	return s
}
