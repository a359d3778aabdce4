package spop

import "runtime/debug"

// notify runs the handler of a NOTIFY. kept is false when the handler was slow
// and another goroutine reads the connection by now.
func (c *conn) notify(rd *reader, h Header, payload []byte) (kept bool, err error) {
	x := &rd.x
	word := x.begin(h, payload, rd.out)
	if !c.watched.Load() {
		c.srv.watch.add(c)
	}
	c.handle(x)
	if !x.move(word, stateIdle) {
		c.finishSlow(x, word)
		return false, nil
	}
	rd.out = x.ack.end()
	if len(rd.out) >= flushSize {
		return true, rd.flush()
	}
	return true, nil
}

// handle calls the handler, and the fallback when that fails.
func (c *conn) handle(x *Exchange) {
	if err := c.callHandler(x); err != nil {
		x.ack.Reset()
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

// callFallback fills ack; a fallback that panics leaves it empty.
func (c *conn) callFallback(x *Exchange, cause error, ack *Ack) {
	if c.srv.fallback == nil {
		return
	}
	defer func() {
		if v := recover(); v != nil {
			_ = c.panicked(v)
			ack.Reset()
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
// of word. It does nothing when too many exchanges of the connection run, when
// the handler has just returned, or when somebody else was faster.
func (c *conn) handOver(rd *reader, word uint64) bool {
	if int(c.slow.Load()) >= c.srv.cfg.MaxInFlight-1 {
		return false
	}
	return c.detach(rd, word)
}

// detach is handOver whatever the number of running exchanges.
func (c *conn) detach(rd *reader, word uint64) bool {
	c.slow.Add(1)
	if !rd.x.move(word, stateDetached) {
		c.slowDone()
		return false
	}
	c.srv.watch.addSlow(rd)
	next := rd.successor()
	c.cur.Store(next)
	c.srv.running.Go(func() { c.serve(next) })
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

// answerFor gives the answer to an exchange whose time is over.
func (c *conn) answerFor(rd *reader, word uint64) {
	x := &rd.x
	if !x.move(word&^stateMask|stateDetached, stateAnswered) {
		return
	}
	x.stop.Store(true)
	if f := c.srv.cfg.Trace.TimedOut; f != nil {
		f()
	}
	c.srv.running.Go(func() {
		var ack Ack
		ack.begin(nil, x.header, int(c.max))
		c.callFallback(x, ErrTimeout, &ack)
		_ = c.write(ack.frame())
		c.slowDone()
	})
}

// slowDone counts a detached exchange as answered.
func (c *conn) slowDone() {
	if c.slow.Add(-1) > 0 {
		return
	}
	c.smu.Lock()
	c.none.Broadcast()
	c.smu.Unlock()
}

// waitSlow waits until no detached exchange is left to be answered.
func (c *conn) waitSlow() {
	c.smu.Lock()
	defer c.smu.Unlock()
	for c.slow.Load() > 0 {
		c.none.Wait()
	}
}
