package runtime

import (
	"errors"
	"time"

	"github.com/spoa-lua/spoa-lua/luabind"
	"github.com/spoa-lua/spoa-lua/spop"
)

// errMemory is the cause of an answer that the memory guard asked for.
var errMemory = errors.New("memory is running out")

// Fallback completes the answer to an exchange whose handlers have not all
// run: each of those left is answered for by its on_error. When some have run,
// that of their Generation counts, although a reload may have come in between: it
// tells which are left. Otherwise that of the live one does, which is what the
// operator has said last.
func (r *Runtime) Fallback(x *spop.Exchange, cause error, ack *spop.Ack) {
	reason := fallbackReason(cause)
	if x.Stopped().Load() && reason != luabind.ReasonTimeout && reason != luabind.ReasonMemory {
		return // the Server has answered, and counted, already
	}
	first, plan := x.Step()
	gen, ok := plan.(*Generation)
	if !ok {
		gen = r.live.Load()
	}
	step := 0
	notify := x.Notify()
	var msg spop.Message
	for notify.Next(&msg) {
		m := gen.byName[string(msg.Name)]
		if m == nil {
			continue
		}
		counted := false
		for j := range m.handlers {
			if step++; step <= first {
				continue
			}
			h := &m.handlers[j]
			r.substitute(ack, h, reason)
			if step == first+1 && !errors.Is(cause, spop.ErrLate) {
				r.noteFailure(m, h, reason, cause)
			}
			if !counted {
				counted = true
				m.stats.count(outcomeIndex(Outcome(reason)), x.Age())
				r.logFallback(m, h, reason, cause, x.Age())
			}
		}
	}
}

func (r *Runtime) logFallback(m *message, h *handlerState, reason luabind.Reason, cause error, took time.Duration) {
	if n, ok := r.throttle.allow("fallback " + string(reason) + " " + m.name); ok {
		r.cfg.Log.Warn("message not answered by its script", "message", m.name, "script", h.info.Script, "line", h.info.Line,
			"outcome", string(reason), "took", took, "err", cause, "hint", fallbackHint(reason), "suppressed", n)
	}
}

// fallbackHint says where to look on.
func fallbackHint(reason luabind.Reason) string {
	switch reason {
	case luabind.ReasonTimeout:
		return "another line says where it was; --timeout, or the handler's own, is how long it may take"
	case luabind.ReasonOverload:
		return "all VMs were busy: /debug/vms of --metrics shows with what"
	case luabind.ReasonMemory:
		return "the heap had passed --memory-limit"
	}
	return "please report this"
}

func fallbackReason(cause error) luabind.Reason {
	var panicked *spop.PanicError
	switch {
	case errors.Is(cause, spop.ErrTimeout):
		return luabind.ReasonTimeout
	case errors.Is(cause, errOverload):
		return luabind.ReasonOverload
	case errors.Is(cause, errMemory):
		return luabind.ReasonMemory
	case errors.As(cause, &panicked):
		return luabind.ReasonPanic
	default:
		return luabind.ReasonError
	}
}
