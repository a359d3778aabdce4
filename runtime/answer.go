package runtime

import (
	"errors"

	"github.com/spoa-lua/spoa-lua/luabind"
	"github.com/spoa-lua/spoa-lua/spop"
)

// The places of the outcomes that every message may have.
var (
	indexOK       = outcomeIndex(OutcomeOK)
	indexError    = outcomeIndex(OutcomeError)
	indexTimeout  = outcomeIndex(OutcomeTimeout)
	indexOverload = outcomeIndex(OutcomeOverload)
	indexPanic    = outcomeIndex(OutcomePanic)
)

// answer runs the handlers that gen has for the messages of x. One VM, and so
// one Generation, serves the whole NOTIFY.
func (r *Runtime) answer(gen *Generation, x *spop.Exchange) error {
	w, err := gen.pool.get(x)
	if err != nil {
		return err
	}
	reusable := false
	defer func() { gen.pool.put(w, reusable) }() // after a panic too
	w.vm.Begin(x.Ack(), x.Stopped())
	r.run(gen, w, x)
	reusable = w.vm.End()
	return nil
}

// run calls the VM for each message. What goes wrong with one loses nothing of
// the others.
func (r *Runtime) run(gen *Generation, w *worker, x *spop.Exchange) {
	notify := x.Notify()
	for notify.Next(&w.msg) {
		m := gen.byName[string(w.msg.Name)]
		if m == nil {
			r.notHandled(&w.msg)
			continue
		}
		err := w.vm.Call(m.index, &w.msg)
		if err == nil {
			m.stats.count(indexOK, x.Age())
			continue
		}
		if x.Stopped().Load() {
			return // Fallback has counted it
		}
		m.stats.count(indexError, x.Age())
		r.logScriptErrors(gen, string(w.msg.Name), err)
	}
	if err := notify.Err(); err != nil {
		r.malformed(x.Conn(), err)
	}
}

// Fallback counts the messages of an exchange that HandleNotify has not
// answered, and says why.
func (r *Runtime) Fallback(x *spop.Exchange, cause error, _ *spop.Ack) {
	index := fallbackIndex(cause)
	if index != indexTimeout && x.Stopped().Load() {
		return // counted when the Server answered for it
	}
	gen := r.live.Load()
	notify := x.Notify()
	var msg spop.Message
	for notify.Next(&msg) {
		name := string(msg.Name)
		if m := gen.byName[name]; m != nil {
			m.stats.count(index, x.Age())
		}
		if n, ok := r.throttle.allow(string(outcomes[index]) + " " + name); ok {
			r.cfg.Log.Warn("message not answered by its script", "message", name, "outcome", string(outcomes[index]),
				"took", x.Age(), "err", cause, "suppressed", n)
		}
	}
}

func fallbackIndex(cause error) int {
	var panicked *spop.PanicError
	switch {
	case errors.Is(cause, spop.ErrTimeout):
		return indexTimeout
	case errors.Is(cause, errOverload):
		return indexOverload
	case errors.As(cause, &panicked):
		return indexPanic
	default:
		return indexError
	}
}

// logScriptErrors logs each place at most once a second.
func (r *Runtime) logScriptErrors(gen *Generation, name string, err error) {
	for _, e := range unjoin(err) {
		n, ok := r.throttle.allow(e.Error())
		if !ok {
			continue
		}
		log := r.cfg.Log.With("message", name, "generation", gen.Number)
		log.Warn("script error", "err", e, "suppressed", n)
		var script *luabind.ScriptError
		if errors.As(e, &script) && script.Traceback != "" {
			log.Debug("script traceback", "err", e, "traceback", script.Traceback)
		}
	}
}

// unjoin returns the errors that errors.Join has put together.
func unjoin(err error) []error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return joined.Unwrap()
	}
	return []error{err}
}

// notHandled counts a message that no script handles, and says so once for a
// name.
func (r *Runtime) notHandled(msg *spop.Message) {
	r.unhandled.count.Add(1)
	if r.unhandled.first(msg.Name) {
		r.cfg.Log.Warn("no script handles this message: it is answered with a NOOP",
			"message", string(msg.Name), "hint", "register it with spoa.on, or take it out of the spoe-agent's messages")
	}
}

func (r *Runtime) malformed(info spop.ConnInfo, err error) {
	r.conns.malformed.Add(1)
	if n, ok := r.throttle.allow("malformed"); ok {
		r.cfg.Log.Warn("NOTIFY does not parse to its end: what parsed was answered",
			"conn", info.ID, "peer", info.Remote, "err", err, "suppressed", n)
	}
}
