package runtime

import (
	"errors"
	"strings"

	"github.com/spoa-lua/spoa-lua/luabind"
	"github.com/spoa-lua/spoa-lua/spop"
)

// answer runs the handlers that gen has for the messages of x. A NOTIFY is
// served by one Generation, and by one VM unless that breaks.
func (r *Runtime) answer(gen *Generation, x *spop.Exchange) error {
	w, err := gen.pool.get(x)
	if err != nil {
		return err
	}
	run := notifyRun{r: r, gen: gen, w: w, x: x}
	defer run.end() // after a panic too
	w.begin(x)
	run.messages()
	return run.err
}

// notifyRun is one NOTIFY on its way through the handlers.
type notifyRun struct {
	r    *Runtime
	gen  *Generation
	w    *worker
	x    *spop.Exchange
	step int // handlers done, those that failed included
	done bool
	err  error // why the rest could not be run
}

// end returns the VM.
func (n *notifyRun) end() {
	reusable := n.w.end()
	n.gen.pool.put(n.w, reusable && n.done)
}

// messages runs the handlers of each message. What goes wrong with one loses
// nothing of the others.
func (n *notifyRun) messages() {
	notify := n.x.Notify()
	for notify.Next(&n.w.msg) {
		m := n.gen.byName[string(n.w.msg.Name)]
		if m == nil {
			n.r.notHandled(n.gen, &n.w.msg)
			continue
		}
		if !n.message(m) {
			return
		}
	}
	n.done = true
	if err := notify.Err(); err != nil {
		n.r.malformed(n.x.Conn(), err)
	}
}

// message runs the handlers of one message and counts how it ended. It returns
// false when the exchange is answered otherwise; Fallback counts then.
func (n *notifyRun) message(m *message) bool {
	if n.w.at.Load() != m {
		n.w.at.Store(m)
	}
	outcome := indexOK
	for j := range m.handlers {
		h := &m.handlers[j]
		if n.step > 0 {
			n.x.Commit(n.step, n.gen)
		}
		if !n.w.vm.Usable() && !n.replaceVM() {
			return false
		}
		if m.timeouts {
			n.x.SetTimeout(h.info.Timeout)
		}
		reason := n.handler(m, h, j)
		n.step++
		if reason == "" {
			continue
		}
		if n.x.Stopped().Load() {
			return false
		}
		if outcome == indexOK {
			outcome = outcomeIndex(Outcome(reason))
		}
		n.r.substitute(n.x.Ack(), h, reason)
	}
	if m.timeouts {
		n.x.SetTimeout(0)
	}
	m.stats.count(outcome, n.x.Age())
	return true
}

// handler runs one handler; the reason is "" when it did its work.
func (n *notifyRun) handler(m *message, h *handlerState, j int) luabind.Reason {
	if !h.breaker.allows() {
		return luabind.ReasonQuarantined
	}
	err := n.w.vm.Run(m.index, j, &n.w.msg)
	if err == nil {
		if h.breaker.succeeded() {
			n.r.logRestored(m, h)
		}
		return ""
	}
	if n.x.Stopped().Load() {
		n.r.noteStopped(m, h, err)
		return luabind.ReasonTimeout // Fallback has dealt with the rest
	}
	reason := reasonOf(err, n.w.vm.Usable())
	n.r.noteFailure(m, h, reason, err)
	return reason
}

// replaceVM takes another VM for the rest of the NOTIFY, after a panic. When
// there is none, Fallback answers from the newest Commit on.
func (n *notifyRun) replaceVM() bool {
	w, err := n.gen.pool.get(n.x)
	if err != nil {
		n.err = err
		return false
	}
	w.msg = n.w.msg
	n.end()
	n.w = w
	w.begin(n.x)
	return true
}

// reasonOf names why a handler failed.
func reasonOf(err error, usable bool) luabind.Reason {
	switch {
	case !usable:
		return luabind.ReasonPanic
	case errors.Is(err, spop.ErrTooBig):
		return luabind.ReasonTooBig
	default:
		return luabind.ReasonError
	}
}

// substitute answers in the place of a handler: with what its on_error says,
// and with the reason in the variable of Config.ErrorVar.
func (r *Runtime) substitute(ack *spop.Ack, h *handlerState, reason luabind.Reason) {
	mark := ack.Mark()
	for _, a := range h.info.OnError(reason) {
		if err := ack.SetVar(a.Scope, a.Name, a.Value); err != nil {
			ack.Rollback(mark)
			r.logSubstitute(h, reason, err)
			break
		}
	}
	if r.errorVar == nil {
		return
	}
	if err := ack.SetVar(r.errorVar.scope, r.errorVar.name, spop.String(string(reason))); err != nil {
		r.logSubstitute(h, reason, err)
	}
}

// notHandled counts a message that no script handles, and says so once for a
// name.
func (r *Runtime) notHandled(gen *Generation, msg *spop.Message) {
	r.unhandled.count.Add(1)
	if r.unhandled.first(msg.Name) {
		r.cfg.Log.Warn("no script handles this message: it is answered with a NOOP",
			"message", string(msg.Name), "messages", strings.Join(gen.Messages, ","), "hint", "register it with spoa.on, or take it out of the spoe-agent's messages")
	}
}

func (r *Runtime) malformed(info spop.ConnInfo, err error) {
	r.conns.malformed.Add(1)
	if n, ok := r.throttle.allow("malformed"); ok {
		r.cfg.Log.Warn("NOTIFY does not parse to its end: what parsed was answered",
			"conn", info.ID, "peer", info.Remote, "err", err, "suppressed", n)
	}
}
