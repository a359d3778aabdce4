package runtime

import (
	"crypto/sha256"
	"errors"
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
	return r.reloadLocked(true)
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
	gen, err = r.reloadLocked(false)
	if errors.Is(err, errBeingSaved) {
		return r.live.Load(), false, before
	}
	same := err != nil && before != nil && err.Error() == before.Error()
	return gen, !same, err
}

// reloadLocked is Reload with the lock held. Unless somebody has asked for it,
// files that look as if they were being saved are left for a later look.
func (r *Runtime) reloadLocked(asked bool) (*Generation, error) {
	gen, read, err := r.load(r.loads + 1)
	defer r.keepKeySets()
	if !asked && r.beingSaved(read) {
		if gen != nil {
			gen.pool.retire()
		}
		return nil, errBeingSaved
	}
	r.tried, r.failed = read, err
	if err != nil {
		r.reloads.failed.Add(1)
		r.reloads.lastOK.Store(false)
		return nil, err
	}
	r.loads++
	r.tellFiles(read)
	r.tellServices(gen)
	r.tellEmpty(gen)
	old := r.live.Load()
	r.warm(gen, old)
	r.live.Store(gen)
	if old != nil {
		old.stopTasks()
	}
	r.startTasks(gen, old)
	r.reloads.ok.Add(1)
	r.reloads.lastOK.Store(true)
	r.reloads.lastAt.Store(time.Now().UnixNano())
	if old != nil {
		old.pool.retire()
	}
	r.tellState(read)
	return gen, nil
}

// keepKeySets ends the fetching of keys that the live Generation does not use:
// those of the one before it, or of a load that failed.
func (r *Runtime) keepKeySets() {
	if gen := r.live.Load(); gen != nil {
		gen.program.KeepKeySets()
	}
}

// emptyPatience is how long a file that held something must have been empty to
// be loaded so. A save that writes in place empties the file first.
const emptyPatience = time.Second

var errBeingSaved = errors.New("a file is being saved")

// beingSaved reports whether a file of the live Generation has just become
// empty: an empty script loads, and would answer nothing.
func (r *Runtime) beingSaved(read *reading) bool {
	live := r.live.Load()
	if live == nil || !emptied(live.reading, read) {
		r.emptySince = time.Time{}
		return false
	}
	if r.emptySince.IsZero() {
		r.emptySince = time.Now()
	}
	return time.Since(r.emptySince) < emptyPatience
}

func emptied(before, after *reading) bool {
	empty := sha256.Sum256(nil)
	old := before.noted()
	for name, f := range after.noted() {
		if old := old[name]; f.sum == empty && old != nil && old.sum != empty && old.sum != [32]byte{} {
			return true
		}
	}
	return false
}

// warm makes as many VMs as the processors can keep busy, if the Generation
// before had so many, so that the first messages do not wait for them.
func (r *Runtime) warm(gen, old *Generation) {
	if old == nil {
		return
	}
	want := min(old.pool.size(), 2*goruntime.GOMAXPROCS(0), r.cfg.MaxVMs)
	for gen.pool.size() < want {
		vm, err := gen.create(true)
		if err != nil {
			return // the first message that needs one will say why
		}
		gen.pool.add(vm)
	}
}
