package luabind

import (
	"container/heap"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
)

// sharedShard is a part of a Shared with its own lock.
type sharedShard struct {
	mu      sync.Mutex
	entries map[string]*sharedEntry
	recent  sharedEntry // of a ring: next is used last, prev longest ago
	expiry  expiryHeap
	max     int
	// bytes is the size of all keys and strings, of which there may be maxBytes.
	bytes, maxBytes int
}

// sharedEntry is one key with its value.
type sharedEntry struct {
	key        string
	value      lua.LValue
	size       int           // of key and value in bytes
	expires    time.Duration // 0: never
	place      int           // in the heap, when it expires
	prev, next *sharedEntry
}

func (d *sharedShard) init(limit int) {
	d.entries = make(map[string]*sharedEntry)
	d.recent.prev, d.recent.next = &d.recent, &d.recent
	d.max, d.maxBytes = limit, max(limit*sharedBytes, minSharedBytes)
}

// find returns the entry of key as the one used last, or nil.
func (d *sharedShard) find(key string, now time.Duration) *sharedEntry {
	e := d.entries[key]
	if e == nil {
		return nil
	}
	if e.expires != 0 && e.expires <= now {
		d.remove(e)
		return nil
	}
	e.unlink()
	d.link(e)
	return e
}

// add makes an entry for key, which has none, and room for it.
func (d *sharedShard) add(key string, now time.Duration, evictions *atomic.Uint64) *sharedEntry {
	if len(d.entries) >= d.max {
		d.evict(now, evictions)
	}
	// The key may be a part of a large string, which it would keep alive.
	e := &sharedEntry{key: strings.Clone(key)}
	d.entries[e.key] = e
	d.link(e)
	return e
}

// set gives key a value for the time ttl. Its entry is e; nil when it has none.
func (d *sharedShard) set(e *sharedEntry, key string, v lua.LValue, ttl, now time.Duration, evictions *atomic.Uint64) {
	if e == nil {
		e = d.add(key, now, evictions)
	}
	d.expire(e, deadlineOf(now, ttl))
	d.put(e, v, now, evictions)
}

// evict removes an entry that has expired, or else the one not used for the
// longest time.
func (d *sharedShard) evict(now time.Duration, evictions *atomic.Uint64) {
	victim := d.recent.prev
	if len(d.expiry) > 0 && d.expiry[0].expires <= now {
		victim = d.expiry[0]
	} else {
		evictions.Add(1)
	}
	d.remove(victim)
}

// put gives e, the entry used last, its value, and makes room for it.
func (d *sharedShard) put(e *sharedEntry, v lua.LValue, now time.Duration, evictions *atomic.Uint64) {
	size := len(e.key)
	if s, ok := v.(lua.LString); ok {
		size += len(s)
	}
	d.bytes += size - e.size
	e.value, e.size = v, size
	for d.bytes > d.maxBytes && len(d.entries) > 1 {
		d.evict(now, evictions)
	}
}

func (d *sharedShard) remove(e *sharedEntry) {
	d.bytes -= e.size
	d.expire(e, 0)
	e.unlink()
	delete(d.entries, e.key)
}

// expire sets when e expires.
func (d *sharedShard) expire(e *sharedEntry, at time.Duration) {
	had := e.expires != 0
	e.expires = at
	switch {
	case had && at != 0:
		heap.Fix(&d.expiry, e.place)
	case had:
		heap.Remove(&d.expiry, e.place)
	case at != 0:
		heap.Push(&d.expiry, e)
	}
}

func (d *sharedShard) link(e *sharedEntry) {
	e.prev, e.next = &d.recent, d.recent.next
	e.prev.next, e.next.prev = e, e
}

// holds reports whether v is the value of e, or nil when there is no e.
func (e *sharedEntry) holds(v lua.LValue) bool {
	if e == nil || v == lua.LNil {
		return e == nil && v == lua.LNil
	}
	if e.value == v {
		return true
	}
	i, isInt := lua54.ToInteger(e.value)
	j, areInts := lua54.ToInteger(v)
	return isInt && areInts && i == j
}

func (e *sharedEntry) unlink() { e.prev.next, e.next.prev = e.next, e.prev }

// expiryHeap has the entry that expires first in front.
type expiryHeap []*sharedEntry

func (h expiryHeap) Len() int           { return len(h) }
func (h expiryHeap) Less(i, j int) bool { return h[i].expires < h[j].expires }
func (h expiryHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].place, h[j].place = i, j
}

// Push is for package heap.
func (h *expiryHeap) Push(x any) {
	e := x.(*sharedEntry)
	e.place = len(*h)
	*h = append(*h, e)
}

// Pop is for package heap.
func (h *expiryHeap) Pop() any {
	last := len(*h) - 1
	e := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	return e
}

// sharedValue is v as it is stored: immutable and with memory of its own.
func sharedValue(key string, v lua.LValue) (lua.LValue, error) {
	if len(key) > MaxSharedKey {
		return nil, errSharedKey(key)
	}
	switch v := v.(type) {
	case lua.LString:
		if len(v) > MaxSharedValue {
			return nil, fmt.Errorf("%w: the value of %q has %d bytes, the limit is %d", ErrShared, clip(key), len(v), MaxSharedValue)
		}
		return lua.LString(strings.Clone(string(v))), nil
	case lua.LNumber, lua54.Int, lua.LBool:
		return v, nil
	}
	return nil, fmt.Errorf("%w: %s cannot be a value: give a string, a number or a boolean", ErrShared, article(typeName(v)))
}
