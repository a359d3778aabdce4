package haproxyconf

import (
	"strings"

	"github.com/spoa-lua/spoa-lua/luabind/lint"
	"github.com/spoa-lua/spoa-lua/runtime"
)

// tellState warns of what scripts keep in variables, which in HAProxy all of them
// share and here each VM has for itself. One VM for all messages is like HAProxy,
// but for tasks, which have their own.
func (p *planner) tellState(files []runtime.File) {
	list := make([]lint.File, len(files))
	for i, f := range files {
		list[i] = lint.File(f)
	}
	for _, w := range lint.State(list) {
		more := ", or start the agent with --max-vms 1: one VM for all messages, one after the other"
		if strings.Contains(w.Text, "a task has a VM") {
			more = ""
		}
		p.warn("%s:%d: %s%s", w.File, w.Line, w.Text, more)
	}
}
