package runtime

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/spoa-lua/spoa-lua/luabind"
)

// tasks are the functions that run beside the messages of a Generation, each on
// a VM of its own. The zero value has none.
type tasks struct {
	cancel context.CancelFunc
	done   sync.WaitGroup
}

// taskCounts counts the tasks of all Generations, for metrics.
type taskCounts struct {
	running jobs
	failed  atomic.Uint64
}

// startTasks starts those of a Generation that has gone live, when those of the
// one before it, which may be nil, are over.
func (r *Runtime) startTasks(gen, old *Generation) {
	ctx, cancel := context.WithCancel(context.Background())
	gen.tasks.cancel = cancel
	for i, info := range gen.taskInfos {
		gen.tasks.done.Go(func() {
			if old != nil {
				old.tasks.done.Wait()
			}
			j, own := newJob(ctx, fmt.Sprintf("%s:%d", info.Script, info.Line))
			defer j.cancel(nil)
			r.tasks.running.add(j)
			defer r.tasks.running.remove(j)
			err := runTask(own, gen, i, &j.ran)
			if err != nil && j.stopped.Load() {
				err = fmt.Errorf("%w: %w", errMemory, err)
			}
			if err != nil && ctx.Err() == nil {
				r.tasks.failed.Add(1)
				r.logTask(info, err)
			}
		})
	}
}

// stopTasks tells the tasks of a Generation to end.
func (g *Generation) stopTasks() {
	if g.tasks.cancel != nil {
		g.tasks.cancel()
	}
}

func runTask(ctx context.Context, gen *Generation, i int, ran *luabind.Stretch) error {
	if ctx.Err() != nil {
		return nil
	}
	vm, err := gen.create(true)
	if err != nil {
		return err
	}
	defer vm.Close()
	return vm.RunTask(ctx, i, ran)
}

func (r *Runtime) logTask(info *luabind.Handler, err error) {
	traceback := ""
	if script, ok := errors.AsType[*luabind.ScriptError](err); ok {
		traceback = script.Traceback
	}
	r.cfg.Log.Error("task failed: it does not run until the next load", "script", info.Script, "line", info.Line, "err", err, "traceback", traceback)
}
