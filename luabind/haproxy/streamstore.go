package haproxy

import (
	"container/list"
	"sync"
	"time"
)

const (
	// streamTTL is how long a value of a stream is kept after it was set: nothing
	// tells the agent that a stream has ended.
	streamTTL = 10 * time.Minute
	// maxStreams is how many streams may have a value; the oldest leave first.
	maxStreams = 100_000
	// maxStreamBytes is what all of them may take.
	maxStreamBytes = 64 << 20
)

// streamKey is a stream of HAProxy. Its number counts in one process only, which
// the engine's id stands for, or else the connection.
type streamKey struct {
	engine     string
	conn, id   uint64
	byArgument bool
}

// streams are the values of txn:set_priv.
type streams struct {
	mu    sync.Mutex
	byKey map[streamKey]*list.Element
	order list.List // of streamValue, the oldest in front
	bytes int
	now   func() time.Time // nil is time.Now
}

type streamValue struct {
	key   streamKey
	value plain
	until time.Time
}

func (s *streams) clock() time.Time {
	if s.now != nil {
		return s.now()
	}
	return time.Now()
}

// get returns the value of a stream, nil when there is none.
func (s *streams) get(key streamKey) plain {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.byKey[key]
	if e == nil || s.clock().After(e.Value.(*streamValue).until) {
		return plain{}
	}
	return e.Value.(*streamValue).value
}

// set gives a stream a value; nil removes it.
func (s *streams) set(key streamKey, v plain) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byKey == nil {
		s.byKey = make(map[streamKey]*list.Element)
	}
	if e := s.byKey[key]; e != nil {
		s.remove(e)
	}
	if v.isNil() {
		return
	}
	now := s.clock()
	s.bytes += v.size
	s.byKey[key] = s.order.PushBack(&streamValue{key, v, now.Add(streamTTL)})
	for e := s.order.Front(); e != nil; e = s.order.Front() {
		if s.order.Len() <= maxStreams && s.bytes <= maxStreamBytes && !now.After(e.Value.(*streamValue).until) {
			break
		}
		s.remove(e)
	}
}

func (s *streams) remove(e *list.Element) {
	v := s.order.Remove(e).(*streamValue)
	s.bytes -= v.value.size
	delete(s.byKey, v.key)
}
