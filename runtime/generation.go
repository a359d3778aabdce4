package runtime

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/spoa-lua/spoa-lua/luabind"
	"github.com/spoa-lua/spoa-lua/luabind/haproxy"
)

// Generation is everything of one successful load: the compiled scripts, the
// table of their messages, their VMs. It does not change once it is live.
type Generation struct {
	// Number counts the loads that succeeded, from 1.
	Number uint64
	// Digest stands for the bytes of all files that were read.
	Digest string
	// Scripts are the names of the scripts in the order in which they run.
	Scripts []string
	// Messages are the names that the scripts have handlers for.
	Messages []string
	// Took is how long the load took.
	Took time.Duration

	program *luabind.Program
	byName  map[string]*message
	pool    *pool
	reading *reading
	// create makes another VM, beside those that answer or for a message that
	// waits for it.
	create func(beside bool) (*luabind.VM, error)

	taskInfos []*luabind.Handler
	tasks     tasks
	services  []serviceState

	serviceHandlers []*luabind.Handler
}

// message is what a Generation knows of a message's name.
type message struct {
	name       string
	index      int // of luabind.VM.Run
	generation uint64
	handlers   []handlerState
	timeouts   bool // a handler has a limit of its own
	stats      *messageStats
}

func (r *Runtime) newMessage(name string, index int, generation uint64, handlers []*luabind.Handler) *message {
	m := &message{name: name, index: index, generation: generation, stats: r.stats.get(name), handlers: make([]handlerState, len(handlers))}
	for j, h := range handlers {
		m.handlers[j].info = h
		m.handlers[j].breaker.limit = r.quarantineAfter()
		m.timeouts = m.timeouts || h.Timeout > 0
	}
	return m
}

// quarantined returns how many handlers and services are in quarantine.
func (g *Generation) quarantined() int {
	n := 0
	for _, m := range g.byName {
		for j := range m.handlers {
			if m.handlers[j].breaker.quarantined() {
				n++
			}
		}
	}
	for i := range g.services {
		if g.services[i].breaker.quarantined() {
			n++
		}
	}
	return n
}

// LoadError is everything that is wrong with the scripts of a load.
type LoadError struct{ Errs []error }

// Error returns all errors, one a line.
func (e *LoadError) Error() string { return errors.Join(e.Errs...).Error() }

// Unwrap returns the errors.
func (e *LoadError) Unwrap() []error { return e.Errs }

// loadTries bounds how often a load begins anew because a file has changed
// under it.
const loadTries = 5

// load reads, compiles and runs the scripts and returns a Generation with one
// VM. It is all that a reload and a check have in common. A file that is saved
// meanwhile may have been read empty, or in half, and may even compile: then
// all of it is done again.
func (r *Runtime) load(number uint64) (gen *Generation, read *reading, err error) {
	for range loadTries {
		gen, read, err = r.loadOnce(number)
		if !read.changed() {
			break
		}
		if gen != nil {
			gen.pool.retire()
		}
	}
	return gen, read, err
}

func (r *Runtime) loadOnce(number uint64) (*Generation, *reading, error) {
	began := time.Now()
	folders, err := r.folders()
	read := newReading(folders)
	if err != nil {
		return nil, read, &LoadError{[]error{err}}
	}
	sources, err := read.sources()
	if err != nil {
		return nil, read, &LoadError{[]error{err}}
	}
	program, err := r.compile(number, sources, read)
	if err != nil {
		return nil, read, err
	}
	vm, err := r.newVM(program, r.live.Load() != nil)
	if err != nil {
		return nil, read, &LoadError{[]error{err}}
	}
	gen := &Generation{Number: number, Digest: read.digest(), Messages: vm.Messages(), program: program, byName: make(map[string]*message), reading: read}
	for _, s := range sources {
		gen.Scripts = append(gen.Scripts, s.show)
	}
	for i, name := range gen.Messages {
		gen.byName[name] = r.newMessage(name, i, number, vm.Handlers(i))
	}
	gen.pool = &pool{max: r.cfg.MaxVMs, maxWaiting: waitingPerVM * r.cfg.MaxVMs, counts: &r.vms, workers: &r.workers}
	shape := shapeOf(vm)
	gen.create = func(beside bool) (*luabind.VM, error) { return r.anotherVM(program, shape, beside) }
	gen.pool.create = func() (*luabind.VM, error) { return gen.create(false) }
	gen.taskInfos, gen.serviceHandlers = vm.Tasks(), vm.ServiceHandlers()
	gen.services = r.newServices(vm.Services(), gen.serviceHandlers)
	gen.pool.add(vm)
	gen.Took = time.Since(began)
	return gen, read, nil
}

