package haproxy

import (
	"context"
	"strconv"
	"sync"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
	"github.com/spoa-lua/spoa-lua/luabind/lualib"
)

// The bounds of a queue: a push beyond them returns false.
const (
	maxQueued      = 100_000
	maxQueuedBytes = 64 << 20
)

// Queues are those of one load, by the place where scripts made them. The zero
// value has none.
type Queues struct {
	mu      sync.Mutex
	byPlace map[string]*queue
}

func (s *Queues) get(place string) *queue {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := s.byPlace[place]
	if q == nil {
		q = newQueue()
		if s.byPlace == nil {
			s.byPlace = make(map[string]*queue)
		}
		s.byPlace[place] = q
	}
	return q
}

// queue is one of core.queue. What is in it belongs to no VM.
type queue struct {
	mu     sync.Mutex
	items  []queued
	bytes  int
	more   chan struct{} // closed by the next push
	alarms map[chan struct{}]struct{}
}

type queued struct {
	value any
	size  int
}

func newQueue() *queue {
	return &queue{more: make(chan struct{}), alarms: make(map[chan struct{}]struct{})}
}

func (q *queue) push(v queued) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.items) >= maxQueued || q.bytes+v.size > maxQueuedBytes {
		return false
	}
	q.items = append(q.items, v)
	q.bytes += v.size
	close(q.more)
	q.more = make(chan struct{})
	for alarm := range q.alarms {
		select {
		case alarm <- struct{}{}:
		default: // it rings already
		}
	}
	clear(q.alarms)
	return true
}

// pop takes the oldest value. When there is none, more is told of the next push.
func (q *queue) pop() (v any, ok bool, more <-chan struct{}) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.items) == 0 {
		return nil, false, q.more
	}
	first := q.items[0]
	q.items[0] = queued{}
	q.items = q.items[1:]
	q.bytes -= first.size
	return first.value, true, nil
}

func (q *queue) wait(ctx context.Context) (any, error) {
	for {
		v, ok, more := q.pop()
		if ok {
			return v, nil
		}
		select {
		case <-more:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (q *queue) size() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.items)
}

func (q *queue) alarm(wake chan struct{}) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.items) > 0 {
		select {
		case wake <- struct{}{}:
		default: // it rings already
		}
		return
	}
	q.alarms[wake] = struct{}{}
}

func (q *queue) forget(wake chan struct{}) {
	q.mu.Lock()
	defer q.mu.Unlock()
	delete(q.alarms, wake)
}

func (api *API) queueClass(L *lua.LState) *lua.LTable {
	if api.queue != nil {
		return api.queue
	}
	api.wake = make(chan struct{}, 1)
	api.queue = api.class(L, "Queue", map[string]lua.LGFunction{
		"push": queuePush, "pop": api.queuePop, "pop_wait": api.queuePopWait, "size": queueSize, "alarm": api.queueAlarm,
	})
	return api.queue
}

// coreQueue is core.queue(). The n-th one that a script makes while it is loaded
// is the same in all VMs; one that is made later is the VM's own.
func (api *API) coreQueue(L *lua.LState) int {
	q := newQueue()
	if api.host.Loading() {
		script := api.host.Script()
		if api.queuesMade == nil {
			api.queuesMade = make(map[string]int)
		}
		api.queuesMade[script]++
		q = api.host.Queues().get(script + "\x00" + strconv.Itoa(api.queuesMade[script]))
	}
	L.Push(&lua.LUserData{Value: q, Metatable: api.queueClass(L)})
	return 1
}

func checkQueue(L *lua.LState) *queue {
	if ud, ok := L.Get(1).(*lua.LUserData); ok {
		if q, ok := ud.Value.(*queue); ok {
			return q
		}
	}
	lualib.TypeError(L, 1, "Queue")
	return nil
}

// queuePush is queue:push(value): whether there was room.
func queuePush(L *lua.LState) int {
	q := checkQueue(L)
	if L.GetTop() != 2 || L.Get(2) == lua.LNil {
		lualib.Raise(L, "unexpected argument")
	}
	c := copier{L: L}
	v := c.out(L.Get(2), 0)
	L.Push(lua.LBool(q.push(queued{v, c.size})))
	return 1
}

// queuePop is queue:pop().
func (api *API) queuePop(L *lua.LState) int {
	v, _, _ := checkQueue(L).pop()
	L.Push(in(L, v))
	return 1
}

// queuePopWait is queue:pop_wait().
func (api *API) queuePopWait(L *lua.LState) int {
	q := checkQueue(L)
	if !api.host.MayWait() {
		lualib.Raise(L, "pop_wait() may only be used within task context (requires yielding)")
	}
	var v any
	_ = api.host.Wait(L, func(ctx context.Context) (err error) {
		v, err = q.wait(ctx)
		return err
	})
	L.Push(in(L, v))
	return 1
}

func queueSize(L *lua.LState) int {
	L.Push(lua.LNumber(checkQueue(L).size()))
	return 1
}

// queueAlarm is queue:alarm(): the next push ends core.wait.
func (api *API) queueAlarm(L *lua.LState) int {
	q := checkQueue(L)
	q.alarm(api.wake)
	api.ringing = append(api.ringing, q)
	return 0
}

// coreWait is core.wait([milliseconds]): until an alarm, or that long.
func (api *API) coreWait(L *lua.LState) int {
	ms := lualib.OptInteger(L, 1, 1<<40)
	if !api.host.MayWait() {
		return 0
	}
	_ = api.host.Wait(L, func(ctx context.Context) error { return sleep(ctx, duration(ms, time.Millisecond), api.wake) })
	api.silence()
	return 0
}

// silence takes all alarms back.
func (api *API) silence() {
	for _, q := range api.ringing {
		q.forget(api.wake)
	}
	api.ringing = api.ringing[:0]
	select {
	case <-api.wake:
	default: // it has not rung
	}
}

// copier makes of a value one that belongs to no VM.
type copier struct {
	L    *lua.LState
	size int
}

// pair is an entry of a table that is out of its VM.
type pair struct{ key, value any }

// maxCopyDepth is how deep tables in a queue may nest, and ends those that
// contain themselves.
const maxCopyDepth = 32

func (c *copier) out(v lua.LValue, depth int) any {
	c.size += 16
	if c.size > maxQueuedBytes {
		lualib.Raise(c.L, "push: the value is over the limit of %d bytes", maxQueuedBytes)
	}
	switch v := v.(type) {
	case lua.LString:
		c.size += len(v)
		return v
	case lua.LNumber, lua.LBool, lua54.Int:
		return v
	case *lua.LTable:
		if depth == maxCopyDepth {
			lualib.Raise(c.L, "push: tables nest deeper than %d levels, or contain themselves", maxCopyDepth)
		}
		pairs := []pair{}
		v.ForEach(func(key, value lua.LValue) {
			pairs = append(pairs, pair{c.out(key, depth+1), c.out(value, depth+1)})
		})
		return pairs
	}
	lualib.Raise(c.L, "push: %s cannot leave its VM: strings, numbers, booleans and tables of them can", lualib.TypeName(c.L, v))
	return nil
}

// in makes of such a value one of the VM of L.
func in(L *lua.LState, v any) lua.LValue {
	switch v := v.(type) {
	case lua.LValue:
		return v
	case []pair:
		t := L.CreateTable(0, len(v))
		for _, p := range v {
			t.RawSet(in(L, p.key), in(L, p.value))
		}
		return t
	}
	return lua.LNil
}
