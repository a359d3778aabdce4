package runtime

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/spoa-lua/spoa-lua/luabind"
	"github.com/spoa-lua/spoa-lua/spop"
)

// newPool makes a pool of empty VMs. fail makes their creation fail.
func newPool(tb testing.TB, limit int, fail *atomic.Bool) *pool {
	tb.Helper()
	program := new(luabind.Program)
	p := &pool{maxWaiting: 1000, max: limit, counts: new(vmCounts), workers: new(workers), create: func() (*luabind.VM, error) {
		if fail != nil && fail.Load() {
			return nil, errNoVM
		}
		return program.NewVM(nil)
	}}
	tb.Cleanup(func() {
		p.retire()
		c := p.counts
		if p.idleVMs() != 0 || c.created.Load() != c.closed.Load() || p.size() != 0 || len(p.waiting) != 0 {
			tb.Errorf("at the end: %d idle, %d made, %d closed, total %d, %d waiting",
				p.idleVMs(), c.created.Load(), c.closed.Load(), p.size(), len(p.waiting))
		}
	})
	return p
}

var errNoVM = errors.New("no VM today")

// exchange runs f with an exchange of its own, which has that much time, and
// returns when f does.
func exchange(tb testing.TB, timeout time.Duration, f func(x *spop.Exchange)) {
	tb.Helper()
	done := make(chan struct{})
	addr := serve(tb, spop.Config{Timeout: timeout, Handler: spop.HandlerFunc(func(x *spop.Exchange) error {
		defer close(done)
		f(x)
		return nil
	})})
	ask(tb, dial(tb, addr), "any")
	<-done
}

func mustGet(tb testing.TB, p *pool, x *spop.Exchange) *worker {
	tb.Helper()
	w, err := p.get(x)
	if err != nil {
		tb.Error(err)
		panic(err) // on the goroutine of a handler
	}
	return w
}

func TestPoolGivesTheWarmestFirst(t *testing.T) {
	t.Parallel()
	p := newPool(t, 3, nil)
	exchange(t, 0, func(x *spop.Exchange) {
		a, b, c := mustGet(t, p, x), mustGet(t, p, x), mustGet(t, p, x)
		p.put(a, true)
		p.put(c, true)
		p.put(b, true)
		for _, want := range []*worker{b, c, a} {
			got := mustGet(t, p, x)
			if got != want {
				t.Error("got another VM than the one returned last")
			}
			defer p.put(got, true)
		}
	})
}

func TestPoolClosesWhatIsNotReusable(t *testing.T) {
	t.Parallel()
	p := newPool(t, 1, nil)
	exchange(t, 0, func(x *spop.Exchange) {
		a := mustGet(t, p, x)
		p.put(a, false)
		b := mustGet(t, p, x)
		if a == b {
			t.Error("got the broken VM again")
		}
		p.put(b, true)
	})
	if n := p.counts.closed.Load(); n != 1 {
		t.Errorf("%d VMs were closed, want the broken one", n)
	}
}

// TestPoolWaits shows that whoever waits first is served first: with the VM
// that comes back, or with leave to make another when it is broken.
func TestPoolWaits(t *testing.T) {
	t.Parallel()
	for _, reusable := range []bool{true, false} {
		p := newPool(t, 1, nil)
		exchange(t, 0, func(x *spop.Exchange) {
			held := mustGet(t, p, x)
			var order []int
			var waiting sync.WaitGroup
			for i := range 3 {
				waiting.Go(func() {
					exchange(t, 0, func(x *spop.Exchange) {
						w := mustGet(t, p, x)
						order = append(order, i) // by one at a time
						p.put(w, reusable)
					})
				})
				waitUntil(t, func() bool { return waiters(p) == i+1 })
			}
			p.put(held, reusable)
			waiting.Wait()
			for i, got := range order {
				if got != i {
					t.Errorf("served in the order %v, want that of arrival", order)
				}
			}
		})
	}
}

func waiters(p *pool) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.waiting)
}

// waitUntil asks again and again until ok says true.
func waitUntil(tb testing.TB, ok func() bool) {
	tb.Helper()
	for began := time.Now(); !ok(); time.Sleep(time.Millisecond) {
		if time.Since(began) > time.Minute {
			tb.Fatal("what was waited for has not happened in a minute")
		}
	}
}

func TestPoolOverload(t *testing.T) {
	t.Parallel()
	p := newPool(t, 1, nil)
	exchange(t, 0, func(x *spop.Exchange) {
		held := mustGet(t, p, x)
		defer p.put(held, true)
		exchange(t, 20*time.Millisecond, func(x *spop.Exchange) {
			if _, err := p.get(x); !errors.Is(err, errOverload) {
				t.Errorf("got %v, want errOverload", err)
			}
		})
		if n := waiters(p); n != 0 {
			t.Errorf("%d wait still, want none", n)
		}
	})
}

// impatient is somebody who asks for a VM and has little time.
type impatient struct{ until time.Time }

func (impatient) HandOver() {}

