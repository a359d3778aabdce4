package bench

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/spoa-lua/spoa-lua/spop"
)

// greetTimeout bounds the opening of a connection with its HELLO.
const greetTimeout = 5 * time.Second

// frameSize is HAProxy's max-frame-size with its default tune.bufsize.
const frameSize = 16380

// connect opens the connection of s and says HELLO as HAProxy does. The
// schedule of an open loop runs on while there is no connection.
func (s *session) connect(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, greetTimeout)
	defer cancel()
	nc, err := s.run.cfg.Dial(ctx)
	if err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { _ = nc.SetDeadline(time.Unix(1, 0)) })
	s.in.r, s.in.w = 0, 0
	answer, err := s.hello(nc)
	if !stop() && err == nil {
		err = ctx.Err()
	}
	if err != nil {
		nc.Close()
		return fmt.Errorf("HELLO: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.nc, s.limit = nc, int(answer.MaxFrameSize)
	return nil
}

var errNoPipelining = errors.New("the agent does not announce pipelining: only a depth of 1 is possible")

func (s *session) hello(nc net.Conn) (answer spop.AgentHello, err error) {
	h := spop.HaproxyHello{
		Versions: spop.Version, MaxFrameSize: frameSize, Capabilities: spop.CapPipelining, EngineID: s.run.engine,
	}
	if _, err := nc.Write(h.Append(nil)); err != nil {
		return answer, err
	}
	var frame []byte
	for frame == nil {
		if err := s.in.fill(nc); err != nil {
			return answer, err
		}
		if frame, err = s.in.frame(frameSize); err != nil {
			return answer, err
		}
	}
	head, n, err := spop.ParseHeader(frame)
	switch {
	case err != nil:
		return answer, err
	case head.Type == spop.FrameAgentDisconnect:
		return answer, &spop.DisconnectError{Disconnect: spop.ParseDisconnect(frame[n:])}
	case head.Type != spop.FrameAgentHello:
		return answer, fmt.Errorf("answered with %s", head.Type)
	}
	if answer, err = spop.ParseAgentHello(frame[n:]); err != nil {
		return answer, err
	}
	if err := h.Check(answer); err != nil {
		return answer, err
	}
	if answer.Capabilities == "" && len(s.slots) > 1 {
		return answer, errNoPipelining
	}
	if need := len(s.run.payload) + maxHeader; need > int(answer.MaxFrameSize) {
		return answer, fmt.Errorf("a NOTIFY takes %d bytes, the agent accepts %d", need, answer.MaxFrameSize)
	}
	return answer, nil
}

// maxHeader is how long the header of a NOTIFY may become.
const maxHeader = 1 + 4 + 10 + 1
