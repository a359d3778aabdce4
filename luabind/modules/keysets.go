package modules

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spoa-lua/spoa-lua/luabind/remote"
)

// maxKeySets is how many URLs scripts may have keys fetched from.
const maxKeySets = 64

// KeySets are the keys that scripts have fetched with jwt.jwks. They outlive a
// load: the next one finds them as they are. Each set has a goroutine that
// fetches it, until Keep or Close ends it. The methods may be called by any
// goroutine; those of nil do nothing.
type KeySets struct {
	network remote.Network
	log     *slog.Logger
	running context.Context // until Close
	stop    context.CancelFunc
	done    sync.WaitGroup

	fetched, failed atomic.Uint64
	waiting         atomic.Int64 // messages that wait for a fetch
	maxWaiting      int64

	mu   sync.Mutex
	sets map[keySetName]*keySet
}

// keySetName is what tells sets apart.
type keySetName struct {
	url     string
	refresh time.Duration
}

// NewKeySets returns an empty KeySets that fetches over a network. Close it in
// the end. A nil logger means nowhere. So many messages may wait for keys at once;
// each holds a VM, and anybody can send tokens that have to wait.
func NewKeySets(network remote.Network, log *slog.Logger, maxWaiting int) *KeySets {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	k := &KeySets{network: network, log: log, maxWaiting: int64(maxWaiting), sets: make(map[keySetName]*keySet)}
	k.running, k.stop = context.WithCancel(context.Background())
	return k
}

// get returns a set, and begins to fetch it when it is new.
func (k *KeySets) get(name keySetName) (*keySet, error) {
	if k == nil {
		return &keySet{name: name, err: errors.New("nothing is fetched here")}, nil
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if s := k.sets[name]; s != nil {
		return s, nil
	}
	if err := k.running.Err(); err != nil {
		return &keySet{name: name, err: err}, nil
	}
	if len(k.sets) >= maxKeySets {
		return nil, fmt.Errorf("keys are fetched from %d URLs already, which is the limit", maxKeySets)
	}
	s := &keySet{
		name: name, owner: k, wake: make(chan struct{}, 1), retired: make(chan struct{}),
		asked: time.Now(), busy: make(chan struct{}),
	}
	k.sets[name] = s
	k.done.Go(func() { s.run(k.running) })
	return s, nil
}

// mayWait reports whether one more message may wait, which then calls waited.
func (k *KeySets) mayWait() bool {
	if k.waiting.Add(1) <= k.maxWaiting {
		return true
	}
	k.waiting.Add(-1)
	return false
}

func (k *KeySets) waited() { k.waiting.Add(-1) }

// Keep ends the fetching of all sets but those that the scripts of a load use;
// nil stands for none. Whoever holds another set goes on with its last keys, for
// which a fetch that is under way is the last.
func (k *KeySets) Keep(load *Shared) {
	if k == nil {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	for name, s := range k.sets {
		if load == nil || !load.keySets.has(name) {
			close(s.retired)
			delete(k.sets, name)
		}
	}
}

// Close ends all fetching and waits for its end.
func (k *KeySets) Close() {
	if k == nil {
		return
	}
	k.mu.Lock()
	k.stop()
	k.mu.Unlock()
	k.done.Wait()
}

// Fetches returns how many fetches succeeded and failed.
func (k *KeySets) Fetches() (ok, failed uint64) {
	if k == nil {
		return 0, 0
	}
	return k.fetched.Load(), k.failed.Load()
}

// Age is how old the oldest keys in use are. Those that have never been fetched
// are as old as the wish for them.
func (k *KeySets) Age() time.Duration {
	if k == nil {
		return 0
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	var oldest time.Duration
	for _, s := range k.sets {
		oldest = max(oldest, s.age())
	}
	return oldest
}

// keySetUse is which sets the VMs of one load use.
type keySetUse struct {
	mu    sync.Mutex
	names map[keySetName]bool
}

func (u *keySetUse) add(name keySetName) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.names == nil {
		u.names = make(map[keySetName]bool)
	}
	u.names[name] = true
}

func (u *keySetUse) has(name keySetName) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.names[name]
}
