package lua54

import (
	"fmt"
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