func (i impatient) Deadline() (time.Time, bool) { return i.until, true }

// TestPoolPatience shows how long somebody waits: so that there is time left to
// answer that all VMs are busy.
func TestPoolPatience(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, 1, nil)
		began := time.Now()
		i := impatient{began.Add(time.Second)}
		held, err := p.get(i)
		if err != nil {
			t.Fatal(err)
		}
		defer p.put(held, true)
		if _, err := p.get(i); !errors.Is(err, errOverload) {
			t.Errorf("got %v, want errOverload", err)
		}
		if took := time.Since(began); took != 800*time.Millisecond {
			t.Errorf("waited for %s of a second, want 800 ms", took)
		}
	})
}

func TestPoolCannotMakeOne(t *testing.T) {
	t.Parallel()
	var fail atomic.Bool
	p := newPool(t, 1, &fail)
	fail.Store(true)
	exchange(t, 0, func(x *spop.Exchange) {
		if _, err := p.get(x); !errors.Is(err, errNoVM) {
			t.Errorf("got %v, want the reason", err)
		}
		fail.Store(false)
		p.put(mustGet(t, p, x), true)
	})
	exchange(t, 0, func(x *spop.Exchange) {
		held := mustGet(t, p, x)
		var waiting sync.WaitGroup
		for i := range 2 {
			waiting.Go(func() {
				exchange(t, 0, func(x *spop.Exchange) {
					if _, err := p.get(x); !errors.Is(err, errNoVM) {
						t.Errorf("waiting: got %v, want the reason", err)
					}
				})
			})
			waitUntil(t, func() bool { return waiters(p) == i+1 })
		}
		fail.Store(true)
		p.put(held, false)
		waiting.Wait()
	})
}

func TestPoolRetired(t *testing.T) {
	t.Parallel()
	p := newPool(t, 2, nil)
	exchange(t, 0, func(x *spop.Exchange) {
		idle, used := mustGet(t, p, x), mustGet(t, p, x)
		p.put(idle, true)
		p.retire()
		if got := p.counts.closed.Load(); got != 1 {
			t.Errorf("%d VMs were closed by retire, want the idle one", got)
		}
		if _, err := p.get(x); !errors.Is(err, errRetired) {
			t.Errorf("got %v, want errRetired", err)
		}
		p.put(used, true)
		if got := p.counts.closed.Load(); got != 2 {
			t.Errorf("%d VMs were closed, want the used one as well", got)
		}
		p.retire() // twice does no harm
	})
}

// TestPoolMakesFewAtOnce holds up the making of VMs: whoever finds all makers
// at it waits, and gets the VM that comes back, not one of its own.
func TestPoolMakesFewAtOnce(t *testing.T) {
	t.Parallel()
	p := newPool(t, 100, nil)
	var made atomic.Int64
	slow, create := make(chan struct{}), p.create
	p.create = func() (*luabind.VM, error) {
		if made.Add(1) > 1 {
			<-slow
		}
		return create()
	}
	exchange(t, 0, func(x *spop.Exchange) {
		held := mustGet(t, p, x)
		var users sync.WaitGroup
		use := func() {
			exchange(t, 0, func(x *spop.Exchange) { p.put(mustGet(t, p, x), true) })
		}
		for range makers() {
			users.Go(use)
		}
		waitUntil(t, func() bool { return made.Load() == 1+int64(makers()) })
		var others sync.WaitGroup
		for range 20 {
			others.Go(use)
		}
		waitUntil(t, func() bool { return waiters(p) == 20 })
		p.put(held, true)
		others.Wait() // one VM has served them all
		close(slow)
		users.Wait()
	})
	if n := made.Load(); n != 1+int64(makers()) {
		t.Errorf("%d VMs were made, want %d", n, 1+makers())
	}
}

// TestPoolHammer has more users than VMs: nobody gets a VM that somebody else has,
// and nobody waits for one that is idle.
func TestPoolHammer(t *testing.T) {
	t.Parallel()
	const users, turns, limit = 8, 300, 3
	p := newPool(t, limit, nil)
	holders := make(map[*worker]*atomic.Int32)
	var mu sync.Mutex
	holdersOf := func(w *worker) *atomic.Int32 {
		mu.Lock()
		defer mu.Unlock()
		if holders[w] == nil {
			holders[w] = new(atomic.Int32)
		}
		return holders[w]
	}
	var done sync.WaitGroup
	for range users {
		done.Go(func() {
			for range turns {
				w, err := p.get(impatient{time.Now().Add(time.Hour)})
				if err != nil {
					t.Error(err)
					return
				}
				n := holdersOf(w)
				if n.Add(1) != 1 {
					t.Error("two have the same VM")
				}
				n.Add(-1)
				p.put(w, true)
			}
		})
	}
	done.Wait()
	if got := len(holders); got > limit {
		t.Errorf("%d VMs, want %d at most", got, limit)
	}
	if got := p.idleVMs(); got != p.size() {
		t.Errorf("%d of %d VMs are idle at the end", got, p.size())
	}
}
