package modules

import (
	"context"
	"io"
	"os"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lualib"
	"github.com/spoa-lua/spoa-lua/luabind/remote"
)

// Host is the VM that a module is opened in. It is used by the VM's goroutine.
type Host interface {
	// Loading reports whether scripts or their init functions run.
	Loading() bool
	// Script is the name of the script that runs.
	Script() string
	// ReadFile returns a file below the script folders, and raises an error
	// when there is none.
	ReadFile(L *lua.LState, path string) []byte
	// Raise raises an error of Go, which the one of the script then wraps.
	Raise(L *lua.LState, err error)
	// NewFunction makes a Lua function of fn.
	NewFunction(fn lua.LGFunction) *lua.LFunction
	// Network is what scripts may reach; nil is nothing.
	Network() remote.Network
	// Wait runs fn, which may take its time and returns soon when ctx ends. It
	// raises an error while scripts are loaded.
	Wait(L *lua.LState, fn func(ctx context.Context) error) error
	// TimeLeft is how long Wait may take; false means that nothing may wait now.
	TimeLeft() (time.Duration, bool)
	// Opened has c closed when the run of the script ends; false means that too
	// much is open. Closed takes that back.
	Opened(c io.Closer) bool
	Closed(c io.Closer)
	// WarnOnce logs a warning, the first time that there is one of this kind and
	// text.
	WarnOnce(L *lua.LState, kind, text string)
}

// Shared is what the VMs of one load have in common. The zero value is ready; the
// functions may be called by any goroutine.
type Shared struct {
	// OpenFile opens a file below the script folders, again whenever it is called.
	// The name is what messages call the file. Nil means that there is none.
	OpenFile func(script, path string) (f *os.File, name string, err error)
	// Stale is told why a file that has changed is not used. Nil means nobody.
	Stale func(err error)
	// KeySets fetches what jwt.jwks asks for. Nil means that nothing is fetched.
	KeySets *KeySets

	keySets   keySetUse
	sets      ipSets
	patterns  patterns
	databases mmdbs
	hashing   turns
}

// env is where a module is opened.
type env struct {
	L      *lua.LState // the VM's main thread
	caller *lua.LState // the thread that requires the module
	host   Host
	shared *Shared
}

// Open returns the module of that name, made for the VM with the main thread L on
// behalf of the thread that runs, or nil when there is none.
func Open(L, caller *lua.LState, host Host, shared *Shared, name string) lua.LValue {
	open, ok := openers()[name]
	if !ok {
		return nil
	}
	return open(env{L, caller, host, shared})
}

// Has reports whether there is a module of that name.
func Has(name string) bool {
	_, ok := openers()[name]
	return ok
}

// Names returns the names of all modules.
func Names() []string {
	var names []string
	for name := range openers() {
		names = append(names, name)
	}
	return names
}

// table makes a table of functions.
func (e env) table(funcs map[string]lua.LGFunction) *lua.LTable {
	t := e.L.CreateTable(0, len(funcs)+2)
	for name, fn := range funcs {
		t.RawSetString(name, e.host.NewFunction(fn))
	}
	return t
}

// class makes the metatable of objects that have these methods.
func (e env) class(name string, methods map[string]lua.LGFunction) *lua.LTable {
	mt := e.L.CreateTable(0, 4)
	mt.RawSetString("__index", e.table(methods))
	mt.RawSetString("__name", lua.LString(name))
	return mt
}

// classOnce is class for objects that more than one module makes. The metamethods
// are those besides __index.
func (e env) classOnce(name string, methods, metamethods map[string]lua.LGFunction) *lua.LTable {
	key := "modules." + name
	if class, ok := e.L.G.Registry.RawGetString(key).(*lua.LTable); ok {
		return class
	}
	class := e.class(name, methods)
	for name, fn := range metamethods {
		class.RawSetString(name, e.host.NewFunction(fn))
	}
	e.L.G.Registry.RawSetString(key, class)
	return class
}

// object makes a userdata of a class.
func object(v any, class *lua.LTable) *lua.LUserData {
	return &lua.LUserData{Value: v, Metatable: class}
}

// self returns argument n, which must be an object that holds a T.
func self[T any](L *lua.LState, n int, want string) T {
	if ud, ok := L.Get(n).(*lua.LUserData); ok {
		if v, ok := ud.Value.(T); ok {
			return v
		}
	}
	lualib.TypeError(L, n, want)
	panic("TypeError returned")
}

// checkAlive raises the error of the deadline when it has passed.
func checkAlive(L *lua.LState) {
	if err := expired(L); err != nil {
		lualib.Raise(L, "%s", err)
	}
}

// expired is the error of the deadline when it has passed.
func expired(L *lua.LState) error {
	if ctx := L.Context(); ctx != nil {
		return ctx.Err()
	}
	return nil
}

// fail pushes nil and a text, as functions do that do not raise errors.
func fail(L *lua.LState, err error) int {
	L.Push(lua.LNil)
	L.Push(lua.LString(err.Error()))
	return 2
}
