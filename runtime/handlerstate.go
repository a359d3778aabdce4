package runtime

import (
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/spoa-lua/spoa-lua/luabind"
)

// handlerState is what a Generation remembers of one handler of a message.
type handlerState struct {
	info    *luabind.Handler
	breaker breaker
	last    atomic.Pointer[Failure]
	stopped atomic.Pointer[luabind.ScriptError] // where it was when it was stopped
}

// Failure is the newest failure of a handler.
type Failure struct {
	// At is when it was.
	At time.Time `json:"at"`
	// Reason is why.
	Reason luabind.Reason `json:"reason"`
	// Error is the text of the error, with file and line where there is one.
	Error string `json:"error"`
	// Traceback is the stack of Lua functions; it may be empty.
	Traceback string `json:"traceback,omitempty"`
}

// noteFailure remembers and logs a failure, and may put the handler in
// quarantine.
func (r *Runtime) noteFailure(m *message, h *handlerState, reason luabind.Reason, err error) {
	f := &Failure{At: time.Now(), Reason: reason, Error: err.Error()}
	if script, ok := errors.AsType[*luabind.ScriptError](err); ok {
		f.Traceback = script.Traceback
		r.logScriptError(m, script, reason)
	}
	h.last.Store(f)
	if reason == luabind.ReasonOverload {
		return // not the handler's fault
	}
	if pause := h.breaker.failed(m.stats.total); pause > 0 {
		r.quarantines.Add(1)
		r.cfg.Log.Error("handler in quarantine: it failed too often and is answered for without being run",
			"message", m.name, "script", h.info.Script, "line", h.info.Line, "retry", pause, "reason", string(reason), "err", err,
			"hint", "a save loads it anew; /debug/handlers of --metrics shows its newest failure")
	}
}

// noteStopped remembers and logs where a handler was when its time, or the memory,
// was over. Fallback, which has answered and counted, cannot know.
func (r *Runtime) noteStopped(m *message, h *handlerState, err error) {
	var script *luabind.ScriptError
	if !errors.As(err, &script) || !errors.Is(err, luabind.ErrStopped) {
		return
	}
	h.stopped.Store(script)
	if n, ok := r.throttle.allow("stopped " + place(err)); ok {
		r.cfg.Log.Warn("handler stopped: this is where it was", "message", m.name, "err", err, "suppressed", n)
	}
}

// lastFailure is the newest failure, with where a handler was that was stopped.
func (h *handlerState) lastFailure() *Failure {
	last, stopped := h.last.Load(), h.stopped.Load()
	if last == nil || stopped == nil || last.Reason != luabind.ReasonTimeout && last.Reason != luabind.ReasonMemory {
		return last
	}
	return &Failure{At: last.At, Reason: last.Reason, Error: stopped.Error(), Traceback: stopped.Traceback}
}

// place is where in the scripts an error comes from. Its text may hold what a peer
// has sent, and is another one each time.
func place(err error) string {
	var script *luabind.ScriptError
	if !errors.As(err, &script) || script.Script == "" {
		return err.Error()
	}
	return fmt.Sprintf("%s:%d", script.Script, script.Line)
}

// logScriptError logs each place at most once a second.
func (r *Runtime) logScriptError(m *message, err *luabind.ScriptError, reason luabind.Reason) {
	n, ok := r.throttle.allow(place(err))
	if !ok {
		return
	}
	log := r.cfg.Log.With("message", m.name, "generation", m.generation)
	log.Warn("script error", "err", err, "reason", string(reason), "suppressed", n)
	if err.Traceback != "" {
		log.Debug("script traceback", "err", err, "traceback", err.Traceback)
	}
}

func (r *Runtime) logRestored(m *message, h *handlerState) {
	r.cfg.Log.Info("handler out of quarantine", "message", m.name, "script", h.info.Script, "line", h.info.Line)
}

// logSubstitute logs that an on_error, or the error variable, does not fit.
func (r *Runtime) logSubstitute(h *handlerState, reason luabind.Reason, err error) {
	if n, ok := r.throttle.allow("substitute " + h.info.Script); ok {
		r.cfg.Log.Error("on_error does not fit the answer", "script", h.info.Script, "line", h.info.Line,
			"reason", string(reason), "err", err, "suppressed", n)
	}
}
