package lua54

import (
	"fmt"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// maxTraceback is how many functions a traceback shows at most, half of them
// from each end.
const maxTraceback = 20

// traceback lists the running functions, innermost first.
func (rt *Runtime) traceback(L *lua.LState) string {
	depth := 0
	for f := rt.frame(L); f != nil; f = f.Parent {
		depth++
	}
	var b strings.Builder
	b.WriteString("stack traceback:")
	i := 0
	for f := rt.frame(L); f != nil; f = f.Parent {
		i++
		switch {
		case depth <= maxTraceback || i <= maxTraceback/2 || i > depth-maxTraceback/2:
			if f.Fn != rt.guard {
				b.WriteString("\n\t" + frameText(f))
			}
		case i == maxTraceback/2+1:
			fmt.Fprintf(&b, "\n\t...\t(skipping %d levels)", depth-maxTraceback)
		}
	}
	return b.String()
}

// Traceback lists the running functions of a thread as debug.traceback of PUC
// Lua does, from the level on; level 0 is the innermost.
func (rt *Runtime) Traceback(L *lua.LState, level int) string {
	var lines []string
	for f := rt.frame(L); f != nil; f = f.Parent {
		if f.Fn == rt.guard {
			continue
		}
		if level--; level < 0 {
			lines = append(lines, "\n\t"+levelText(f))
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

// levelText is a line of Traceback.
func levelText(f *frame) string {
	at, name := "[C]", "?"
	if p := f.Fn.Proto; !f.Fn.IsG {
		at = fmt.Sprintf("%s:%d", p.SourceName, p.DbgSourcePositions[max(f.Pc-1, 0)])
		name = fmt.Sprintf("function <%s:%d>", p.SourceName, p.LineDefined)
		if p.LineDefined == 0 {
			return at + ": in main chunk"
		}
	}
	if p := f.Parent; p != nil && !p.Fn.IsG && calls(p) {
		note := noteOf(p.Fn.Proto, p.Pc-1, 0)
		if kind, _, ok := strings.Cut(strings.TrimPrefix(note, " ("), " '"); ok {
			name = strings.Trim(note, " ()")
			if kind == "global" {
				name = "function" + strings.TrimPrefix(name, kind)
			}
		}
	}
	return at + ": in " + name
}

// calls says whether the function is at a call, rather than at an operator that
// has a metamethod.
func calls(f *frame) bool {
	op := int(f.Fn.Proto.Code[max(f.Pc-1, 0)] >> 26)
	return op == lua.OP_CALL || op == lua.OP_TAILCALL
}

func frameText(f *frame) string {
	name := "in function"
	if p := f.Parent; p != nil && !p.Fn.IsG {
		for _, c := range p.Fn.Proto.DbgCalls {
			if c.Pc == p.Pc-1 {
				name = fmt.Sprintf("in function '%s'", c.Name)
			}
		}
	}
	if f.Fn.IsG {
		return "[Go]: " + name
	}
	p := f.Fn.Proto
	if p.LineDefined == 0 {
		name = "in main chunk"
	} else if name == "in function" {
		name = fmt.Sprintf("in function <%s:%d>", p.SourceName, p.LineDefined)
	}
	return fmt.Sprintf("%s:%d: %s", p.SourceName, p.DbgSourcePositions[max(f.Pc-1, 0)], name)
}
