package lualib

import (
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
)

func (lib *library) openBase(L *lua.LState) {
	global := L.G.Global
	lib.register(L, global, "", map[string]lua.LGFunction{
		"assert": baseAssert, "collectgarbage": lib.baseCollectgarbage, "error": baseError,
		"getmetatable": baseGetmetatable, "load": lib.baseLoad, "next": baseNext,
		"pcall": lib.basePcall, "print": lib.basePrint, "rawequal": baseRawequal,
		"rawget": baseRawget, "rawlen": baseRawlen, "rawset": baseRawset,
		"select": baseSelect, "setmetatable": lib.baseSetmetatable, "tonumber": baseTonumber,
		"tostring": lib.baseTostring, "type": baseType, "warn": lib.baseWarn,
		"xpcall": lib.baseXpcall,
	})
	lib.openIterators(L)
	global.RawSetString("_G", global)
	global.RawSetString("_VERSION", lua.LString("Lua 5.4"))
}

func baseAssert(L *lua.LState) int {
	if lua.LVAsBool(CheckAny(L, 1)) {
		return L.GetTop()
	}
	if L.GetTop() < 2 {
		raisef(L, "assertion failed!")
	}
	if msg, ok := L.Get(2).(lua.LString); ok {
		raise(L, 1, string(msg))
	}
	L.Error(L.Get(2), 0)
	return 0
}

func baseError(L *lua.LState) int {
	obj := L.Get(1)
	level := OptInteger(L, 2, 1)
	if s, ok := obj.(lua.LString); ok && level > 0 && level < 1<<20 {
		raise(L, int(level), string(s))
	}
	L.Error(obj, 0)
	return 0
}

func baseGetmetatable(L *lua.LState) int {
	v := CheckAny(L, 1)
	if lua54.IsNumber(v) {
		v = lua.LNumber(0) // the metatable of lua54.Int is no affair of scripts
	}
	L.Push(L.GetMetatable(v))
	return 1
}

func (lib *library) baseSetmetatable(L *lua.LState) int {
	t := CheckTable(L, 1)
	mt := L.Get(2)
	if mt.Type() != lua.LTTable && (mt != lua.LNil || L.GetTop() < 2) {
		TypeError(L, 2, "nil or table")
	}
	if metamethod(L, t, "__metatable") != lua.LNil {
		raisef(L, "cannot change a protected metatable")
	}
	t.Metatable = mt
	if mt, ok := mt.(*lua.LTable); ok {
		lib.makeCallable(L, mt)
	}
	L.Push(t)
	return 1
}

func baseRawequal(L *lua.LState) int {
	a, b := CheckAny(L, 1), CheckAny(L, 2)
	L.Push(lua.LBool(L.RawEqual(a, b)))
	return 1
}

func baseRawlen(L *lua.LState) int {
	switch v := L.Get(1).(type) {
	case *lua.LTable:
		pushInt(L, rawLength(v))
	case lua.LString:
		pushInt(L, len(v))
	default:
		TypeError(L, 1, "table or string")
	}
	return 1
}

func baseRawget(L *lua.LState) int {
	t := CheckTable(L, 1)
	L.Push(t.RawGet(CheckAny(L, 2)))
	return 1
}

func baseRawset(L *lua.LState) int {
	t := CheckTable(L, 1)
	key, value := CheckAny(L, 2), CheckAny(L, 3)
	checkKey(L, key)
	t.RawSet(key, value)
	L.Push(t)
	return 1
}

// checkKey refuses the values that cannot be table keys.
func checkKey(L *lua.LState, key lua.LValue) {
	if key == lua.LNil {
		raiseVM(L, "table index is nil")
	}
	if n, ok := key.(lua.LNumber); ok && n != n {
		raiseVM(L, "table index is NaN")
	}
}

func baseSelect(L *lua.LState) int {
	top := L.GetTop()
	if L.Get(1) == lua.LValue(lua.LString("#")) {
		pushInt(L, top-1)
		return 1
	}
	n := CheckInteger(L, 1)
	switch {
	case n < 0:
		n += int64(top)
	case n > int64(top):
		n = int64(top)
	}
	if n < 1 {
		ArgError(L, 1, "index out of range")
	}
	return top - int(n)
}

func baseTonumber(L *lua.LState) int {
	if L.Get(2) != lua.LNil {
		return tonumberBase(L)
	}
	switch v := CheckAny(L, 1).(type) {
	case lua.LNumber, lua54.Int:
		L.Push(v)
	case lua.LString:
		if n, ok := shortDecimal(string(v)); ok {
			pushInt(L, n)
			return 1
		}
		n, ok := lua54.ParseNumber(string(v))
		if !ok {
			n = lua.LNil
		}
		L.Push(n)
	default:
		L.Push(lua.LNil)
	}
	return 1
}

// shortDecimal reads what most numerals of a policy are: a few digits.
func shortDecimal(s string) (n int, ok bool) {
	if s == "" || len(s) > 9 {
		return 0, false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, true
}

// tonumberBase reads digits of a base; like Lua it wraps around at 64 bits.
func tonumberBase(L *lua.LState) int {
	base := CheckInteger(L, 2)
	s, ok := L.Get(1).(lua.LString)
	if !ok {
		TypeError(L, 1, "string")
	}
	if base < 2 || base > 36 {
		ArgError(L, 2, "base out of range")
	}
	digits := strings.Trim(string(s), " \t\n\v\f\r")
	negative := strings.HasPrefix(digits, "-")
	if negative || strings.HasPrefix(digits, "+") {
		digits = digits[1:]
	}
	var n uint64
	for i := 0; i < len(digits); i++ {
		d := digitValue(digits[i])
		if d >= base {
			digits = ""
			break
		}
		n = n*uint64(base) + uint64(d)
	}
	if digits == "" {
		L.Push(lua.LNil)
		return 1
	}
	if negative {
		n = -n
	}
	L.Push(lua54.Integer(int64(n)))
	return 1
}

func digitValue(c byte) int64 {
	switch {
	case c >= '0' && c <= '9':
		return int64(c - '0')
	case c >= 'a' && c <= 'z':
		return int64(c-'a') + 10
	case c >= 'A' && c <= 'Z':
		return int64(c-'A') + 10
	}
	return 99
}

func (lib *library) baseTostring(L *lua.LState) int {
	v := CheckAny(L, 1)
	if _, ok := v.(lua.LString); ok {
		L.Push(v)
		return 1
	}
	L.Push(lua.LString(lib.toText(L, v)))
	return 1
}

func baseType(L *lua.LState) int {
	L.Push(typeNames[basicType(CheckAny(L, 1))])
	return 1
}

// typeNames holds the results of type, so that a call does not allocate.
var typeNames = func() map[string]lua.LValue {
	names := map[string]lua.LValue{}
	for t := lua.LTNil; t <= lua.LTChannel; t++ {
		names[t.String()] = lua.LString(t.String())
	}
	return names
}()
