package runtime

import (
	"errors"
	goruntime "runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spoa-lua/spoa-lua/luabind"
	"github.com/spoa-lua/spoa-lua/spop"
)

// errRetired says that a pool's Generation is no longer the live one.
var errRetired = errors.New("generation retired")

// errOverload says that all VMs were busy until the exchange's time was over.
var errOverload = errors.New("all VMs are busy")

// worker is a VM with what a call of it needs.
type worker struct {
	vm  *luabind.VM
	msg spop.Message // here, so that no NOTIFY allocates one

	// For those who look on: what it works on, and which message it is at.
	x  atomic.Pointer[spop.Exchange]
	at atomic.Pointer[message]
	// serving is the request that it answers.
	serving atomic.Pointer[job]
}

func (w *worker) begin(x *spop.Exchange) {
	w.x.Store(x)
	w.vm.BeginExchange(x)
}

func (w *worker) end() (reusable bool) {
	w.x.Store(nil)
	return w.vm.End()
}

// pool holds the VMs of one Generation. Idle ones lie on a stack, so that the
// warmest is taken first. The topmost lies apart, for whoever takes it without the
// lock.
type pool struct {
	create func() (*luabind.VM, error)
	max    int
	// maxWaiting is how many messages may wait for a VM; more are shed at once.
	maxWaiting int
	counts     *vmCounts
	workers    *workers

	top atomic.Pointer[worker]
	// wanted is set, with the lock held, while no VM may stay on top: somebody
	// waits for one, or the pool is retired.
	wanted atomic.Bool

	mu      sync.Mutex
	idle    []*worker // below the topmost
	total   int       // those being made too
	making  int
	waiting []chan *worker
	retired bool
}

// vmCounts counts the VMs of all Generations, for metrics. A VM is busy that has
// been made, not closed, and is not idle.
type vmCounts struct{ created, closed atomic.Uint64 }

// makers is how many VMs may be in the making at once. Under load a VM comes
// back within microseconds, while making one takes a hundred of them and, with
// a large table in a script, milliseconds: if every message that finds none
// idle made its own, a moment's stall would become a standstill.
func makers() int { return 1 + goruntime.GOMAXPROCS(0)/4 }

// asker is who borrows a VM: a spop.Exchange, or a request of HTTP.
type asker interface {
	// HandOver tells that it takes longer than usual.
	HandOver()
	// Deadline is when it is too late; ok is false when that is never.
	Deadline() (at time.Time, ok bool)
}

// get borrows a VM for x. When none is idle it makes one, or waits for one to
// come back if there are max or others are being made.
func (p *pool) get(x asker) (*worker, error) {
	if w := p.top.Swap(nil); w != nil {
		return w, nil
	}
	w, turn, err := p.getBelow()
	switch {
	case err != nil || w != nil:
		return w, err
	case turn == nil:
		x.HandOver() // making a VM takes long enough to delay other messages
		return p.make()
	}
	// Not handed over at once: a VM comes back within microseconds, and every
	// message read meanwhile would wait too. The Server does so when it lasts.
	return p.wait(x, turn)
}

// getBelow is get for what is not on top. When it returns no VM, one is to be made,
// or to be waited for on turn.
func (p *pool) getBelow() (w *worker, turn chan *worker, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.retired {
		return nil, nil, errRetired
	}
	if n := len(p.idle); n > 0 {
		w, p.idle[n-1] = p.idle[n-1], nil
		p.idle = p.idle[:n-1]
		return w, nil, nil
	}
	if p.total < p.max && p.making < makers() {
		p.total++
		p.making++
		return nil, nil, nil
	}
	if len(p.waiting) >= p.maxWaiting {
		return nil, nil, errOverload
	}
	// Whoever puts a VM on top looks at wanted behind that, so that either of the
	// two sees the other.
	p.wanted.Store(true)
	if w := p.top.Swap(nil); w != nil {
		p.setWanted()
		return w, nil, nil
	}
	turn = make(chan *worker, 1)
	p.waiting = append(p.waiting, turn)
	return nil, turn, nil
}

// setWanted sets wanted to what it must be. The mutex is held.
func (p *pool) setWanted() { p.wanted.Store(p.retired || len(p.waiting) > 0) }