// compile compiles all scripts, so that one call shows what is wrong with
// each of them.
func (r *Runtime) compile(number uint64, sources []source, read *reading) (*luabind.Program, error) {
	info := r.info
	info.Generation = number
	cache := newCache(read)
	p := &luabind.Program{
		Info: info, Vars: r.cfg.Vars, Shared: r.shared, HAProxy: &r.haproxy, Log: r.cfg.Log,
		Module: cache.module, ModuleFile: cache.moduleFile, ReadFile: cache.readFile, ListFiles: cache.listFiles, OpenFile: read.open, Network: r.cfg.Network, KeySets: r.keySets,
		Args: make(map[string][]string), Booleans: r.cfg.Booleans,
	}
	var failed LoadError
	if err := r.giveConfig(p, read); err != nil {
		failed.Errs = append(failed.Errs, err)
	}
	if err := giveArgs(p, r.cfg.ScriptArgs, sources); err != nil {
		failed.Errs = append(failed.Errs, err)
	}
	for _, s := range sources {
		script, err := luabind.Compile(s.show, s.text)
		if err != nil {
			failed.Errs = append(failed.Errs, err)
			continue
		}
		p.Scripts = append(p.Scripts, script)
	}
	if failed.Errs != nil {
		return nil, &failed
	}
	return p, nil
}

// giveConfig reads the haproxy.cfg that the operator has named.
func (r *Runtime) giveConfig(p *luabind.Program, read *reading) error {
	file := r.cfg.HAProxyConfig
	if file == "" {
		return nil
	}
	text, err := read.note("haproxy-cfg "+file, file, func() ([]byte, error) { return os.ReadFile(file) })
	if err != nil {
		return fmt.Errorf("haproxy-cfg: %w", err)
	}
	if !haproxy.HasProxies(text) {
		return fmt.Errorf("haproxy-cfg: %s has no section frontend, backend or listen", file)
	}
	p.HAProxyConfig = text
	return nil
}

// giveArgs gives scripts the arguments of their files.
func giveArgs(p *luabind.Program, args map[string][]string, sources []source) error {
	names := make([]string, 0, len(sources))
	for _, s := range sources {
		names = append(names, s.base)
		if list := args[s.base]; list != nil {
			p.Args[s.show] = list
		}
	}
	for _, file := range slices.Sorted(maps.Keys(args)) {
		if !slices.Contains(names, file) {
			return fmt.Errorf("arguments for %s, but the scripts are %s", file, strings.Join(names, ", "))
		}
	}
	return nil
}

// newVM makes a VM and gives its scripts LoadTimeout to run. Beside others that
// answer, and that it is not made for, it takes its time.
func (r *Runtime) newVM(p *luabind.Program, beside bool) (*luabind.VM, error) {
	var stop atomic.Bool
	limit := r.cfg.LoadTimeout
	var pause func()
	if beside {
		pause = newPace().look
		limit += paceMax
	}
	timer := time.AfterFunc(limit, func() { stop.Store(true) })
	defer timer.Stop()
	vm, err := p.NewVMBeside(&stop, pause)
	if errors.Is(err, luabind.ErrStopped) {
		return nil, fmt.Errorf("%w: loading took longer than %s", err, r.cfg.LoadTimeout)
	}
	return vm, err
}

// anotherVM makes one more VM of a Generation. The scripts must register for the
// same as they did in its first one: who is called is told by numbers.
func (r *Runtime) anotherVM(p *luabind.Program, want []string, beside bool) (*luabind.VM, error) {
	vm, err := r.newVM(p, beside)
	if err != nil {
		return nil, err
	}
	if got := shapeOf(vm); !slices.Equal(got, want) {
		vm.Close()
		return nil, fmt.Errorf("scripts registered for something else than in the first VM: %q, then %q", want, got)
	}
	return vm, nil
}

// shapeOf tells what the scripts of a VM have registered for.
func shapeOf(vm *luabind.VM) []string {
	var shape []string
	for i, name := range vm.Messages() {
		shape = append(shape, fmt.Sprintf("message %s (%d)", name, len(vm.Handlers(i))))
	}
	for _, name := range vm.Services() {
		shape = append(shape, "service "+name)
	}
	return append(shape, fmt.Sprintf("%d tasks", len(vm.Tasks())))
}

// waitingPerVM is how many messages may wait for each VM that there can be.
const waitingPerVM = 4

// modulePaths returns the files that require looks for, in this order.
func modulePaths(name string) []string {
	file := strings.ReplaceAll(name, ".", "/")
	return []string{file + ".lua", path.Join(file, "init.lua")}
}
