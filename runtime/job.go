package runtime

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spoa-lua/spoa-lua/luabind"
)

// job is a service or a task that runs. Any goroutine may look at it.
type job struct {
	name    string
	began   time.Time
	ran     luabind.Stretch // of a task
	stopped atomic.Bool
	cancel  context.CancelCauseFunc
}

// newJob makes a job whose context ends with parent, or when it is stopped.
func newJob(parent context.Context, name string) (*job, context.Context) {
	j := &job{name: name, began: time.Now()}
	var ctx context.Context
	ctx, j.cancel = context.WithCancelCause(parent)
	return j, ctx
}

// stop ends it for want of memory.
func (j *job) stop() {
	j.stopped.Store(true)
	j.cancel(errMemory)
}

// jobs are the tasks that run. The zero value has none.
type jobs struct {
	mu  sync.Mutex
	all map[*job]struct{}
}

func (s *jobs) add(j *job) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all == nil {
		s.all = make(map[*job]struct{})
	}
	s.all[j] = struct{}{}
}

func (s *jobs) remove(j *job) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.all, j)
}

func (s *jobs) each(f func(j *job)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for j := range s.all {
		f(j)
	}
}

func (s *jobs) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.all)
}
