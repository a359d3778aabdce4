package luahost

import (
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lualib"
)

// debugGetinfo is debug.getinfo([thread,] f [, what]).
func debugGetinfo(L *lua.LState) int {
	of, skip := thread(L)
	what := lualib.OptString(L, skip+2, "flnSrtu")
	if strings.Trim(what, "SlnrutLf") != "" {
		lualib.ArgError(L, skip+2, "invalid option")
	}
	kind, dbg := "", &lua.Debug{CurrentLine: -1}
	fn, given := L.Get(skip + 1).(*lua.LFunction)
	if given {
		_, _ = of.GetInfo(">Su", dbg, fn) // it is a function
	} else {
		if dbg = level(L, of, skip+1); dbg == nil {
			L.Push(lua.LNil)
			return 1
		}
		v, _ := of.GetInfo("Sluf", dbg, lua.LNil) // the level exists
		fn, _ = v.(*lua.LFunction)
		kind, dbg.Name = lualib.CalledAs(L, of, lualib.CheckInteger(L, skip+1))
	}
	t := L.NewTable()
	for _, c := range what {
		if c == 'n' {
			t.RawSetString("namewhat", lua.LString(kind))
			pushField(t, "name", dbg.Name)
			continue
		}
		describe(L, t, byte(c), dbg, fn)
	}
	L.Push(t)
	return 1
}

func pushField(t *lua.LTable, field, value string) {
	if value != "" {
		t.RawSetString(field, lua.LString(value))
	}
}

// describe sets the fields of one letter of what.
func describe(L *lua.LState, t *lua.LTable, what byte, dbg *lua.Debug, fn *lua.LFunction) {
	switch what {
	case 'S':
		describeSource(t, fn)
	case 'l':
		t.RawSetString("currentline", lua.LNumber(dbg.CurrentLine))
	case 'n':
		t.RawSetString("namewhat", lua.LString(""))
		if dbg.Name != "" && dbg.Name != "?" && !strings.HasPrefix(dbg.Name, "(") && !strings.HasPrefix(dbg.Name, "<") {
			t.RawSetString("name", lua.LString(dbg.Name))
			t.RawSetString("namewhat", lua.LString("global"))
		}
	case 'r':
		t.RawSetString("ftransfer", lua.LNumber(0))
		t.RawSetString("ntransfer", lua.LNumber(0))
	case 't':
		t.RawSetString("istailcall", lua.LFalse)
	case 'u':
		nups := len(upvaluePlaces(fn))
		if hasHiddenEnv(fn) {
			nups++
		}
		t.RawSetString("nups", lua.LNumber(nups))
		t.RawSetString("nparams", lua.LNumber(0))
		t.RawSetString("isvararg", lua.LTrue)
		if !fn.IsG {
			t.RawSetString("nparams", lua.LNumber(fn.Proto.NumParameters))
			t.RawSetString("isvararg", lua.LBool(fn.Proto.IsVarArg != 0))
		}
	case 'f':
		t.RawSetString("func", fn)
	case 'L':
		if !fn.IsG {
			t.RawSetString("activelines", activeLines(L, fn.Proto))
		}
	}
}

func describeSource(t *lua.LTable, fn *lua.LFunction) {
	source, short, what, first, last := "=[C]", "[C]", "C", -1, -1
	if !fn.IsG {
		p := fn.Proto
		source, short, what, first, last = "@"+p.SourceName, p.SourceName, "Lua", p.LineDefined, p.LastLineDefined
		if text, ok := strings.CutPrefix(short, `[string "`); ok {
			// What was cut off nobody knows any more.
			source = strings.TrimSuffix(strings.TrimSuffix(text, `"]`), "...")
		}
		if first == 0 {
			what = "main"
		}
	}
	t.RawSetString("source", lua.LString(source))
	t.RawSetString("short_src", lua.LString(short))
	t.RawSetString("what", lua.LString(what))
	t.RawSetString("linedefined", lua.LNumber(first))
	t.RawSetString("lastlinedefined", lua.LNumber(last))
}

// activeLines is the set of the lines that have code.
func activeLines(L *lua.LState, p *lua.FunctionProto) *lua.LTable {
	t := L.NewTable()
	for _, line := range p.DbgSourcePositions {
		t.RawSetInt(line, lua.LTrue)
	}
	return t
}
