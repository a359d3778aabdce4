package luabind

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
	"github.com/spoa-lua/spoa-lua/luabind/luahost"
	"github.com/spoa-lua/spoa-lua/luabind/lualib"
)

// InterpreterConfig is what an Interpreter has of the outside.
type InterpreterConfig struct {
	// Stdout takes what scripts print, Stderr what they warn of, and both what
	// their io writes. Nil discards what is printed and leaves the rest to the
	// log.
	Stdout, Stderr io.Writer
	// Host gives scripts the whole standard library: files, processes,
	// modules from anywhere. Its fields Exit and Module are not used. Nil leaves
	// them in the sandbox of the policies.
	Host *luahost.Config
	// Command is the command line up to the script. Its words have the negative
	// indices of the table arg, the last one -1.
	Command []string
}

// Interpreter runs Lua text in the VM that policies get, but for print, which
// writes to a file in place of the log. It is used by one goroutine at a time.
type Interpreter struct {
	vm      *VM
	stop    atomic.Bool
	exit    *ExitError
	host    *luahost.Host
	command []string
}

// ExitError says that a script has called os.exit.
type ExitError struct{ Code int }

// Error tells the code.
func (e *ExitError) Error() string { return fmt.Sprintf("exit with code %d", e.Code) }

// NewInterpreter makes an Interpreter. The scripts of p are not run, its modules
// can be required. Close it in the end.
func (p *Program) NewInterpreter(cfg InterpreterConfig) *Interpreter {
	in := &Interpreter{vm: p.newVM(nil), command: cfg.Command}
	in.vm.interactive = true
	in.vm.deadline.follow(&in.stop)
	in.vm.openHAProxy()
	write := func(line string) {
		if cfg.Stdout != nil {
			fmt.Fprintln(cfg.Stdout, line)
		}
	}
	if cfg.Host != nil {
		host := *cfg.Host
		host.Exit = in.exits
		host.Module = in.vm.moduleLoader
		in.host = luahost.Open(in.vm.state, in.vm.loaded, host)
		write = in.host.Print
	} else if cfg.Stdout != nil && cfg.Stderr != nil {
		in.host = luahost.OpenReadOnly(in.vm.state, in.vm.loaded, in.vm.hostFiles(), cfg.Stdout, cfg.Stderr)
		in.vm.openDebug()
		write = in.host.Print
	}
	in.vm.setGlobal("print", in.vm.printTo(write))
	if cfg.Stderr != nil {
		lualib.SetPrint(in.vm.state, func(line string) { fmt.Fprintln(cfg.Stderr, line) }) // of warn
	}
	return in
}

// printTo is print as PUC's lua has it.
func (vm *VM) printTo(write func(line string)) lua.LGFunction {
	return func(L *lua.LState) int {
		var b strings.Builder
		for i := 1; i <= L.GetTop(); i++ {
			if i > 1 {
				b.WriteByte('\t')
			}
			b.WriteString(vm.text(L, L.Get(i)))
		}
		write(b.String())
		return 0
	}
}

// exits ends the script as a stop does: no pcall holds it.
func (in *Interpreter) exits(L *lua.LState, code int) {
	in.exit = &ExitError{code}
	in.stop.Store(true)
	L.Error(lua.LString("exit"), 0)
}

// Stop ends what is running, with an error that wraps ErrStopped. Any goroutine
// may call it.
func (in *Interpreter) Stop() { in.stop.Store(true) }

// Close frees what the Interpreter holds and writes what print held back.
func (in *Interpreter) Close() error {
	in.vm.closeOpened()
	in.vm.Close()
	if in.host != nil {
		return in.host.Flush()
	}
	return nil
}

// Run runs a script with arguments: they are in the global table arg and in
// `...`. The error is a *ScriptError or an *ExitError. A ScriptError's Msg is
// all of its text, with the place in front. A Stop that came before counts.
func (in *Interpreter) Run(name string, src []byte, args ...string) error {
	arg := in.vm.state.CreateTable(len(args), 1)
	arg.RawSetInt(0, lua.LString(name))
	for i, word := range in.command {
		arg.RawSetInt(i-len(in.command), lua.LString(word))
	}
	values := make([]lua.LValue, len(args))
	for i, a := range args {
		values[i] = lua.LString(a)
		arg.RawSetInt(i+1, values[i])
	}
	in.vm.state.G.Global.RawSetString("arg", arg)
	proto, err := compile(name, src)
	if err != nil {
		return &ScriptError{Msg: err.Error(), Err: err}
	}
	_, err = in.call(in.vm.lua.NewFunction(proto, in.vm.state.G.Global), name, values...)
	return err
}

// call calls fn and returns its results.
func (in *Interpreter) call(fn lua.LValue, script string, args ...lua.LValue) ([]lua.LValue, error) {
	L := in.vm.state
	in.vm.script, in.vm.logged = script, 0
	top := L.GetTop()
	L.Push(fn)
	for _, v := range args {
		L.Push(v)
	}
	err := in.vm.lua.PCall(L, len(args), lua.MultRet, nil)
	defer L.SetTop(top)
	switch {
	case in.exit != nil:
		return nil, in.exit
	case in.vm.panicked != nil:
		return nil, in.vm.panicked
	case err != nil:
		return nil, in.failed(err)
	}
	var results []lua.LValue
	for i := top + 1; i <= L.GetTop(); i++ {
		results = append(results, L.Get(i))
	}
	return results, nil
}

// failed makes the error of a call that failed, in the words of PUC's lua.
func (in *Interpreter) failed(err error) *ScriptError {
	e := &ScriptError{Err: err}
	var api *lua.ApiError
	if !errors.As(err, &api) {
		e.Msg = err.Error()
		return e
	}
	e.Traceback = api.StackTrace
	if in.stop.Load() {
		e.Err = ErrStopped
	}
	v := lua54.ErrorValue(err)
	e.Msg = errorText(v)
	if v.Type() != lua.LTString && in.vm.state.GetMetaField(v, "__tostring") != lua.LNil {
		if text, again := in.call(in.vm.tostring, "", v); again == nil {
			e.Msg, e.Traceback = text[0].String(), ""
		}
	}
	return e
}
