package runtime

import "github.com/spoa-lua/spoa-lua/luabind/lint"

// tellState warns of what scripts keep in variables, which every VM has for
// itself.
func (r *Runtime) tellState(read *reading) {
	var files []lint.File
	for _, f := range read.luaFiles() {
		files = append(files, lint.File(f))
	}
	for _, w := range lint.State(files) {
		r.cfg.Log.Warn("state is kept in a variable, which every VM has for itself", "script", w.File, "line", w.Line, "hint", w.Text)
	}
}
