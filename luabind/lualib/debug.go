package lualib

import (
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// openDebug opens the part of debug that only looks: no hooks, no locals, no
// upvalues, no metatables.
func (lib *library) openDebug(L *lua.LState) {
	lib.module(L, "debug", map[string]lua.LGFunction{
		"traceback": lib.debugTraceback, "getinfo": debugGetinfo,
	})
}

// OpenDebug is what Config.Debug does, for a VM that is open.
func OpenDebug(L *lua.LState) { from(L).openDebug(L) }

func (lib *library) debugTraceback(L *lua.LState) int {
	th, at, level := L, 1, int64(1)
	if other, ok := L.Get(1).(*lua.LState); ok {
		th, at = other, 2
		if other != L {
			level = 0
		}
	}
	msg := L.Get(at)
	if msg != lua.LNil && msg.Type() != lua.LTString && msg.Type() != lua.LTNumber {
		L.Push(msg)
		return 1
	}
	var text strings.Builder
	if msg != lua.LNil {
		text.WriteString(CheckString(L, at) + "\n")
	}
	from := max(OptInteger(L, at+1, level), 0)
	text.WriteString(lib.rt.Traceback(th, int(min(from, 1<<20))))
	L.Push(lua.LString(text.String()))
	return 1
}

func debugGetinfo(L *lua.LState) int {
	dbg := &lua.Debug{CurrentLine: -1}
	var fn lua.LValue
	kind := ""
	if f, ok := L.Get(1).(*lua.LFunction); ok {
		fn = f
		_, _ = L.GetInfo(">Su", dbg, f)
	} else {
		level := CheckInteger(L, 1)
		if dbg = stackLevel(L, L, level); dbg == nil {
			L.Push(lua.LNil)
			return 1
		}
		fn, _ = L.GetInfo("nSluf", dbg, lua.LNil)
		kind, dbg.Name = from(L).rt.CalledAs(L, int(level))
	}
	t := L.NewTable()
	source, short := "@"+dbg.Source, dbg.Source
	switch {
	case dbg.What == "G":
		dbg.What, source, short = "C", "=[C]", "[C]"
	case !strings.Contains(short, "/"):
		source = "@./" + short // scripts look for their folder in it
	}
	t.RawSetString("source", lua.LString(source))
	t.RawSetString("short_src", lua.LString(short))
	t.RawSetString("what", lua.LString(dbg.What))
	t.RawSetString("currentline", lua.LNumber(dbg.CurrentLine))
	t.RawSetString("linedefined", lua.LNumber(dbg.LineDefined))
	t.RawSetString("lastlinedefined", lua.LNumber(dbg.LastLineDefined))
	t.RawSetString("nups", lua.LNumber(dbg.NUpvalues))
	t.RawSetString("func", fn)
	t.RawSetString("namewhat", lua.LString(kind))
	if kind != "" {
		t.RawSetString("name", lua.LString(dbg.Name))
	}
	L.Push(t)
	return 1
}

// CalledAs says how the function at a level of the thread was called, as
// debug.getinfo does.
func CalledAs(L, of *lua.LState, level int64) (what, name string) {
	return from(L).rt.CalledAs(of, int(min(level, 1<<20)))
}

// StackLevel is the running function of the thread at a level as debug.getinfo
// counts them on the running thread L; nil when it is beyond the last one.
func StackLevel(L, of *lua.LState, level int64) *lua.Debug { return stackLevel(L, of, level) }

func stackLevel(L, of *lua.LState, level int64) *lua.Debug {
	if level < 0 || level > 1<<20 {
		return nil
	}
	at, ok := from(L).rt.Level(of, int(level))
	if !ok {
		return nil
	}
	dbg, _ := of.GetStack(at)
	return dbg
}
