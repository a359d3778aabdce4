package runtime

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/spoa-lua/spoa-lua/spop"
)

// TestHammer asks with many clients while the scripts are reloaded, some of
// them broken. Every NOTIFY is answered by one generation as a whole, and a
// client never sees an older generation after a newer one.
func TestHammer(t *testing.T) {
	t.Parallel()
	text := func(n int) string {
		return fmt.Sprintf("spoa.on('a', function() set_var('txn.a', %d) end)\nspoa.on('b', function() set_var('txn.b', %d) end)", n, n)
	}
	r, dir, _ := newTest(t, Config{MaxVMs: 3}, map[string]string{"m.lua": text(0)})
	addr := serve(t, config(r, time.Minute))
	var newest atomic.Int64
	var stop atomic.Bool
	var clients sync.WaitGroup
	for range 6 {
		c := dial(t, addr)
		clients.Go(func() {
			for !stop.Load() {
				before := newest.Load()
				got := ask(t, c, "a", "b")
				a, rest, _ := strings.Cut(strings.TrimPrefix(got, "set-var txn.a int64:"), "; ")
				n, err := strconv.ParseInt(a, 10, 64)
				if err != nil || rest != "set-var txn.b int64:"+a || n < before {
					t.Errorf("got %q, want one generation's whole answer, %d or newer", got, before)
					return
				}
			}
		})
	}
	for n := 1; n <= 60; n++ {
		save(t, filepath.Join(dir, "m.lua"), "broken = = 1")
		if _, err := r.Reload(); err == nil {
			t.Error("a broken script went live")
		}
		save(t, filepath.Join(dir, "m.lua"), text(n))
		if _, err := r.Reload(); err != nil {
			t.Error(err)
		}
		newest.Store(int64(n))
	}
	stop.Store(true)
	clients.Wait()
}

// TestClose closes the Runtime under NOTIFYs: each has an answer, with or
// without a policy's.
func TestClose(t *testing.T) {
	t.Parallel()
	for range 20 {
		r, _, _ := newTest(t, Config{MaxVMs: 2}, map[string]string{"m.lua": answerText("x")})
		addr := serve(t, config(r, time.Minute))
		var closed atomic.Bool
		var clients, some sync.WaitGroup
		for range 4 {
			c := dial(t, addr)
			some.Add(1)
			clients.Go(func() {
				ask(t, c, "m")
				some.Done()
				for !closed.Load() {
					ask(t, c, "m")
				}
				if got := ask(t, c, "m"); got != "" {
					t.Errorf("got %q after Close", got)
				}
			})
		}
		some.Wait()
		r.Close()
		closed.Store(true)
		clients.Wait()
	}
}

// TestBrokenVMs lets handlers be stopped again and again: VMs that were stopped
// are closed, and the others go on.
func TestBrokenVMs(t *testing.T) {
	t.Parallel()
	r, _, _ := newTest(t, Config{MaxVMs: 2}, map[string]string{
		"m.lua": answerText("x") + "spoa.on('loop', function() while true do pcall(function() while true do end end) end end)",
	})
	slow, fast := serve(t, config(r, 5*time.Millisecond)), serve(t, config(r, time.Minute))
	var clients sync.WaitGroup
	for range 2 {
		c := dial(t, slow)
		clients.Go(func() {
			for range 20 {
				if got := ask(t, c, "loop"); got != "" {
					t.Errorf("got %q of an endless loop", got)
				}
			}
		})
	}
	c := dial(t, fast)
	for range 200 {
		if got := ask(t, c, "m"); got != "set-var txn.answer str:x" {
			t.Errorf("got %q", got)
		}
	}
	clients.Wait()
	waitUntil(t, func() bool { return busyVMs(r) == 0 })
	if n := r.Live().pool.size(); n > 2 {
		t.Errorf("there are %d VMs, want 2 at most", n)
	}
}

// BenchmarkNotify is the way of a NOTIFY through a Runtime, without a network.
func BenchmarkNotify(b *testing.B) {
	r, _, _ := newTest(b, Config{}, map[string]string{"m.lua": answerText("x")})
	done := make(chan struct{})
	addr := serve(b, spop.Config{Handler: spop.HandlerFunc(func(x *spop.Exchange) error {
		defer close(done)
		b.ReportAllocs()
		for b.Loop() {
			x.Ack().Reset()
			if err := r.HandleNotify(x); err != nil {
				b.Error(err)
			}
		}
		return nil
	})})
	ask(b, dial(b, addr), "m")
	<-done
}

// TestRetiredBetween retires a generation between the moment at which a NOTIFY
// has picked it and the moment at which it borrows a VM: the NOTIFY then goes
// to the new one.
func TestRetiredBetween(t *testing.T) {
	t.Parallel()
	r, dir, _ := newTest(t, Config{}, map[string]string{"m.lua": answerText("old")})
	save(t, filepath.Join(dir, "m.lua"), answerText("new"))
	entered := make(chan struct{}, 1)
	c := dial(t, serve(t, spop.Config{Handler: spop.HandlerFunc(func(x *spop.Exchange) error {
		entered <- struct{}{}
		return r.HandleNotify(x)
	})}))
	for n := range 20 {
		old := r.Live()
		gen, _, err := r.load(uint64(n + 2))
		if err != nil {
			t.Fatal(err)
		}
		old.pool.mu.Lock() // the NOTIFY waits here for its VM
		var asking sync.WaitGroup
		asking.Go(func() {
			if got := ask(t, c, "m"); got != "set-var txn.answer str:new" && got != "set-var txn.answer str:old" {
				t.Errorf("got %q, want an answer of the old or the new policy", got)
			}
		})
		<-entered
		time.Sleep(time.Millisecond) // so that it mostly has picked the old one
		r.live.Store(gen)
		old.pool.retired = true
		old.pool.mu.Unlock()
		asking.Wait()
		old.pool.retire()
	}
}
