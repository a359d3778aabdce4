package haproxy

import (
	"strings"
	"testing"
	"time"

	lua "github.com/yuin/gopher-lua"
)

func TestStreams(t *testing.T) {
	now := time.Unix(0, 0)
	s := streams{now: func() time.Time { return now }}
	text := func(size int) plain {
		p, err := plainOf(lua.LString(strings.Repeat("x", size)))
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	a, b := streamKey{engine: "a", id: 1}, streamKey{engine: "b", id: 1}
	s.set(a, text(3))
	s.set(a, text(4))
	if v := s.get(a).value; v != lua.LString("xxxx") || !s.get(b).isNil() {
		t.Errorf("got %v, want the second value, of its engine only", v)
	}
	now = now.Add(streamTTL + 1)
	s.set(b, text(1))
	if !s.get(a).isNil() || s.order.Len() != 1 {
		t.Errorf("got %d streams, want the old one gone", s.order.Len())
	}
	s.set(b, plain{})
	if s.order.Len() != 0 || s.bytes != 0 {
		t.Errorf("got %d streams of %d bytes, want none", s.order.Len(), s.bytes)
	}
	for i := range uint64(2000) {
		s.set(streamKey{id: i}, text(60_000))
	}
	if s.bytes > maxStreamBytes || !s.get(streamKey{id: 0}).isNil() || s.get(streamKey{id: 1999}).isNil() {
		t.Errorf("got %d bytes, want the oldest to leave", s.bytes)
	}
}

func TestPlainOf(t *testing.T) {
	L := lua.NewState(lua.Options{SkipOpenLibs: true})
	defer L.Close()
	self := L.NewTable()
	self.RawSetString("self", self)
	if _, err := plainOf(self); err == nil || !strings.Contains(err.Error(), "or themselves") {
		t.Errorf("a table within itself: got %v", err)
	}
	if _, err := plainOf(lua.LString(strings.Repeat("x", maxPlainSize))); err == nil || !strings.Contains(err.Error(), "the limit is 65536") {
		t.Errorf("a long string: got %v", err)
	}
}
