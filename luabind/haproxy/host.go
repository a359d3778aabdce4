package haproxy

import (
	"context"
	"crypto"
	"io"
	"log/slog"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lualib"
	"github.com/spoa-lua/spoa-lua/luabind/remote"
	"github.com/spoa-lua/spoa-lua/spop"
)

// Host is the VM that the API is opened in. It is used by the VM's goroutine.
type Host interface {
	// Loading reports whether scripts or their init functions run.
	Loading() bool
	// On registers run, a function of the API, for a message.
	On(L *lua.LState, message string, r Registration, run lua.LGFunction)
	// OnDirect is On for what d can do in most cases.
	OnDirect(L *lua.LState, message string, r Registration, run lua.LGFunction, d Direct)
	// OnInit registers a function that runs when all scripts are loaded.
	OnInit(L *lua.LState, fn *lua.LFunction)
	// ReadFile returns a file below the script folders, and raises an error
	// when there is none.
	ReadFile(L *lua.LState, path string) []byte
	// FindFile returns a file below the script folders, false when there is none.
	FindFile(path string) ([]byte, bool)
	// Config is the file ConfigFile below the script folders; false means that there
	// is none.
	Config() ([]byte, bool)
	// Getenv is a variable that scripts read by os.getenv.
	Getenv(name string) (string, bool)
	// Script is the name of the script that runs.
	Script() string
	// Log writes a line of a script.
	Log(L *lua.LState, level slog.Level, text string)
	// Message is what is being answered, nil when nothing is. Its memory is
	// borrowed until the handler returns.
	Message() *spop.Message
	// MessageName is its name.
	MessageName() string
	// Serial changes with every run of a handler.
	Serial() uint64
	// Exchange is the exchange of the server that is being answered; nil when
	// there is none, as in a test of a script.
	Exchange() *spop.Exchange
	// Wait runs fn, which may take its time: no other message waits for it. ctx
	// ends with the time of the exchange, or with the task or the service; fn
	// must then return soon and leave nothing behind. It raises an error unless
	// MayWait: scripts that are being loaded may not.
	Wait(L *lua.LState, fn func(ctx context.Context) error) error
	MayWait() bool
	// Opened has c closed when the run of the script ends, Closed forgets it.
	// false means that too much is open.
	Opened(c io.Closer) bool
	Closed(c io.Closer)
	// Mentions reports whether a script has text among its constants, in any case
	// of letters.
	Mentions(text string) bool
	// Task registers run, a function of the API, to run beside the messages.
	Task(L *lua.LState, run lua.LGFunction)
	// Service registers run, a function of the API, to answer the HTTP requests
	// for that name.
	Service(L *lua.LState, r Registration, run lua.LGFunction)
	// HTTP is the request that a service answers, nil when none runs. Message has
	// then what HAProxy has sent along.
	HTTP() HTTP
	// Queues are what all VMs share.
	Queues() *Queues
	// Network is what scripts may reach, nil when there is none.
	Network() remote.Network
	// WarnOnce logs a warning, once for all VMs.
	WarnOnce(L *lua.LState, kind, text string)
	// Booleans reports whether HAProxy's booleans are Lua's, not 1 and 0.
	Booleans() bool
	// Ack takes the answer.
	Ack() *spop.Ack
	// Raise raises an error of Go, which the one of the script then wraps.
	Raise(L *lua.LState, err error)
	// ToLua returns a value as Lua has it.
	ToLua(v spop.Value) lua.LValue
	// NewFunction makes a Lua function of fn.
	NewFunction(fn lua.LGFunction) *lua.LFunction
}

// Registration is what a script has registered.
type Registration struct {
	// API is "action", "fetch", "converter" or "service", Name what the script calls
	// it.
	API, Name string
	// Facility is the kind of rules that an action is for, such as "http-req";
	// "" stands for any of those that it was registered for.
	Facility string
	// Params is how many parameters an action takes.
	Params int
	// Function is the script's.
	Function *lua.LFunction
}

