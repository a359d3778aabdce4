package lualib

import (
	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
)

const noInteger = "number has no integer representation"

// TypeName is the name of the value's type in messages: the __name of its
// metatable if that is a string, else the basic type.
func TypeName(L *lua.LState, v lua.LValue) string {
	switch v.(type) {
	case *lua.LTable, *lua.LUserData:
		if name, ok := L.GetMetaField(v, "__name").(lua.LString); ok {
			return string(name)
		}
	}
	return basicType(v)
}

// basicType is what the function type returns.
func basicType(v lua.LValue) string {
	if _, ok := v.(lua54.Int); ok {
		return "number"
	}
	return v.Type().String()
}

// CheckAny returns argument n, which must be there but may be nil.
func CheckAny(L *lua.LState, n int) lua.LValue {
	if n > L.GetTop() {
		ArgError(L, n, "value expected")
	}
	return L.Get(n)
}

// CheckInteger returns argument n as an integer. A float must have no
// fraction; a string must be a numeral of an integer.
func CheckInteger(L *lua.LState, n int) int64 {
	v := L.Get(n)
	if f, ok := v.(lua.LNumber); ok {
		if i := int64(f); lua.LNumber(i) == f && f >= -1<<53 && f <= 1<<53 {
			return i
		}
	}
	if s, ok := v.(lua.LString); ok {
		num, ok := lua54.ParseNumber(string(s))
		if !ok {
			TypeError(L, n, "number")
		}
		v = num
	}
	i, ok := lua54.ToInteger(v)
	if !ok {
		if !lua54.IsNumber(v) {
			TypeError(L, n, "number")
		}
		ArgError(L, n, noInteger)
	}
	return i
}

// OptInteger is CheckInteger with a default for nil or no value.
func OptInteger(L *lua.LState, n int, def int64) int64 {
	if L.Get(n) == lua.LNil {
		return def
	}
	return CheckInteger(L, n)
}

// checkNumber returns argument n as a number: a lua.LNumber or lua54.Int. A
// string that is a numeral is converted.
func checkNumber(L *lua.LState, n int) lua.LValue {
	v := L.Get(n)
	if lua54.IsNumber(v) {
		return v
	}
	if s, ok := v.(lua.LString); ok {
		if num, ok := lua54.ParseNumber(string(s)); ok {
			return num
		}
	}
	TypeError(L, n, "number")
	return nil
}

// CheckFloat returns argument n as a float64.
func CheckFloat(L *lua.LState, n int) float64 {
	f, _ := lua54.ToFloat(checkNumber(L, n))
	return f
}

// OptFloat is CheckFloat with a default for nil or no value.
func OptFloat(L *lua.LState, n int, def float64) float64 {
	if L.Get(n) == lua.LNil {
		return def
	}
	return CheckFloat(L, n)
}

// CheckString returns argument n as a string; a number is formatted.
func CheckString(L *lua.LState, n int) string {
	switch v := L.Get(n).(type) {
	case lua.LString:
		return string(v)
	case lua.LNumber, lua54.Int:
		return lua54.FormatNumber(v)
	}
	TypeError(L, n, "string")
	return ""
}

// OptString is CheckString with a default for nil or no value.
func OptString(L *lua.LState, n int, def string) string {
	if L.Get(n) == lua.LNil {
		return def
	}
	return CheckString(L, n)
}

// CheckTable returns argument n, which must be a table.
func CheckTable(L *lua.LState, n int) *lua.LTable {
	t, ok := L.Get(n).(*lua.LTable)
	if !ok {
		TypeError(L, n, "table")
	}
	return t
}

// CheckFunction returns argument n, which must be a function.
func CheckFunction(L *lua.LState, n int) *lua.LFunction {
	f, ok := L.Get(n).(*lua.LFunction)
	if !ok {
		TypeError(L, n, "function")
	}
	return f
}
