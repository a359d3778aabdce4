package spop

import (
	"errors"
	"time"
)

var errHealthcheck = errors.New("health check")

// hello reads the HAPROXY-HELLO and answers it. The frame limit is a small one
// until then.
func (c *conn) hello(rd *reader) error {
	frame, err := c.firstFrame(rd)
	if err != nil {
		return err
	}
	h, n, err := ParseHeader(frame)
	if err != nil {
		return err
	}
	switch {
	case h.Type == FrameHaproxyDisconnect:
		return &disconnectError{ParseDisconnect(frame[n:])}
	case h.Type != FrameHaproxyHello:
		return newError("read frame", StatusInvalid, "the first frame is %s, not HAPROXY-HELLO", h.Type)
	case h.Flags != FlagFin:
		return &Error{Op: "read HAPROXY-HELLO", Status: StatusFragmentation}
	case h.StreamID != 0 || h.FrameID != 0:
		return newError("read HAPROXY-HELLO", StatusInvalid, "stream-id %d and frame-id %d must be 0", h.StreamID, h.FrameID)
	}
	return c.negotiate(frame[n:])
}

func (c *conn) negotiate(payload []byte) error {
	hello, err := ParseHaproxyHello(payload)
	if err != nil {
		return err
	}
	answer, err := Negotiate(hello, c.srv.cfg.MaxFrameSize)
	if err != nil {
		return err
	}
	c.max = answer.MaxFrameSize
	c.info.EngineID = hello.EngineID
	c.info.MaxFrameSize = answer.MaxFrameSize
	c.info.Pipelining = answer.Capabilities != ""
	c.info.Healthcheck = hello.Healthcheck
	info := c.info
	c.ready.Store(&info)
	if err := c.write(answer.Append(nil)); err != nil {
		return err
	}
	if hello.Healthcheck {
		return errHealthcheck
	}
	return nil
}

// firstFrame reads the first frame. When the server drains, the peer gets a
// moment for it: HAProxy has connected because a message waits.
func (c *conn) firstFrame(rd *reader) ([]byte, error) {
	granted := false
	for {
		frame, err := rd.frame(c.max)
		if frame != nil || err != nil {
			return frame, err
		}
		err = rd.fill()
		switch {
		case err == nil:
		case granted || c.drainedBy(err) != nil:
			return nil, err
		default:
			granted = true
			_ = c.nc.SetReadDeadline(time.Now().Add(calm))
		}
	}
}