// API is the state of HAProxy's API in one VM.
type API struct {
	host    Host
	maps    *Maps
	store   *Store
	actions map[string]*action
	headers map[string]struct{} // names that scripts have edited

	txn        *lua.LTable // the metatable of every TXN
	response   *lua.LTable // txn.res, nil as long as no script has asked for it
	regex      *lua.LTable // and of the other objects
	mapClass   *lua.LTable
	concat     *lua.LTable
	socket     *lua.LTable
	httpclient *lua.LTable
	queue      *lua.LTable
	appletHTTP *lua.LTable
	addr       *lua.LTable
	patref     *lua.LTable

	reply *lua.LTable

	tokenKeys map[string]crypto.PublicKey // by the names of their files

	vars      overlay
	variables spop.Variables
	txns      []lua.LTable // for the next runs

	run    run
	applet applet
	now    instant
	result lua.LValue // what core.done was given

	proxies int               // proxiesUnread and so on
	setenv  map[string]string // what haproxy.cfg sets in the environment, nil when it is unread

	objectText *lua.LFunction // tostring of objects

	asked, changer bool // whether the top level of scripts changes map files

	queuesMade map[string]int // by script, while they are loaded
	wake       chan struct{}  // rings for core.wait
	ringing    []*queue       // those that are asked to
}

// Open makes the global tables of the API in the VM of L. The maps are shared
// by all VMs of a load, the store by all of the process.
func Open(L *lua.LState, host Host, maps *Maps, store *Store) *API {
	api := &API{host: host, maps: maps, store: store, actions: make(map[string]*action), headers: make(map[string]struct{})}
	api.objectText = host.NewFunction(objectText)
	core := api.table(L, api.coreFunctions())
	api.openLevels(core)
	api.openImpossible(L, core)
	api.openAddr(L)
	api.openConcat(L)
	api.openMap(L)
	api.openMapChanges(core)
	api.openRegex(L)
	api.openReply(L)
	api.openTXN(L)
	L.G.Global.RawSetString("core", core)
	L.G.Global.RawSetString("act", api.actTable(L))
	return api
}

func (api *API) coreFunctions() map[string]lua.LGFunction {
	return map[string]lua.LGFunction{
		"register_action":     api.registerAction,
		"register_fetches":    api.registerFetches,
		"register_converters": api.registerConverters,
		"register_init":       api.registerInit,
		"log":                 api.coreLog,
		"Debug":               api.logAt(levelDebug),
		"Info":                api.logAt(levelInfo),
		"Warning":             api.logAt(levelWarning),
		"Alert":               api.logAt(levelAlert),
		"now":                 api.coreNow,
		"http_date":           dateFunction(parseHTTPDate),
		"imf_date":            dateFunction(parseIMF),
		"rfc850_date":         dateFunction(parseRFC850),
		"asctime_date":        dateFunction(parseAsctime),
		"tokenize":            tokenize,
		"parse_addr":          api.parseAddr,
		"match_addr":          matchAddr,
		"concat":              api.newConcat,
		"done":                api.coreDone,
		"get_var":             api.coreGetVar,
		"sleep":               api.sleepFunction("sleep", time.Second),
		"msleep":              api.sleepFunction("msleep", time.Millisecond),
		"yield":               api.coreYield,
		"set_nice":            coreSetNice,
		"tcp":                 api.coreTCP,
		"httpclient":          api.coreHTTPClient,
		"register_task":       api.registerTask,
		"queue":               api.coreQueue,
		"wait":                api.coreWait,
		"get_patref":          api.getPatref,
	}
}

// table makes a table of functions.
func (api *API) table(L *lua.LState, funcs map[string]lua.LGFunction) *lua.LTable {
	t := L.CreateTable(0, len(funcs)+2)
	for name, fn := range funcs {
		t.RawSetString(name, api.host.NewFunction(fn))
	}
	return t
}

// class makes the metatable of objects that have these methods.
func (api *API) class(L *lua.LState, name string, methods map[string]lua.LGFunction) *lua.LTable {
	mt := L.CreateTable(0, 3)
	mt.RawSetString("__index", api.lazyTable(L, func(name string) lua.LGFunction { return methods[name] }))
	api.name(mt, name)
	return mt
}

// name has the objects of a metatable print as they do in HAProxy.
func (api *API) name(mt *lua.LTable, class string) {
	mt.RawSetString("__name", lua.LString(class))
	mt.RawSetString("__tostring", api.objectText)
}

// objectText is tostring(object).
func objectText(L *lua.LState) int {
	mt, ok := L.GetMetatable(L.Get(1)).(*lua.LTable)
	if !ok {
		lualib.TypeError(L, 1, "object")
	}
	L.Push(lua.LString("HAProxy class " + mt.RawGetString("__name").String()))
	return 1
}