// make makes a VM that total and making already count.
func (p *pool) make() (*worker, error) {
	vm, err := p.create()
	p.mu.Lock()
	p.making--
	if err != nil {
		p.total--
	}
	p.nextMaker()
	p.mu.Unlock()
	if err != nil {
		return nil, err
	}
	p.counts.created.Add(1)
	return p.newWorker(vm), nil
}

func (p *pool) newWorker(vm *luabind.VM) *worker {
	w := &worker{vm: vm}
	p.workers.add(w)
	return w
}

// patience is which part of the time that an exchange has left is spent on
// waiting for a VM. The rest lets it be answered as overload, before the Server
// answers for it as timeout.
const patience = 0.8

// wait waits until a VM is returned, or until the time of x is nearly over. A
// nil worker on turn stands for leave to make a VM.
func (p *pool) wait(x asker, turn chan *worker) (*worker, error) {
	var over <-chan time.Time
	if at, ok := x.Deadline(); ok {
		t := time.NewTimer(time.Duration(patience * float64(time.Until(at))))
		defer t.Stop()
		over = t.C
	}
	select {
	case w := <-turn:
		return p.take(w)
	case <-over:
	}
	if p.forget(turn) {
		return nil, errOverload
	}
	return p.take(<-turn) // it came at the same moment
}

func (p *pool) take(w *worker) (*worker, error) {
	if w == nil {
		return p.make()
	}
	return w, nil
}

// forget takes turn out of the line; false means that it has been served.
func (p *pool) forget(turn chan *worker) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, other := range p.waiting {
		if other == turn {
			p.waiting = append(p.waiting[:i], p.waiting[i+1:]...)
			p.setWanted()
			return true
		}
	}
	return false
}

// put returns a VM, to whoever waits first. One that is not reusable, or whose
// Generation is retired, is closed.
func (p *pool) put(w *worker, reusable bool) {
	if !reusable {
		p.close(w)
		p.discard()
		return
	}
	if p.wanted.Load() {
		p.putBelow(w)
		return
	}
	if below := p.top.Swap(w); below != nil {
		p.putBelow(below)
	}
	if !p.wanted.Load() {
		return
	}
	if w := p.top.Swap(nil); w != nil {
		p.putBelow(w)
	}
}

// putBelow is put for a reusable VM that does not stay on top.
func (p *pool) putBelow(w *worker) {
	w.vm.Rest()
	p.mu.Lock()
	if len(p.waiting) > 0 {
		turn := p.waiting[0]
		p.waiting = p.waiting[1:]
		p.setWanted()
		p.mu.Unlock()
		turn <- w
		return
	}
	if p.retired {
		p.total--
		p.mu.Unlock()
		p.close(w)
		return
	}
	p.idle = append(p.idle, w)
	p.mu.Unlock()
}

// add puts a VM that was made beforehand among the idle ones.
func (p *pool) add(vm *luabind.VM) {
	p.mu.Lock()
	p.total++
	p.mu.Unlock()
	p.counts.created.Add(1)
	p.put(p.newWorker(vm), true)
}

// close closes a VM.
func (p *pool) close(w *worker) {
	p.workers.remove(w)
	w.vm.Close()
	p.counts.closed.Add(1)
}

// discard gives back the place of a VM that is gone.
func (p *pool) discard() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.total--
	p.nextMaker()
}

// nextMaker gives whoever waits first leave to make a VM, if there may be one
// more. The mutex is held.
func (p *pool) nextMaker() {
	if len(p.waiting) == 0 || p.total >= p.max || p.making >= makers() {
		return
	}
	p.total++
	p.making++
	p.waiting[0] <- nil
	p.waiting = p.waiting[1:]
	p.setWanted()
}

// retire closes the idle VMs; those in use are closed when they are returned.
func (p *pool) retire() {
	p.mu.Lock()
	p.retired = true
	p.setWanted()
	idle := p.idle
	p.idle = nil
	if w := p.top.Swap(nil); w != nil {
		idle = append(idle, w)
	}
	p.total -= len(idle)
	p.mu.Unlock()
	for _, w := range idle {
		p.close(w)
	}
}

// idleVMs returns how many VMs are idle.
func (p *pool) idleVMs() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := len(p.idle)
	if p.top.Load() != nil {
		n++
	}
	return n
}

// size returns how many VMs there are.
func (p *pool) size() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.total
}
