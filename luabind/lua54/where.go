package lua54

import (
	"fmt"

	lua "github.com/yuin/gopher-lua"
)

// Where returns the place that an error of that level is reported at, as
// "chunk:line: ": level 1 is the function that called the running Go
// function. It is empty for a function that is not Lua, like luaL_where.
func (rt *Runtime) Where(L *lua.LState, level int) string {
	f := rt.frame(L)
	for f != nil && level > 0 {
		f = f.Parent
		if f != nil && f.visible() {
			level--
		}
	}
	if f == nil || f.Fn.IsG || f.Pc == 0 {
		return ""
	}
	p := f.Fn.Proto
	return fmt.Sprintf("%s:%d: ", p.SourceName, p.DbgSourcePositions[f.Pc-1])
}
