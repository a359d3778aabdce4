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
	// reasonHeader tells HAProxy and the client why no service has answered.
	reasonHeader = "Spoa-Lua-Reason"
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
	// refuseGrace is how long the rest of a request that no service answers is read.
	refuseGrace = time.Second
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

// requestKind is what became of a request. The service is "" when there is none of
// the name that was asked for, and the reason when the service has answered.
type requestKind struct {
	service string
	code    int
	reason  luabind.Reason
}

func (c *requestCounts) count(k requestKind) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.total == nil {
		c.total = make(map[requestKind]uint64)
	}
	c.total[k]++
}

func (c *requestCounts) each(f func(k requestKind, n uint64)) {
	c.mu.Lock()
	total := maps.Clone(c.total)
	c.mu.Unlock()
	if unknown := (requestKind{code: http.StatusNotFound}); total[unknown] == 0 {
		f(unknown, 0) // there from the start
	}
	for kind, n := range total {
		f(kind, n)
	}
}

// waiter is a request that waits for a VM.
type waiter struct{ until time.Time }

func (waiter) HandOver() {}

func (w waiter) Deadline() (time.Time, bool) { return w.until, true }

// tellServices warns of services that nobody can reach.
func (r *Runtime) tellServices(gen *Generation) {
	if len(gen.services) > 0 && !r.cfg.ServeHTTP {
		r.cfg.Log.Warn("services are not served: there is no --http-listen", "services", strings.Join(gen.serviceNames(), ","),
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
		r.refuse(w, req, requestKind{code: http.StatusServiceUnavailable, reason: luabind.ReasonOverload})
		return
	}
	name := serviceName(req)
	for {
		gen := r.live.Load()
		i := gen.service(name)
		if i < 0 {
			r.refuse(w, req, requestKind{code: http.StatusNotFound})
			return
		}
		if req.ContentLength > maxRequestBody {
			r.refuse(w, req, requestKind{name, http.StatusRequestEntityTooLarge, reasonClient})
			return
		}
		vm, err := gen.pool.get(waiter{time.Now().Add(min(vmPatience, r.cfg.HTTPTimeout))})
		switch {
		case errors.Is(err, errRetired) && r.live.Load() != gen:
			continue
		case err != nil:
			r.noVM(w, req, name, err)
			return
		}
		r.serveWith(gen, vm, i, w, req)
		return
	}
}

// noVM answers for a service that there is no VM for.
func (r *Runtime) noVM(w http.ResponseWriter, req *http.Request, name string, err error) {
	kind := requestKind{name, http.StatusServiceUnavailable, luabind.ReasonOverload}
	if !errors.Is(err, errOverload) {
		kind.reason = luabind.ReasonError
		r.logService(kind, err)
	}
	r.refuse(w, req, kind)
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

// refuse answers what no service answers. Neither what is left of the body nor the
// client takes long then.
func (r *Runtime) refuse(w http.ResponseWriter, req *http.Request, k requestKind) {
	control, now := http.NewResponseController(w), time.Now()
	_ = control.SetWriteDeadline(now.Add(writeGrace)) // a test's recorder cannot
	if hasBody(req) {
		_ = control.SetReadDeadline(now.Add(refuseGrace)) // the same
	}
	r.requests.count(k)
	answerFor(w, k)
}

// answerFor answers in the place of a service.
func answerFor(w http.ResponseWriter, k requestKind) {
	text := http.StatusText(k.code)
	if k.reason != "" {
		w.Header().Set(reasonHeader, string(k.reason))
		text = strings.TrimSpace(text + " (" + string(k.reason) + ")")
	}
	http.Error(w, text, k.code)
}

// serveWith has a VM answer.
func (r *Runtime) serveWith(gen *Generation, w *worker, i int, out http.ResponseWriter, req *http.Request) {
	defer func() { gen.pool.put(w, w.endService()) }()
	s := &gen.services[i]
	if !s.breaker.allows() {
		s.ended.Add(1)
		r.refuse(out, req, requestKind{s.name, http.StatusServiceUnavailable, luabind.ReasonQuarantined})
		return
	}
	j, ctx := newJob(context.WithoutCancel(req.Context()), s.name)
	defer j.cancel(nil)
	w.serving.Store(j)
	ctx, cancel := context.WithDeadline(ctx, j.began.Add(r.cfg.HTTPTimeout))
	defer cancel()
	x := newExchange(out, req, j.began.Add(r.cfg.HTTPTimeout))
	defer x.stopWhenGone(req, j.cancel)()
	m := argMessage(s.name, req.Header)
	err := w.vm.Serve(ctx, i, x, &m)
	s.ended.Add(1)
	if err == nil {
		r.serviceWorked(s)
		r.requests.count(requestKind{s.name, x.code, ""})
		return
	}
	code, reason := x.failure(context.Cause(ctx), w.vm.Usable(), r.cfg.HTTPTimeout)
	kind := requestKind{s.name, code, reason}
	r.serviceFailed(s, kind, err)
	r.requests.count(kind)
	if x.code == 0 {
		answerFor(out, kind)
		return
	}
	panic(http.ErrAbortHandler) // what was sent of the answer is not all of it
}

// endService ends what beginning to serve began.
func (w *worker) endService() (reusable bool) {
	w.serving.Store(nil)
	return w.vm.End()
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
