package spop

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"time"
)

// greet sends h and reads the agent's answer.
func (c *ClientConn) greet(ctx context.Context, h HaproxyHello) error {
	stop := context.AfterFunc(ctx, func() { _ = c.nc.SetDeadline(time.Unix(1, 0)) })
	err := c.exchangeHello(h)
	if !stop() && err == nil {
		err = ctx.Err()
	}
	if err != nil && ctx.Err() != nil {
		return fmt.Errorf("spop: hello: %w", ctx.Err())
	}
	return err
}

func (c *ClientConn) exchangeHello(h HaproxyHello) error {
	c.hello.MaxFrameSize = h.MaxFrameSize // the limit of the answer itself
	if _, err := c.nc.Write(h.Append(nil)); err != nil {
		return fmt.Errorf("spop: write HAPROXY-HELLO: %w", err)
	}
	head, payload, err := c.readFrame()
	switch {
	case err != nil:
		return err
	case head.Type == FrameAgentDisconnect:
		return &DisconnectError{ParseDisconnect(payload)}
	case head.Type != FrameAgentHello:
		return newError("read frame", StatusInvalid, "the first frame is %s, not AGENT-HELLO", head.Type)
	}
	answer, err := ParseAgentHello(payload)
	if err != nil {
		return err
	}
	c.hello = answer
	return h.Check(answer)
}

// readFrame reads a frame and checks all that does not need to know which
// NOTIFYs are in flight.
func (c *ClientConn) readFrame() (Header, []byte, error) {
	var length [lengthSize]byte
	if _, err := io.ReadFull(c.br, length[:]); err != nil {
		return Header{}, nil, readError(err)
	}
	size := binary.BigEndian.Uint32(length[:])
	if size > c.hello.MaxFrameSize {
		return Header{}, nil, &Error{Op: "read frame", Status: StatusTooBig, Err: &frameSizeError{int(size), int(c.hello.MaxFrameSize)}}
	}
	if int(size) > cap(c.in) {
		c.in = make([]byte, size)
	}
	frame := c.in[:size]
	if _, err := io.ReadFull(c.br, frame); err != nil {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return Header{}, nil, readError(err)
	}
	h, n, err := ParseHeader(frame)
	if err != nil {
		return h, nil, err
	}
	return h, frame[n:], checkHeader(h)
}

func readError(err error) error {
	if errors.Is(err, io.EOF) {
		return err
	}
	return fmt.Errorf("spop: read frame: %w", err)
}

// checkHeader checks what HAProxy checks in every frame of an agent.
func checkHeader(h Header) error {
	switch {
	case h.Flags&FlagFin == 0:
		return newError("read "+h.Type.String(), StatusFragmentation, "flags are %#x, without FIN", uint32(h.Flags))
	case h.Type != FrameAgentHello && h.Type != FrameAgentDisconnect:
		return nil
	case h.StreamID != 0 || h.FrameID != 0:
		return newError("read "+h.Type.String(), StatusInvalid, "stream-id %d and frame-id %d must be 0", h.StreamID, h.FrameID)
	}
	return nil
}

// checkAck checks a frame that came after the HELLO and counts an ACK as such.
// HAProxy lets a second ACK pass; here it is an error, since it is one of the
// agent's.
func (c *ClientConn) checkAck(h Header) error {
	const op = "read frame"
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case h.StreamID == 0:
		return newError(op, StatusInvalid, "%s on stream 0", h.Type)
	case h.StreamID > c.highest:
		return newError(op, StatusInvalid, "%s for stream %d, the highest is %d", h.Type, h.StreamID, c.highest)
	case h.Type != FrameAck:
		return nil // HAProxy passes over what it does not know
	case h.FrameID != 1:
		return newError(op, StatusFrameIDNotFound, "ACK for frame %d of stream %d, which has frame 1", h.FrameID, h.StreamID)
	}
	if _, ok := c.inFlight[h.StreamID]; !ok {
		return newError(op, StatusInvalid, "ACK for stream %d, which has been answered", h.StreamID)
	}
	delete(c.inFlight, h.StreamID)
	return nil
}
