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
// warmest is taken first.
type pool struct {
	create func() (*luabind.VM, error)
	max    int
	// maxWaiting is how many messages may wait for a VM; more are shed at once.
	maxWaiting int
	counts     *vmCounts
	workers    *workers

	mu      sync.Mutex
	idle    []*worker
	total   int // those being made too
	making  int
	waiting []chan *worker
	retired bool
}

// vmCounts counts the VMs of all Generations, for metrics.
type vmCounts struct {
	idle, busy      atomic.Int64
	created, closed atomic.Uint64
}

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
	p.mu.Lock()
	if p.retired {
		p.mu.Unlock()
		return nil, errRetired
	}
	if n := len(p.idle); n > 0 {
		w := p.idle[n-1]
		p.idle = p.idle[:n-1]
		p.mu.Unlock()
		p.counts.idle.Add(-1)
		p.counts.busy.Add(1)
		return w, nil
	}
	if p.total < p.max && p.making < makers() {
		p.total++
		p.making++
		p.mu.Unlock()
		x.HandOver() // making a VM takes long enough to delay other messages
		return p.make()
	}
	if len(p.waiting) >= p.maxWaiting {
		p.mu.Unlock()
		return nil, errOverload
	}
	turn := make(chan *worker, 1)
	p.waiting = append(p.waiting, turn)
	p.mu.Unlock()
	// Not handed over at once: a VM comes back within microseconds, and every
	// message read meanwhile would wait too. The Server does so when it lasts.
	return p.wait(x, turn)
}

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
	p.counts.busy.Add(1)
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
	p.mu.Lock()
	if len(p.waiting) > 0 {
		turn := p.waiting[0]
		p.waiting = p.waiting[1:]
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
	p.counts.busy.Add(-1)
	p.counts.idle.Add(1)
}

// add puts a VM that was made beforehand among the idle ones.
func (p *pool) add(vm *luabind.VM) {
	p.mu.Lock()
	p.total++
	p.mu.Unlock()
	p.counts.created.Add(1)
	p.counts.busy.Add(1)
	p.put(p.newWorker(vm), true)
}

// close closes a VM that was in use.
func (p *pool) close(w *worker) {
	p.workers.remove(w)
	w.vm.Close()
	p.counts.busy.Add(-1)
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
}

// retire closes the idle VMs; those in use are closed when they are returned.
func (p *pool) retire() {
	p.mu.Lock()
	idle := p.idle
	p.idle = nil
	p.retired = true
	p.total -= len(idle)
	p.mu.Unlock()
	for _, w := range idle {
		p.workers.remove(w)
		w.vm.Close()
		p.counts.idle.Add(-1)
		p.counts.closed.Add(1)
	}
}

// size returns how many VMs there are.
func (p *pool) size() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.total
}
