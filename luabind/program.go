package luabind

import (
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/spoa-lua/spoa-lua/luabind/haproxy"
	"github.com/spoa-lua/spoa-lua/luabind/modules"
	"github.com/spoa-lua/spoa-lua/luabind/remote"
)

// Program is what all VMs of one generation share. It must not be changed once
// a VM was made, and must not be copied then. Its VMs may be used by many
// goroutines at once.
type Program struct {
	// Scripts run in this order in every new VM.
	Scripts []*Script
	// Module returns the script that require loads for a name such as "a.b" in
	// the script called from. Nil means that there are no modules but the
	// standard library.
	Module func(from, name string) (*Script, error)
	// ModuleFile returns the module at a path that the script called from has in
	// package.path. Nil means that package.path is not searched.
	ModuleFile func(from, path string) (*Script, error)
	// OpenFile opens the file that a module maps into memory for the script called
	// from, under the rules of ReadFile, and tells its name for messages. Nil means
	// that there is none. It may be called at any time, by any goroutine.
	OpenFile func(from, path string) (*os.File, string, error)
	// ReadFile returns the file that spoa.read names in the script called from.
	// Nil means that there is none. Which folders it may read is up to ReadFile.
	ReadFile func(from, path string) ([]byte, error)
	// ListFiles returns the names of the files that match a pattern of path.Match in
	// its last part, for the script called from, under the rules of ReadFile; those
	// of a folder without the folder's name, as ls does. Nil means that none is
	// listed.
	ListFiles func(from, pattern string) ([]string, error)
	// Info is what spoa.info shows.
	Info Info
	// Vars is what spoa.vars shows.
	Vars map[string]string
	// Shared is the store behind spoa.shared. Nil means a small one that the
	// VMs of this Program share.
	Shared *Shared
	// HAProxy is what HAProxy's API shares beyond a load. Nil means that the VMs of
	// this Program share one.
	HAProxy *haproxy.Store
	// HAProxyConfig is the haproxy.cfg that scripts see as core.backends and the
	// like. Nil means the one below the script folders.
	HAProxyConfig []byte
	// Booleans says that fetches, converters and variables of HAProxy's API give
	// scripts booleans for HAProxy's, not 1 and 0.
	Booleans bool
	// Args are what the top level of a script gets as ..., by the script's name.
	Args map[string][]string
	// Network is what scripts may reach. Nil means nothing.
	Network remote.Network
	// KeySets fetches the keys of jwt.jwks, and keeps them beyond a load. Nil means
	// that none are fetched.
	KeySets *modules.KeySets
	// Log takes what scripts log, and warnings about them. Nil discards it.
	Log *slog.Logger
	// MaxString is the largest string in bytes that a library function may
	// make; 0 means 16 MiB.
	MaxString int

	once     sync.Once
	warnings warnings
	numbers  *boxedNumbers
	maps     haproxy.Maps
	queues   haproxy.Queues
	stacks   sync.Pool // of *lua54.Stacks
	modules  modules.Shared
}

// KeepKeySets ends the fetching of keys that the scripts of p, which have run, do
// not use.
func (p *Program) KeepKeySets() { p.KeySets.Keep(&p.modules) }

// Info is what spoa.info shows to scripts.
type Info struct {
	// Version is the agent's, Hostname the machine's.
	Version, Hostname string
	// Generation is the number of the load.
	Generation uint64
	// StartTime is when the agent was started.
	StartTime time.Time
}

// defaultSharedEntries bounds the store of a Program that brings none.
const defaultSharedEntries = 10_000

// prepare fills in defaults when the first VM is made.
func (p *Program) prepare() {
	p.once.Do(func() {
		p.numbers = newBoxedNumbers()
		if p.Shared == nil {
			p.Shared = NewShared(defaultSharedEntries)
		}
		if p.HAProxy == nil {
			p.HAProxy = new(haproxy.Store)
		}
		if p.Log == nil {
			p.Log = slog.New(slog.DiscardHandler)
		}
		p.modules.OpenFile, p.modules.KeySets = p.OpenFile, p.KeySets
		p.modules.Stale = func(err error) {
			p.Log.Warn("file not read again: its last good state stays in use", "err", err)
		}
	})
}
