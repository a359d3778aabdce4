package spop

import (
	"net"
	"runtime/debug"
)

// notify runs the handler of a NOTIFY. kept is false when the handler was slow
// and another goroutine reads the connection by now.
func (c *conn) notify(rd *reader, h Header, payload []byte) (kept bool, err error) {
	if c.gone.Load() {
		return true, net.ErrClosed
	}
	x := &rd.x
	word := x.begin(h, payload, rd.out)
	if !c.watched.Load() {
		c.srv.watch.add(c)
	}
	if c.late(x) {
		c.giveUp(x)
	} else {
		c.handle(x)
	}
	if !x.move(word, stateIdle) {
		c.finishSlow(x, word)
		return false, nil
	}
	rd.out = x.ack.end()
	if len(rd.out) < flushSize {
		return true, nil
	}
	err = rd.flush()
	c.clock.Store(c.srv.now())
	return true, err
}

// late reports whether the time of x was over before its handler began. The
// frame has then waited behind others, and HAProxy waits for it no more.
func (c *conn) late(x *Exchange) bool {
	t := c.srv.cfg.Timeout
	return t > 0 && c.clock.Load()-x.arrival.Load() >= int64(t)
}

// giveUp answers x without its handler.
func (c *conn) giveUp(x *Exchange) {
	x.SetTimeout(1 << 62) // so that the watchdog does not do the same
	if f := c.srv.cfg.Trace.TimedOut; f != nil {
		f()
	}
	c.callFallback(x, ErrLate, &x.ack)
}

// handle calls the handler, and the fallback when that fails.
func (c *conn) handle(x *Exchange) {
	if err := c.callHandler(x); err != nil {
		x.restore(&x.ack)
		c.callFallback(x, err, &x.ack)
	}
}

func (c *conn) callHandler(x *Exchange) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = c.panicked(v)
		}
	}()
	return c.srv.cfg.Handler.HandleNotify(x)
}

// callFallback adds to ack; a fallback that panics adds nothing.
func (c *conn) callFallback(x *Exchange, cause error, ack *Ack) {
	if c.srv.fallback == nil {
		return
	}
	defer func() {
		if v := recover(); v != nil {
			_ = c.panicked(v)
			x.restore(ack)
		}
	}()
	c.srv.fallback.Fallback(x, cause, ack)
}

func (c *conn) panicked(v any) *PanicError {
	err := &PanicError{Value: v, Stack: debug.Stack()}
	if f := c.srv.cfg.Trace.Panicked; f != nil {
		f(err)
	}
	return err
}

// handOver passes the reader role on from rd, whose exchange is in the state
// of word. It does nothing when the handler has just returned, or when somebody
// else was faster. Its caller is a goroutine that Server.running counts, so
// that the count cannot be 0 when the new reader is added to it.
func (c *conn) handOver(rd *reader, word uint64) bool {
	c.slow.Add(1)
	if !rd.x.move(word, stateDetached) {
		c.slowDone()
		return false
	}
	c.srv.watch.addSlow(rd)
	next := rd.successor()
	c.cur.Store(next)
	c.srv.running.Go(func() { c.takeOver(next) })
	if f := c.srv.cfg.Trace.HandedOver; f != nil {
		f()
	}
	return true
}

// finishSlow answers an exchange whose handler came back after the role had
// passed on, unless that has been done in its place.
func (c *conn) finishSlow(x *Exchange, word uint64) {
	if !x.move(word&^stateMask|stateDetached, stateIdle) {
		return
	}
	_ = c.write(x.ack.frame()) // whoever reads sees the error too
	c.slowDone()
}

// answerFor gives the answer to an exchange whose handler is not waited for
// any longer.
func (c *conn) answerFor(rd *reader, word uint64, cause error) {
	x := &rd.x
	if !x.move(word&^stateMask|stateDetached, stateAnswered) {
		return
	}
	x.halt()
	if f := c.srv.cfg.Trace.TimedOut; f != nil {
		f()
	}
	c.srv.running.Go(func() {
		var ack Ack
		ack.begin(nil, x.header, int(c.max))
		x.restore(&ack)
		c.callFallback(x, cause, &ack)
		_ = c.write(ack.frame())
		c.slowDone()
	})
}

// slowDone counts a detached exchange as answered.
func (c *conn) slowDone() {
	c.slow.Add(-1)
	c.wakeWaiters()
}

// waitFewer waits until less than n detached exchanges are left to be
// answered, or until there is nobody left to answer.
func (c *conn) waitFewer(n int) {
	c.smu.Lock()
	defer c.smu.Unlock()
	for int(c.slow.Load()) >= n && !c.gone.Load() {
		c.fewer.Wait()
	}
}

func (c *conn) wakeWaiters() {
	c.smu.Lock()
	defer c.smu.Unlock()
	c.fewer.Broadcast()
}
