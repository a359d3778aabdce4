package luahost

import (
	"errors"
	"syscall"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lualib"
)

// pushExit pushes what os.execute and the close of a pipe return.
func pushExit(L *lua.LState, e exit) int {
	ok := lua.LNil
	if e.ok {
		ok = lua.LTrue
	}
	L.Push(ok)
	L.Push(lua.LString(e.what))
	L.Push(lua.LNumber(e.code))
	return 3
}

// processEnd is how a process has ended that Wait told err of.
func processEnd(err error) exit {
	if err == nil {
		return exit{true, "exit", 0}
	}
	var state interface{ Sys() any }
	if errors.As(err, &state) {
		if status, ok := state.Sys().(syscall.WaitStatus); ok {
			if status.Signaled() {
				return exit{false, "signal", int(status.Signal())}
			}
			return exit{false, "exit", status.ExitStatus()}
		}
	}
	return exit{false, "exit", 127}
}

func (h *Host) ioPopen(L *lua.LState) int {
	command := lualib.CheckString(L, 1)
	mode := lualib.OptString(L, 2, "r")
	if mode != "r" && mode != "w" {
		lualib.ArgError(L, 2, "invalid mode")
	}
	if h.Shell == nil {
		lualib.Raise(L, "'popen' not supported")
	}
	if err := h.Flush(); err != nil {
		return failure(L, err, command)
	}
	p := h.Shell(command, mode)
	f, err := pipeTo(p, mode)
	if err == nil {
		err = p.Start()
	}
	if err != nil {
		return failure(L, err, command)
	}
	f.wait = func() exit { return processEnd(p.Wait()) }
	L.Push(h.newFile(f))
	return 1
}

func pipeTo(p Process, mode string) (*file, error) {
	if mode == "w" {
		w, err := p.StdinPipe()
		return &file{w: w, c: w}, err
	}
	r, err := p.StdoutPipe()
	return &file{r: r, c: r}, err
}

func (h *Host) osExecute(L *lua.LState) int {
	if L.Get(1) == lua.LNil {
		L.Push(lua.LBool(h.Shell != nil))
		return 1
	}
	command := lualib.CheckString(L, 1)
	if h.Shell == nil {
		return pushExit(L, exit{false, "exit", 127})
	}
	if err := h.Flush(); err != nil {
		return failure(L, err, "")
	}
	p := h.Shell(command, "")
	if err := p.Start(); err != nil {
		return failure(L, err, "")
	}
	return pushExit(L, processEnd(p.Wait()))
}
