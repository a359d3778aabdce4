package runtime

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spoa-lua/spoa-lua/luabind"
	"github.com/spoa-lua/spoa-lua/spop"
)

const (
	// serviceHeader names the service that HAProxy wants; without it that is the
	// first part of the path.
	serviceHeader = "Spoa-Lua-Service"
	// argHeader begins the headers that HAProxy sends fetches and variables in.
	argHeader = "Spoa-Lua-Arg-"
	// ownHeaders begins the headers that services do not see.
	ownHeaders = "Spoa-Lua-"
	// maxRequestBody is how long the body of a request may be.
	maxRequestBody = 16 << 20
	// readGrace is how long after that time reading ends: behind the service,
	// which it would end for another reason.
	readGrace = 10 * time.Millisecond
	// writeGrace is how long an answer may take to be sent after the service's
	// time is over.
	writeGrace = 2 * time.Second
	// vmPatience is how long a request waits for a VM.
	vmPatience = time.Second
)

// requestCounts counts requests to services, for metrics, and those that are
// being answered. Its zero value is ready.
type requestCounts struct {
	inFlight atomic.Int64

	mu    sync.Mutex
	total map[requestKind]uint64
}

type requestKind struct {
	service string
	code    int
}

func (c *requestCounts) count(service string, code int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.total == nil {
		c.total = make(map[requestKind]uint64)
	}
	c.total[requestKind{service, code}]++
}

func (c *requestCounts) each(f func(service string, code int, n uint64)) {
	c.mu.Lock()
	total := maps.Clone(c.total)
	c.mu.Unlock()
	if unknown := (requestKind{code: http.StatusNotFound}); total[unknown] == 0 {
		f(unknown.service, unknown.code, 0) // there from the start
	}
	for kind, n := range total {
		f(kind.service, kind.code, n)
	}
}

// serving is the work of a VM that answers a request.
type serving struct {
	service string
	since   time.Time
}

// waiter is a request that waits for a VM.
type waiter struct{ until time.Time }

func (waiter) HandOver() {}

func (w waiter) Deadline() (time.Time, bool) { return w.until, true }

// tellServices warns of services that nobody can reach.
func (r *Runtime) tellServices(gen *Generation) {
	if len(gen.services) > 0 && !r.cfg.ServeHTTP {
		r.cfg.Log.Warn("services are not served: there is no --http-listen", "services", strings.Join(gen.services, ","),
			"hint", "use --http-listen ADDR, and send requests there with use_backend")
	}
}

// Services returns who registered services and where. They must not be changed.
func (g *Generation) Services() []*luabind.Handler { return g.serviceHandlers }

// maxServing is how many services may run at once: messages keep the other half
// of the VMs.
func (r *Runtime) maxServing() int64 { return int64(max(1, r.cfg.MaxVMs/2)) }

// ServeHTTP has the service answer that the header spoa-lua-service names, or
// else the first part of the path.
func (r *Runtime) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	defer r.requests.inFlight.Add(-1)
	if r.requests.inFlight.Add(1) > r.maxServing() {
		r.refuse(w, "", http.StatusServiceUnavailable)
		return
	}
	name := serviceName(req)
	for {
		gen := r.live.Load()
		i := slices.Index(gen.services, name)
		if i < 0 {
			r.refuse(w, "", http.StatusNotFound)
			return
		}
		if req.ContentLength > maxRequestBody {
			r.refuse(w, name, http.StatusRequestEntityTooLarge)
			return
		}
		vm, err := gen.pool.get(waiter{time.Now().Add(min(vmPatience, r.cfg.HTTPTimeout))})
		switch {
		case errors.Is(err, errRetired) && r.live.Load() != gen:
			continue
		case err != nil:
			r.refuse(w, name, http.StatusServiceUnavailable)
			return
		}
		r.serveWith(gen, vm, i, w, req)
		return
	}
}

// serviceName is the name of the service that a request is for.
func serviceName(req *http.Request) string {
	if name := req.Header.Get(serviceHeader); name != "" {
		return name
	}
	path, _ := target(req)
	name, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return name
}

// refuse answers what no service answers.
func (r *Runtime) refuse(w http.ResponseWriter, service string, code int) {
	r.requests.count(service, code)
	http.Error(w, http.StatusText(code), code)
}

// serveWith has a VM answer.
func (r *Runtime) serveWith(gen *Generation, w *worker, i int, out http.ResponseWriter, req *http.Request) {
	defer func() { gen.pool.put(w, w.endService()) }()
	name := gen.services[i]
	w.serving.Store(&serving{name, time.Now()})
	end := time.Now().Add(r.cfg.HTTPTimeout)
	ctx, cancel := context.WithDeadline(req.Context(), end)
	defer cancel()
	x := newExchange(out, req, end)
	m := argMessage(name, req.Header)
	err := w.vm.Serve(ctx, i, x, &m)
	if err == nil {
		r.requests.count(name, x.code)
		return
	}
	code := x.failure(ctx.Err())
	r.logService(name, code, err)
	r.requests.count(name, code)
	if x.code == 0 {
		http.Error(out, http.StatusText(code), code)
		return
	}
	panic(http.ErrAbortHandler) // what was sent of the answer is not all of it
}

// endService ends what beginning to serve began.
func (w *worker) endService() (reusable bool) {
	w.serving.Store(nil)
	return w.vm.End()
}

// logService logs each failure at most once a second.
func (r *Runtime) logService(name string, code int, err error) {
	n, ok := r.throttle.allow(err.Error())
	if !ok {
		return
	}
	log := r.cfg.Log.With("service", name)
	log.Warn("service failed", "err", err, "status", code, "suppressed", n)
	var script *luabind.ScriptError
	if errors.As(err, &script) && script.Traceback != "" {
		log.Debug("script traceback", "err", err, "traceback", script.Traceback)
	}
}

// numbers are the fetches that are numbers in HAProxy; headers are text.
var numbers = map[string]bool{"src_port": true, "dst_port": true, "ssl_fc": true}

// maxArgs is how many fetches and variables a request may carry.
const maxArgs = 255

// argMessage is what HAProxy has sent in headers, as a message of SPOP.
func argMessage(name string, header http.Header) spop.Message {
	var args []spop.Arg
	for _, key := range slices.Sorted(maps.Keys(header)) {
		if short, ok := strings.CutPrefix(key, argHeader); ok && short != "" && len(args) < maxArgs {
			args = append(args, argOf(strings.ToLower(short), header[key][0]))
		}
	}
	return spop.NewMessage(name, args...)
}

func argOf(name, text string) spop.Arg {
	if numbers[name] {
		if v, err := spop.ParseValue("int:" + text); err == nil {
			return spop.NewArg(name, v)
		}
	}
	return spop.NewArg(name, spop.String(text))
}
