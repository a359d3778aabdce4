package luabind

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
)

// newClockedShared returns a store whose time passes by the function only.
func newClockedShared(entries int) (*Shared, func(time.Duration)) {
	s := NewShared(entries)
	now := time.Hour
	s.clock = func() time.Duration { return now }
	return s, func(d time.Duration) { now += d }
}

func mustSet(t *testing.T, s *Shared, key string, v lua.LValue, ttl time.Duration) {
	t.Helper()
	if err := s.Set(key, v, ttl); err != nil {
		t.Fatal(err)
	}
}

func wantShared(t *testing.T, s *Shared, key string, want lua.LValue) {
	t.Helper()
	got, ok := s.Get(key)
	if got != want || ok != (want != lua.LNil) {
		t.Errorf("key %q: got %v, %t, want %v", key, got, ok, want)
	}
}

func TestSharedTTL(t *testing.T) {
	t.Parallel()
	s, pass := newClockedShared(10)
	mustSet(t, s, "short", lua.LNumber(1), time.Second)
	mustSet(t, s, "long", lua.LNumber(2), time.Minute)
	mustSet(t, s, "ever", lua.LNumber(3), 0)
	pass(time.Second - 1)
	wantShared(t, s, "short", lua.LNumber(1))
	pass(1)
	wantShared(t, s, "short", lua.LNil)
	wantShared(t, s, "long", lua.LNumber(2))
	mustSet(t, s, "long", lua.LNumber(4), 0) // without a limit now
	pass(1000 * time.Hour)
	wantShared(t, s, "long", lua.LNumber(4))
	wantShared(t, s, "ever", lua.LNumber(3))
	if s.Len() != 2 || s.Evictions() != 0 {
		t.Errorf("got %d entries, %d evictions, want 2 and 0", s.Len(), s.Evictions())
	}
}

// The time of a counter runs from its creation, so it counts a window.
func TestSharedWindow(t *testing.T) {
	t.Parallel()
	s, pass := newClockedShared(10)
	for want := int64(1); want <= 9; want++ {
		if got, err := s.Incr("c", 1, 1500*time.Millisecond); got != want || err != nil {
			t.Fatalf("got %d, %v, want %d", got, err, want)
		}
		pass(150 * time.Millisecond)
	}
	pass(150 * time.Millisecond)
	if got, _ := s.Incr("c", 5, 0); got != 5 {
		t.Errorf("got %d in the next window, want 5", got)
	}
	pass(1000 * time.Hour)
	wantShared(t, s, "c", lua.LNumber(5))
}

func TestSharedBound(t *testing.T) {
	t.Parallel()
	s, pass := newClockedShared(3)
	mustSet(t, s, "a", lua.LTrue, 0)
	mustSet(t, s, "b", lua.LTrue, time.Second)
	mustSet(t, s, "c", lua.LTrue, 0)
	pass(time.Minute)
	mustSet(t, s, "d", lua.LTrue, 0) // b has expired: a is older but stays
	wantShared(t, s, "b", lua.LNil)
	wantShared(t, s, "c", lua.LTrue)
	wantShared(t, s, "a", lua.LTrue)
	if s.Evictions() != 0 {
		t.Errorf("got %d evictions, want 0: one entry had expired", s.Evictions())
	}
	mustSet(t, s, "e", lua.LTrue, 0) // d was not used since
	wantShared(t, s, "d", lua.LNil)
	wantShared(t, s, "c", lua.LTrue)
	if s.Evictions() != 1 || s.Len() != 3 {
		t.Errorf("got %d evictions of %d entries, want 1 of 3", s.Evictions(), s.Len())
	}
	for i := range 10_000 {
		mustSet(t, s, strconv.Itoa(i), lua.LTrue, time.Duration(i%7)*time.Second)
	}
	if s.Len() != 3 {
		t.Errorf("got %d entries, want 3", s.Len())
	}
}

func TestSharedRefuses(t *testing.T) {
	t.Parallel()
	s := NewShared(0)
	for _, err := range []error{
		s.Set("k", &lua.LTable{}, 0),
		s.Set(strings.Repeat("k", MaxSharedKey+1), lua.LTrue, 0),
		s.Set("k", lua.LString(strings.Repeat("v", MaxSharedValue+1)), 0),
	} {
		if !errors.Is(err, ErrShared) {
			t.Errorf("got %v, want %v", err, ErrShared)
		}
	}
	if s.Len() != 0 {
		t.Errorf("got %d entries, want none", s.Len())
	}
}

