package haproxy

import (
	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lualib"
)

// maxTaskArgs is how many values core.register_task passes on.
const maxTaskArgs = 4

// registerTask is core.register_task(fn[, ...]).
func (api *API) registerTask(L *lua.LState) int {
	n := L.GetTop()
	if n < 1 {
		lualib.Raise(L, "register_task: <func> argument is required")
	}
	if n > 1+maxTaskArgs {
		lualib.Raise(L, "register_task: no more that %d optional arguments may be provided", maxTaskArgs)
	}
	fn := lualib.CheckFunction(L, 1)
	if !api.host.Loading() {
		lualib.Raise(L, "register_task: only while scripts are loaded: a task has a VM of its own, where this function is not; register one task there, and push to a core.queue what it shall do")
	}
	var args []lua.LValue
	for i := 2; i <= n; i++ {
		args = append(args, L.Get(i))
	}
	api.host.Task(L, func(L *lua.LState) int {
		api.begin("")
		L.Push(fn)
		for _, v := range args {
			L.Push(v)
		}
		api.call(L, len(args))
		return 0
	})
	return 0
}
