package runtime

import (
	"time"

	"github.com/spoa-lua/spoa-lua/luabind"
)

// VMStatus is what a VM does at the moment.
type VMStatus struct {
	// State is "busy" or "idle".
	State string `json:"state"`
	// Message is what it works on; "" when it is idle.
	Message string `json:"message,omitempty"`
	// Service is the service that it runs; "" when it runs none.
	Service string `json:"service,omitempty"`
	// Running is since when, in seconds.
	Running float64 `json:"running_seconds,omitempty"`
	// Stopped tells that its message has been answered without it.
	Stopped bool `json:"stopped,omitempty"`
}

// HandlerStatus is what a handler or a service of the live Generation has been
// through. Message or Service is its name.
type HandlerStatus struct {
	Message     string   `json:"message,omitempty"`
	Service     string   `json:"service,omitempty"`
	Script      string   `json:"script"`
	Line        int      `json:"line"`
	Timeout     string   `json:"timeout,omitempty"`
	OnError     []string `json:"on_error,omitempty"`
	Quarantined bool     `json:"quarantined"`
	// Retry is when a handler in quarantine is tried again.
	Retry *time.Time `json:"retry_at,omitempty"`
	InRow int        `json:"failures_in_a_row"`
	Last  *Failure   `json:"last_failure,omitempty"`
}

// VMs returns what the VMs do, those included of a Generation that is retired and
// has work left.
func (r *Runtime) VMs() []VMStatus {
	list := []VMStatus{}
	r.workers.each(func(w *worker) {
		s := VMStatus{State: "idle"}
		if x := w.x.Load(); x != nil {
			s.State, s.Running, s.Stopped = "busy", x.Age().Seconds(), x.Stopped().Load()
			if m := w.at.Load(); m != nil {
				s.Message = m.name
			}
		}
		if on := w.serving.Load(); on != nil {
			s.State, s.Service, s.Running = "busy", on.name, time.Since(on.began).Seconds()
		}
		list = append(list, s)
	})
	return list
}

// Handlers returns the state of all handlers, in the order in which they run, and
// of the services.
func (r *Runtime) Handlers() []HandlerStatus {
	gen := r.live.Load()
	list := []HandlerStatus{}
	for _, name := range gen.Messages {
		m := gen.byName[name]
		for j := range m.handlers {
			s := m.handlers[j].status()
			s.Message = name
			list = append(list, s)
		}
	}
	for i := range gen.services {
		s := gen.services[i].status()
		s.Service = gen.services[i].name
		list = append(list, s)
	}
	return list
}

// Handlers returns what handles each message of g, by its name, in the order in
// which they run.
func (g *Generation) Handlers(message string) []*luabind.Handler {
	m := g.byName[message]
	if m == nil {
		return nil
	}
	list := make([]*luabind.Handler, len(m.handlers))
	for j := range m.handlers {
		list[j] = m.handlers[j].info
	}
	return list
}

func (h *handlerState) status() HandlerStatus {
	s := HandlerStatus{Script: h.info.Script, Line: h.info.Line, Quarantined: h.breaker.quarantined(),
		InRow: int(h.breaker.inRow.Load()), Retry: h.breaker.until.Load(), Last: h.lastFailure()}
	if h.info.Timeout > 0 {
		s.Timeout = h.info.Timeout.Round(time.Microsecond).String()
	}
	for _, a := range h.info.OnError(luabind.ReasonError) {
		s.OnError = append(s.OnError, a.String())
	}
	return s
}
