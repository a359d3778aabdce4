package luabind

import (
	"errors"
	"fmt"
	"hash/maphash"
	"math"
	"sync/atomic"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
)

const (
	// MaxSharedKey is the longest key of a Shared in bytes.
	MaxSharedKey = 1 << 10
	// MaxSharedValue is the longest string that a Shared takes, in bytes.
	MaxSharedValue = 64 << 10

	// sharedBytes is how many bytes an entry may take on average.
	sharedBytes = 256
	// minSharedBytes is what a small store may take: some of the longest values.
	minSharedBytes = 1 << 20
)

// ErrShared says that a Shared does not take a key, a value or an increment.
var ErrShared = errors.New("shared store")

// Shared is the store behind spoa.shared: one for all VMs of a process, which
// outlives reloads. It is bounded in keys and in bytes: when it is full, a new
// key or a longer value makes one leave that has expired, or else the one that
// was not used for the longest time. Its methods may be called by any goroutine.
type Shared struct {
	seed      maphash.Seed
	shards    []sharedShard
	evictions atomic.Uint64
	epoch     time.Time
	clock     func() time.Duration // since epoch
}

// NewShared returns a store of at most maxEntries keys, and of one at least. They
// and their values take at most 256 bytes each on average, or 1 MiB in all when
// that is more.
// The bound, and with it the order of leaving, is kept for each shard alone;
// small stores have one shard, large ones up to 64.
func NewShared(maxEntries int) *Shared {
	const perShard, maxShards = 1024, 64
	n := 1
	for n < maxShards && maxEntries >= 2*n*perShard {
		n *= 2
	}
	s := &Shared{seed: maphash.MakeSeed(), shards: make([]sharedShard, n), epoch: time.Now()}
	s.clock = func() time.Duration { return time.Since(s.epoch) }
	for i := range s.shards {
		s.shards[i].init(max(1, maxEntries/n))
	}
	return s
}

func (s *Shared) shard(key string) *sharedShard {
	return &s.shards[maphash.String(s.seed, key)%uint64(len(s.shards))]
}

// Get returns the value of key, and false when there is none.
func (s *Shared) Get(key string) (lua.LValue, bool) {
	d := s.shard(key)
	d.mu.Lock()
	defer d.mu.Unlock()
	e := d.find(key, s.clock())
	if e == nil {
		return lua.LNil, false
	}
	return e.value, true
}

// Set gives key a value for the time ttl; 0 means for ever. The value is a
// string, a number or a boolean. The error wraps ErrShared.
func (s *Shared) Set(key string, v lua.LValue, ttl time.Duration) error {
	v, err := sharedValue(key, v)
	if err != nil {
		return err
	}
	d := s.shard(key)
	d.mu.Lock()
	defer d.mu.Unlock()
	now := s.clock()
	d.set(d.find(key, now), key, v, ttl, now, &s.evictions)
	return nil
}

// Add is Set for a key without a value. It reports whether the key had none.
func (s *Shared) Add(key string, v lua.LValue, ttl time.Duration) (bool, error) {
	return s.CompareAndSwap(key, lua.LNil, v, ttl)
}

// CompareAndSwap is Set for a key that has the value old, and reports whether it
// had. Numbers are compared as Lua does. Of old nil stands for no value; with nil
// for v the key is removed. The error wraps ErrShared.
func (s *Shared) CompareAndSwap(key string, old, v lua.LValue, ttl time.Duration) (bool, error) {
	if v != lua.LNil {
		var err error
		if v, err = sharedValue(key, v); err != nil {
			return false, err
		}
	}
	d := s.shard(key)
	d.mu.Lock()
	defer d.mu.Unlock()
	now := s.clock()
	e := d.find(key, now)
	switch {
	case !e.holds(old):
		return false, nil
	case v != lua.LNil:
		d.set(e, key, v, ttl, now, &s.evictions)
	case e != nil:
		d.remove(e)
	}
	return true, nil
}

// Incr adds n to the integer at key and returns the sum. A key that does not
// exist counts as 0 and lives for ttl from then on; for a key that exists ttl
// does not count, so that a counter is one of a window of time. The error wraps
// ErrShared.
func (s *Shared) Incr(key string, n int64, ttl time.Duration) (int64, error) {
	if len(key) > MaxSharedKey {
		return 0, errSharedKey(key)
	}
	d := s.shard(key)
	d.mu.Lock()
	defer d.mu.Unlock()
	now := s.clock()
	e := d.find(key, now)
	if e == nil {
		e = d.add(key, now, &s.evictions)
		d.expire(e, deadlineOf(now, ttl))
		d.put(e, lua.LNumber(0), now, &s.evictions)
	}
	old, ok := lua54.ToInteger(e.value)
	if !ok {
		return 0, fmt.Errorf("%w: the value of %q is no integer but %s", ErrShared, clip(key), article(typeName(e.value)))
	}
	if n > 0 && old > math.MaxInt64-n || n < 0 && old < math.MinInt64-n {
		return 0, fmt.Errorf("%w: the counter %q would pass 64 bits", ErrShared, clip(key))
	}
	d.put(e, lua54.Integer(old+n), now, &s.evictions)
	return old + n, nil
}

// Delete removes key and reports whether it was there.
func (s *Shared) Delete(key string) bool {
	d := s.shard(key)
	d.mu.Lock()
	defer d.mu.Unlock()
	e := d.find(key, s.clock())
	if e == nil {
		return false
	}
	d.remove(e)
	return true
}

// Len returns how many entries the store holds, expired ones included that
// nobody has asked for since.
func (s *Shared) Len() int {
	n := 0
	for i := range s.shards {
		d := &s.shards[i]
		d.mu.Lock()
		n += len(d.entries)
		d.mu.Unlock()
	}
	return n
}

// Bytes returns the size of all keys and strings that the store holds.
func (s *Shared) Bytes() int {
	n := 0
	for i := range s.shards {
		d := &s.shards[i]
		d.mu.Lock()
		n += d.bytes
		d.mu.Unlock()
	}
	return n
}

// Evictions returns how many entries had to leave for others before their time.
func (s *Shared) Evictions() uint64 { return s.evictions.Load() }

// deadlineOf is when something of that age limit expires; 0 means never.
func deadlineOf(now, ttl time.Duration) time.Duration {
	if ttl <= 0 || ttl > math.MaxInt64-now {
		return 0
	}
	return now + ttl
}

func errSharedKey(key string) error {
	return fmt.Errorf("%w: the key has %d bytes, the limit is %d", ErrShared, len(key), MaxSharedKey)
}
