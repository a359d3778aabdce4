package runtime

import (
	goruntime "runtime"
	"sync/atomic"
	"time"
)

// reloadStats counts loads, for metrics.
type reloadStats struct {
	ok, failed atomic.Uint64
	lastOK     atomic.Bool
	lastAt     atomic.Int64 // Unix nanoseconds of the last load that succeeded
}

// Reload loads the scripts anew. When all of them load, compile and run, the
// new Generation goes live at once and the old one is retired: messages under
// way finish on it. Otherwise the old one goes on, and the error, a *LoadError,
// says what is wrong.
func (r *Runtime) Reload() (*Generation, error) {
	r.reloading.Lock()
	defer r.reloading.Unlock()
	return r.reloadLocked()
}

// ReloadIfChanged is Reload when something that the newest load has read, or
// the list of scripts, differs from what it was. changed tells whether it did.
func (r *Runtime) ReloadIfChanged() (gen *Generation, changed bool, err error) {
	r.reloading.Lock()
	defer r.reloading.Unlock()
	if r.tried != nil && len(r.tried.folders) > 0 && !r.tried.changed() {
		return r.live.Load(), false, r.failed
	}
	before := r.failed
	gen, err = r.reloadLocked()
	same := err != nil && before != nil && err.Error() == before.Error()
	return gen, !same, err
}

func (r *Runtime) reloadLocked() (*Generation, error) {
	gen, read, err := r.load(r.loads + 1)
	r.tried, r.failed = read, err
	if err != nil {
		r.reloads.failed.Add(1)
		r.reloads.lastOK.Store(false)
		return nil, err
	}
	r.loads++
	r.tellFiles(read)
	old := r.live.Load()
	r.warm(gen, old)
	r.live.Store(gen)
	r.reloads.ok.Add(1)
	r.reloads.lastOK.Store(true)
	r.reloads.lastAt.Store(time.Now().UnixNano())
	if old != nil {
		old.pool.retire()
	}
	return gen, nil
}

// warm makes as many VMs as the processors can keep busy, if the Generation
// before had so many, so that the first messages do not wait for them.
func (r *Runtime) warm(gen, old *Generation) {
	if old == nil {
		return
	}
	want := min(old.pool.size(), 2*goruntime.GOMAXPROCS(0), r.cfg.MaxVMs)
	for gen.pool.size() < want {
		vm, err := gen.pool.create()
		if err != nil {
			return // the first message that needs one will say why
		}
		gen.pool.add(vm)
	}
}
