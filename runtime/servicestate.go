package runtime

import (
	"errors"
	"sync/atomic"
	"time"

	"github.com/spoa-lua/spoa-lua/luabind"
)

// serviceState is what a Generation remembers of a service.
type serviceState struct {
	handlerState
	name  string
	ended atomic.Uint64 // requests
}

func (r *Runtime) newServices(names []string, handlers []*luabind.Handler) []serviceState {
	services := make([]serviceState, len(names))
	for i := range services {
		s := &services[i]
		s.name, s.info, s.breaker.limit = names[i], handlers[i], r.quarantineAfter()
	}
	return services
}

// service returns the index of the service of that name, or -1.
func (g *Generation) service(name string) int {
	for i := range g.services {
		if g.services[i].name == name {
			return i
		}
	}
	return -1
}

func (g *Generation) serviceNames() []string {
	names := make([]string, len(g.services))
	for i := range names {
		names[i] = g.services[i].name
	}
	return names
}

// serviceWorked notes that a service has answered.
func (r *Runtime) serviceWorked(s *serviceState) {
	if s.breaker.succeeded() {
		r.cfg.Log.Info("service out of quarantine", "service", s.name, "script", s.info.Script, "line", s.info.Line)
	}
}

// serviceFailed remembers and logs a failure, and may put the service in
// quarantine: not for what its clients do wrong.
func (r *Runtime) serviceFailed(s *serviceState, k requestKind, err error) {
	r.logService(k, err)
	if k.reason == reasonClient {
		return
	}
	f := &Failure{At: time.Now(), Reason: k.reason, Error: err.Error()}
	if script, ok := errors.AsType[*luabind.ScriptError](err); ok {
		f.Traceback = script.Traceback
	}
	s.last.Store(f)
	if pause := s.breaker.failed(s.ended.Load); pause > 0 {
		r.quarantines.Add(1)
		r.cfg.Log.Error("service in quarantine: it failed too often and is answered for without being run",
			"service", s.name, "script", s.info.Script, "line", s.info.Line, "retry", pause, "reason", string(k.reason), "err", err)
	}
}

// logService logs each place at most once a second.
func (r *Runtime) logService(k requestKind, err error) {
	n, ok := r.throttle.allow("service " + k.service + " " + place(err))
	if !ok {
		return
	}
	log := r.cfg.Log.With("service", k.service)
	log.Warn("service failed", "err", err, "status", k.code, "reason", string(k.reason), "suppressed", n)
	var script *luabind.ScriptError
	if errors.As(err, &script) && script.Traceback != "" {
		log.Debug("script traceback", "err", err, "traceback", script.Traceback)
	}
}
