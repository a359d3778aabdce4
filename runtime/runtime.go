package runtime

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	goruntime "runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spoa-lua/spoa-lua/luabind"
	"github.com/spoa-lua/spoa-lua/luabind/haproxy"
	"github.com/spoa-lua/spoa-lua/luabind/modules"
	"github.com/spoa-lua/spoa-lua/luabind/remote"
	"github.com/spoa-lua/spoa-lua/spop"
)

// Config is what a Runtime is made with.
type Config struct {
	// Scripts are paths of Lua files, or of folders whose *.lua files are
	// loaded. When there are none, Embedded is used.
	Scripts []string
	// Modules are the paths of folders that scripts require modules from and read
	// data from, behind the folders of Scripts. What is there is no script by itself.
	Modules []string
	// Embedded holds scripts in folders below its root. They are not watched.
	Embedded fs.FS
	// Vars is what scripts read as spoa.vars.
	Vars map[string]string
	// Version is what scripts read as spoa.info.version.
	Version string
	// MaxVMs is how many VMs a Generation may have; 0 means 64 for each
	// processor. A message beyond that waits for one until its time is over.
	MaxVMs int
	// MaxShared is how many keys spoa.shared holds; 0 means 1,000,000.
	MaxShared int
	// LoadTimeout is how long the scripts' top level may run; 0 means 10 s.
	LoadTimeout time.Duration
	// ErrorVar is a variable, such as "txn.error", that is set to the reason
	// when a handler has not answered; "" means none.
	ErrorVar string
	// QuarantineAfter is after how many failures in a row a handler is no longer
	// run for a while; 0 means 20, and less than 0 never.
	QuarantineAfter int
	// HAProxyConfig is the path of the haproxy.cfg that scripts see as core.backends
	// and the like, read at each load; "" means the one below the script folders.
	HAProxyConfig string
	// ScriptArgs are what a script gets as ... when it is loaded, by the name of its
	// file without folders. A name that no script has is an error of the load.
	ScriptArgs map[string][]string
	// Booleans says that HAProxy's Lua API gives scripts booleans for HAProxy's, as
	// it does with tune.lua.bool-sample-conversion normal, not 1 and 0.
	Booleans bool
	// ServeHTTP tells that requests are brought to Runtime.ServeHTTP; without it
	// services of scripts are warned of.
	ServeHTTP bool
	// HTTPTimeout is how long a service may take for a request; 0 means 5 s.
	HTTPTimeout time.Duration
	// Network is what scripts may reach; nil means nothing.
	Network remote.Network
	// Log is where the Runtime and the scripts log; nil means nowhere.
	Log *slog.Logger
}

// Runtime holds the live Generation and answers NOTIFYs with it. It is a
// spop.Handler and a spop.Fallback. Its methods may be called by any goroutine.
type Runtime struct {
	cfg     Config
	info    luabind.Info
	shared  *luabind.Shared
	haproxy haproxy.Store
	keySets *modules.KeySets // nil in a check
	live    atomic.Pointer[Generation]

	errorVar *variable // nil when there is none

	reloading sync.Mutex // held over a reload; guards the next five
	loads     uint64     // number of the newest Generation
	tried     *reading   // of the newest load, successful or not
	failed    error      // of the newest load
	// emptySince is when a file was first seen empty that had not been so.
	emptySince time.Time
	open       map[string]bool // files that others may write, of the newest load that succeeded

	stats       statsTable
	quarantines atomic.Uint64
	vms         vmCounts
	workers     workers
	reloads     reloadStats
	unhandled   onceNames
	throttle    throttle
	conns       connStats
	tasks       taskCounts
	requests    requestCounts
}

// New loads the scripts and returns a Runtime that is ready to answer. The
// error is a *LoadError when the scripts are at fault.
func New(cfg Config) (*Runtime, error) {
	r := newRuntime(cfg)
	if err := r.setErrorVar(); err != nil {
		return nil, err
	}
	r.keySets = r.newKeySets()
	if _, err := r.Reload(); err != nil {
		r.keySets.Close()
		return nil, err
	}
	return r, nil
}

// newKeySets lets a quarter of the VMs wait for keys: messages that need none must
// find one although an issuer hangs.
func (r *Runtime) newKeySets() *modules.KeySets {
	return modules.NewKeySets(r.cfg.Network, r.cfg.Log, max(1, r.cfg.MaxVMs/4))
}

func newRuntime(cfg Config) *Runtime {
	if cfg.MaxVMs <= 0 {
		cfg.MaxVMs = 64 * goruntime.GOMAXPROCS(0)
	}
	if cfg.MaxShared <= 0 {
		cfg.MaxShared = 1_000_000
	}
	if cfg.LoadTimeout <= 0 {
		cfg.LoadTimeout = 10 * time.Second
	}
	if cfg.HTTPTimeout <= 0 {
		cfg.HTTPTimeout = 5 * time.Second
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	host, _ := os.Hostname() // a host without a name has none to show
	return &Runtime{
		cfg:    cfg,
		shared: luabind.NewShared(cfg.MaxShared),
		info:   luabind.Info{Version: cfg.Version, Hostname: host, StartTime: time.Now()},
	}
}

// variable is the name of one in HAProxy.
type variable struct {
	scope spop.Scope
	name  string
}

func (r *Runtime) setErrorVar() error {
	if r.cfg.ErrorVar == "" {
		return nil
	}
	scope, name, err := spop.ParseVarName(r.cfg.ErrorVar)
	if err != nil {
		return err
	}
	r.errorVar = &variable{scope, name}
	return nil
}

// quarantineAfter returns the limit of a breaker.
func (r *Runtime) quarantineAfter() int32 {
	switch n := r.cfg.QuarantineAfter; {
	case n < 0:
		return 0
	case n == 0:
		return 20
	default:
		return int32(min(n, 1<<30))
	}
}

func (r *Runtime) folders() ([]folder, error) {
	required, err := moduleFolders(r.cfg.Modules)
	if err != nil {
		return nil, err
	}
	if len(r.cfg.Scripts) == 0 && r.cfg.Embedded != nil {
		folders, err := embeddedFolders(r.cfg.Embedded)
		return append(folders, required...), err
	}
	folders, err := foldersOf(r.cfg.Scripts)
	if err != nil {
		return nil, fmt.Errorf("scripts: %w", err)
	}
	return append(folders, required...), nil
}

// Live returns the Generation that answers now.
func (r *Runtime) Live() *Generation { return r.live.Load() }

// Close stops the tasks and the fetching of keys, and closes the VMs that are idle;
// those in use are closed when their messages are answered. The Runtime answers
// nothing any more.
func (r *Runtime) Close() {
	r.reloading.Lock()
	defer r.reloading.Unlock()
	if gen := r.live.Load(); gen != nil {
		gen.stopTasks()
		gen.pool.retire()
		gen.tasks.done.Wait()
	}
	r.keySets.Close()
}

// HandleNotify runs the handlers of each message of x.
func (r *Runtime) HandleNotify(x *spop.Exchange) error {
	for {
		gen := r.live.Load()
		err := r.answer(gen, x)
		if errors.Is(err, errRetired) && r.live.Load() != gen {
			continue // it was retired between the two lines above
		}
		return err
	}
}
