package lualib

import (
	"math"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
)

// openOS opens what os has without touching files, processes or the locale.
func (lib *library) openOS(L *lua.LState) {
	lib.module(L, "os", map[string]lua.LGFunction{
		"clock": lib.osClock, "date": lib.osDate, "difftime": osDifftime,
		"getenv": lib.osGetenv, "time": lib.osTime,
	})
}

// osClock is the time since the VM was made. Processor time would be that of
// all VMs of the process together. It goes in microseconds as there: scripts take
// os.time() + os.clock() * 1000000 for an integer.
func (lib *library) osClock(L *lua.LState) int {
	L.Push(lua.LNumber(float64(time.Since(lib.started).Microseconds()) / 1e6))
	return 1
}

func osDifftime(L *lua.LState) int {
	L.Push(lua.LNumber(float64(CheckInteger(L, 1)) - float64(CheckInteger(L, 2))))
	return 1
}

func (lib *library) osGetenv(L *lua.LState) int {
	value, ok := lib.Getenv(CheckString(L, 1))
	if !ok {
		L.Push(lua.LNil)
		return 1
	}
	L.Push(lua.LString(value))
	return 1
}

func (lib *library) osTime(L *lua.LState) int {
	if L.Get(1) == lua.LNil {
		L.Push(lua.LNumber(lib.Now().Unix()))
		return 1
	}
	t := CheckTable(L, 1)
	year := lib.dateField(L, t, "year", -1, 1900)
	month := lib.dateField(L, t, "month", -1, 1)
	day := lib.dateField(L, t, "day", -1, 0)
	hour := lib.dateField(L, t, "hour", 12, 0)
	minute := lib.dateField(L, t, "min", 0, 0)
	second := lib.dateField(L, t, "sec", 0, 0)
	when := time.Date(year+1900, time.Month(month+1), day, hour, minute, second, 0, lib.Location)
	setDateFields(t, when)
	L.Push(lua54.Integer(when.Unix()))
	return 1
}

// dateField reads a field less its offset in C's struct tm, where it has to
// fit in an int. A negative default means that the field must be there.
func (lib *library) dateField(L *lua.LState, t *lua.LTable, key string, def int, offset int64) int {
	v := lib.getTable(L, t, lua.LString(key))
	if s, ok := v.(lua.LString); ok {
		if n, ok := lua54.ParseNumber(string(s)); ok {
			v = n
		}
	}
	n, ok := lua54.ToInteger(v)
	switch {
	case ok:
	case v != lua.LNil:
		raisef(L, "field '%s' is not an integer", key)
	case def < 0:
		raisef(L, "field '%s' missing in date table", key)
	default:
		return def
	}
	if n > math.MaxInt32+offset || n < math.MinInt32+offset {
		raisef(L, "field '%s' is out-of-bound", key)
	}
	return int(n - offset)
}

func setDateFields(t *lua.LTable, when time.Time) {
	for key, n := range map[string]int{
		"year": when.Year(), "month": int(when.Month()), "day": when.Day(),
		"hour": when.Hour(), "min": when.Minute(), "sec": when.Second(),
		"yday": when.YearDay(), "wday": int(when.Weekday()) + 1,
	} {
		t.RawSetString(key, lua.LNumber(n))
	}
	t.RawSetString("isdst", lua.LBool(when.IsDST()))
}