// Many VMs count on one store without losing one.
func TestSharedHammer(t *testing.T) {
	t.Parallel()
	const workers, rounds = 8, 500
	s := NewShared(4096)
	p := &Program{Shared: s, Scripts: []*Script{mustCompile(t, "t.lua", `
		spoa.on("m", function(msg)
			local shared = spoa.shared
			shared.incr("all")
			shared.incr("ip" .. msg.n % 50, 1, 60)
			shared.set("last", msg.n, 0.001)
			shared.get("last")
			shared.set("s" .. msg.n, "text", 10)
			shared.delete("s" .. msg.n)
		end)`)}}
	var wg sync.WaitGroup
	for w := range workers {
		vm, err := p.NewVM(nil)
		if err != nil {
			t.Fatal(err)
		}
		wg.Go(func() {
			defer vm.Close()
			for i := range rounds {
				if _, err := exchange(t, vm, newMessage(t, "m", arg(t, fmt.Sprintf("n=int64:%d", w*rounds+i)))); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	wantShared(t, s, "all", lua.LNumber(workers*rounds))
}

// TestSharedSwapHammer has workers add to a counter by nothing but
// CompareAndSwap: none of them loses a turn, and one of them wins the key.
func TestSharedSwapHammer(t *testing.T) {
	t.Parallel()
	const workers, rounds = 8, 500
	s := NewShared(10)
	var won atomic.Int64
	add := func() {
		if first, err := s.Add("winner", lua.LTrue, 0); err != nil || first {
			won.Add(1)
		}
		for done := 0; done < rounds; {
			old, _ := s.Get("n")
			n, _ := lua54.ToInteger(old)
			if swapped, _ := s.CompareAndSwap("n", old, lua54.Integer(n+1), 0); swapped {
				done++
			}
		}
	}
	var wg sync.WaitGroup
	for range workers {
		wg.Go(add)
	}
	wg.Wait()
	wantShared(t, s, "n", lua.LNumber(workers*rounds))
	if won.Load() != 1 {
		t.Errorf("%d workers have added the key, want 1", won.Load())
	}
}

// What is swapped in lives for its own time, and what was swapped out counts no bytes.
func TestSharedSwapTTL(t *testing.T) {
	t.Parallel()
	s, pass := newClockedShared(10)
	mustSet(t, s, "k", lua.LString("old"), time.Second)
	if ok, err := s.CompareAndSwap("k", lua.LString("old"), lua.LString("n"), time.Minute); !ok || err != nil {
		t.Fatalf("got %t, %v", ok, err)
	}
	pass(time.Second)
	wantShared(t, s, "k", lua.LString("n"))
	if got := s.Bytes(); got != len("kn") {
		t.Errorf("got %d bytes, want 2", got)
	}
	pass(time.Minute)
	if ok, _ := s.CompareAndSwap("k", lua.LString("n"), lua.LTrue, 0); ok {
		t.Error("a value that has expired was found")
	}
	if ok, _ := s.Add("k", lua.LTrue, 0); !ok {
		t.Error("a value that has expired was in the way")
	}
}

// Long values make others leave before there are as many as there may be.
func TestSharedBytes(t *testing.T) {
	t.Parallel()
	s := NewShared(100)
	value := lua.LString(strings.Repeat("x", MaxSharedValue))
	for i := range 100 {
		if err := s.Set(strconv.Itoa(i), value, 0); err != nil {
			t.Fatal(err)
		}
	}
	if got, most := s.Len(), minSharedBytes/MaxSharedValue; got > most || got < most-1 {
		t.Errorf("%d values are left, want %d at most", got, most)
	}
	if _, ok := s.Get("99"); !ok {
		t.Error("the last one is gone")
	}
	if got, want := s.Evictions(), uint64(100-s.Len()); got != want {
		t.Errorf("got %d evictions, want %d", got, want)
	}
	for i := range 100 {
		s.Delete(strconv.Itoa(i))
	}
	if got := s.Bytes(); got != 0 {
		t.Errorf("an empty store counts %d bytes", got)
	}
}
