package lualib

import (
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
)

// libraryKey is the registry field that leads from a VM to its library.
const libraryKey = "lualib.library"

// library is the state that the functions of one VM share. Like the VM it is
// used by one goroutine at a time.
type library struct {
	Config
	rt       *lua54.Runtime
	names    map[*lua.LFunction]string
	patterns patternCache
	random   xoshiro
	depth    int // of calls from Go into Lua
	// unyieldable counts those of depth that a coroutine cannot be suspended
	// in: the callbacks of sort and gsub, metamethods called by functions.
	unyieldable int
	started     time.Time
	warnOn      bool
	collector   collector
	routines    coroutines
}

// Open fills the VM of L with the standard library. It must be called once,
// before any script runs, on a state made with SkipOpenLibs. It opens package
// lua54's run time too.
func Open(L *lua.LState, cfg Config) {
	lib := &library{Config: cfg.withDefaults(), names: map[*lua.LFunction]string{}}
	lib.rt = lua54.Open(L)
	lib.rt.MaxString = lib.Limits.MaxString
	lib.rt.NameOf = func(fn *lua.LFunction) string { return lib.names[fn] }
	L.G.Registry.RawSetString(libraryKey, &lua.LUserData{Value: lib, Metatable: lua.LNil})
	lib.started = time.Now()
	lib.collector = collector{pause: 200, stepmul: 100}
	lib.openBase(L)
	lib.openString(L)
	lib.openTable(L)
	lib.openMath(L)
	lib.openUTF8(L)
	lib.openOS(L)
	lib.openCoroutine(L)
	if cfg.Debug {
		lib.openDebug(L)
	}
}

// SetPrint changes what Config.Print is, after Open.
func SetPrint(L *lua.LState, write func(line string)) { from(L).Print = write }

// SetMaxArrayIndex sets gopher-lua's limit for the array part of tables to a
// value measured for policies, 2^20. It is a variable of that package, shared
// by all VMs of the process, so call it once before the first VM is made.
//
// With gopher-lua's default, t[60000000] = 1 allocates 4.7 GB for one element
// (append grows and copies on the way). With 2^20 the worst assignment costs
// 86 MB of allocations and keeps 29 MB. Elements beyond the limit live in the
// hash part: they work, but the VM's # operator does not count them.
func SetMaxArrayIndex() { lua.MaxArrayIndex = 1 << 20 }

// from returns the library of the VM that L belongs to, or nil before Open.
func from(L *lua.LState) *library {
	ud, ok := L.G.Registry.RawGetString(libraryKey).(*lua.LUserData)
	if !ok {
		return nil
	}
	lib, _ := ud.Value.(*library)
	return lib
}

// register adds functions to the table and remembers their qualified names
// for error messages.
func (lib *library) register(L *lua.LState, table *lua.LTable, prefix string, funcs map[string]lua.LGFunction) {
	for name, f := range funcs {
		fn := L.NewFunction(f)
		lib.names[fn] = prefix + name
		table.RawSetString(name, fn)
	}
}

// module makes a global table with functions.
func (lib *library) module(L *lua.LState, name string, funcs map[string]lua.LGFunction) *lua.LTable {
	table := L.CreateTable(0, len(funcs))
	lib.register(L, table, name+".", funcs)
	L.G.Global.RawSetString(name, table)
	return table
}
