package lua54

import (
	"fmt"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// Hide keeps a new Go function out of tracebacks and levels: scripts know nothing
// of it. It returns the function.
func Hide(fn *lua.LFunction) *lua.LFunction { return hide(fn, "") }

// hide is Hide for a function that is called where PUC Lua has an instruction,
// which may call the metamethod of that event.
func hide(fn *lua.LFunction, event string) *lua.LFunction {
	uv := &lua.Upvalue{}
	uv.SetValue(hiddenMark(strings.TrimPrefix(event, "__")))
	fn.Upvalues = []*lua.Upvalue{uv}
	return fn
}

// hiddenMark is the upvalue of a function that is hidden: the metamethod that it
// may call, or "".
type hiddenMark string

// String returns the metamethod.
func (m hiddenMark) String() string { return string(m) }

// Type says userdata, which no script gets.
func (m hiddenMark) Type() lua.LValueType { return lua.LTUserData }

// hidden says whether scripts know nothing of the frame, and which metamethod it
// may call.
func (f *frame) hidden() (event string, hidden bool) {
	if !f.Fn.IsG || len(f.Fn.Upvalues) == 0 {
		return "", false
	}
	mark, ok := f.Fn.Upvalues[0].Value().(hiddenMark)
	return string(mark), ok
}

func (f *frame) visible() bool {
	_, hidden := f.hidden()
	return !hidden
}

// Level is what lua.LState.GetStack wants for the function at a level as Lua
// 5.4 counts them: tail calls are no levels, nor are functions that scripts do
// not know of. It returns false when there are not so many.
func (rt *Runtime) Level(L *lua.LState, level int) (int, bool) {
	at := 0
	for f := rt.frame(L); f != nil; f = f.Parent {
		if f.visible() {
			if level == 0 {
				return at, true
			}
			level--
		}
		at++
		if !f.Fn.IsG {
			at += f.TailCall
		}
	}
	return 0, false
}

// Traceback lists the running functions of a thread as debug.traceback of PUC
// Lua does, from the level on; level 0 is the innermost.
func (rt *Runtime) Traceback(L *lua.LState, level int) string {
	var lines []string
	for f := rt.frame(L); f != nil; f = f.Parent {
		if !f.visible() {
			continue
		}
		if level--; level < 0 {
			lines = append(lines, rt.levelText(f))
		}
	}
	if L == L.G.MainThread {
		lines = append(lines, "\n\t[C]: in ?") // who called the script
	}
	const first, last = 10, 11
	if n := len(lines) - first - last; n > 0 {
		skipped := fmt.Sprintf("\n\t...\t(skipping %d levels)", n-1) // PUC Lua counts one less
		lines = slices.Concat(lines[:first], []string{skipped}, lines[first+n:])
	}
	return "stack traceback:" + strings.Join(lines, "")
}

// levelText is a line of Traceback, or two.
func (rt *Runtime) levelText(f *frame) string {
	if f.Fn.IsG {
		return "\n\t[C]: in " + rt.frameName(f, "?")
	}
	p := f.Fn.Proto
	name := "main chunk"
	if p.LineDefined != 0 {
		name = rt.frameName(f, fmt.Sprintf("function <%s:%d>", p.SourceName, p.LineDefined))
	}
	text := fmt.Sprintf("\n\t%s:%d: in %s", p.SourceName, p.DbgSourcePositions[max(f.Pc-1, 0)], name)
	if f.TailCall > 0 {
		text += "\n\t(...tail calls...)"
	}
	return text
}

// frameName is how a traceback calls the function, or other.
func (rt *Runtime) frameName(f *frame, other string) string {
	if f.Fn.IsG && rt.NameOf != nil {
		if name := rt.NameOf(f.Fn); name != "" {
			return "function '" + name + "'"
		}
	}
	what, name := rt.calledAs(f)
	switch what {
	case "":
		return other
	case "global":
		what = "function"
	}
	return what + " '" + name + "'"
}

// CalledAs says how the function at a level was called, in the words of Lua
// 5.4's debug.getinfo: as a local, global, method, field, upvalue, constant,
// metamethod or for iterator, and by what name. Both are empty when that is
// not known.
func (rt *Runtime) CalledAs(L *lua.LState, level int) (what, name string) {
	for f := rt.frame(L); f != nil; f = f.Parent {
		if !f.visible() {
			continue
		}
		if level--; level < 0 {
			return rt.calledAs(f)
		}
	}
	return "", ""
}

func (rt *Runtime) calledAs(f *frame) (what, name string) {
	p := f.Parent
	if p == nil || f.TailCall > 0 {
		return "", ""
	}
	if p.Fn.IsG {
		if event, _ := p.hidden(); event != "" {
			return "metamethod", event
		}
		return "", ""
	}
	at := max(p.Pc-1, 0)
	op := int(p.Fn.Proto.Code[at] >> 26)
	switch op {
	case lua.OP_CALL, lua.OP_TAILCALL:
		what, name, _ = strings.Cut(strings.TrimPrefix(noteOf(p.Fn.Proto, at, 0), " ("), " '")
		return what, strings.TrimSuffix(name, "')")
	case lua.OP_TFORLOOP:
		return "for iterator", "for iterator"
	}
	if event := instructionEvents[op]; event != "" {
		return "metamethod", event
	}
	return "", ""
}

// instructionEvents names the metamethod that an instruction may call.
var instructionEvents = map[int]string{
	lua.OP_GETGLOBAL: "index", lua.OP_GETTABLE: "index", lua.OP_GETTABLEKS: "index", lua.OP_SELF: "index",
	lua.OP_SETGLOBAL: "newindex", lua.OP_SETTABLE: "newindex", lua.OP_SETTABLEKS: "newindex",
	lua.OP_ADD: "add", lua.OP_SUB: "sub", lua.OP_MUL: "mul", lua.OP_DIV: "div", lua.OP_MOD: "mod", lua.OP_POW: "pow",
	lua.OP_UNM: "unm", lua.OP_LEN: "len", lua.OP_EQ: "eq", lua.OP_LT: "lt", lua.OP_LE: "le",
}
