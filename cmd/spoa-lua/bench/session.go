package bench

import (
	"encoding/binary"
	"fmt"
	"net"
	"sync"
	"sync/atomic"

	"github.com/spoa-lua/spoa-lua/spop"
)

// session is one connection to the agent. One goroutine reads and answers what
// it read with the next NOTIFYs; in an open loop the pacer sends too.
type session struct {
	run     *run
	index   int
	checker checker
	in      input // of the reading goroutine

	mu       sync.Mutex // guards what follows, and is held over a write
	nc       net.Conn   // nil while there is none
	limit    int        // the largest frame, without its length
	out      []byte
	slots    []slot
	free     []uint32 // indexes of slots, a stack
	serial   uint64   // of the last NOTIFY
	schedule schedule
	latency  []int64 // of the ACKs being handled

	sent, answered atomic.Uint64
}

// slot is a place for a NOTIFY in flight.
type slot struct {
	id uint64 // its stream-id, 0 when the slot is free
	at int64  // when it was due
}

func newSession(r *run, index int) *session {
	s := &session{run: r, index: index, checker: checker{expect: r.cfg.Expect}, schedule: r.scheduleOf(index)}
	s.slots = make([]slot, r.cfg.Depth)
	s.free = make([]uint32, 0, r.cfg.Depth)
	s.latency = make([]int64, 0, r.cfg.Depth)
	s.clear()
	return s
}

// clear frees all slots and returns how many were in use. The mutex is held,
// or nobody else knows s.
func (s *session) clear() (inFlight uint64) {
	inFlight = uint64(len(s.slots) - len(s.free))
	s.free = s.free[:0]
	for i := range s.slots {
		s.slots[i].id = 0
		s.free = append(s.free, uint32(len(s.slots)-1-i))
	}
	return inFlight
}

// send sends all NOTIFYs that are due and have a slot.
func (s *session) send(now int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sendLocked(now)
}

func (s *session) sendLocked(now int64) error {
	if s.nc == nil || s.run.stopped.Load() {
		return nil
	}
	s.out = s.out[:0]
	count := uint64(0)
	for ; len(s.free) > 0; count++ {
		at, due := s.schedule.next(now)
		if !due {
			break
		}
		i := s.free[len(s.free)-1]
		s.free = s.free[:len(s.free)-1]
		s.slots[i] = slot{id: s.newID(i), at: at}
		s.appendNotify(s.slots[i].id)
	}
	if count == 0 {
		return nil
	}
	s.sent.Add(count)
	_, err := s.nc.Write(s.out)
	return err
}

// newID returns a stream-id that has not been used on the connection and tells
// the slot: ids are odd and go up, as HAProxy's do.
func (s *session) newID(slot uint32) uint64 {
	s.serial++
	return (s.serial*uint64(len(s.slots))+uint64(slot))<<1 | 1
}

func (s *session) appendNotify(id uint64) {
	start := len(s.out)
	s.out = spop.BeginFrame(s.out, spop.Header{Type: spop.FrameNotify, Flags: spop.FlagFin, StreamID: id, FrameID: 1})
	s.out = spop.EndFrame(append(s.out, s.run.payload...), start)
}

// receive handles the frames of one read and sends what may be sent then.
func (s *session) receive() error {
	if err := s.in.fill(s.nc); err != nil {
		return err
	}
	now := s.run.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.latency = s.latency[:0]
	err := s.handleAll(now)
	s.run.latencies.record(s.index, s.latency)
	if err != nil {
		return err
	}
	return s.sendLocked(now)
}

func (s *session) handleAll(now int64) error {
	count := uint64(0)
	defer func() { s.answered.Add(count) }()
	for {
		frame, err := s.in.frame(s.limit)
		if frame == nil || err != nil {
			return err
		}
		answered, err := s.handle(frame, now)
		if err != nil {
			return err
		}
		if answered {
			count++
		}
	}
}

// handle handles one frame. An error ends the connection.
func (s *session) handle(frame []byte, now int64) (answered bool, err error) {
	h, n, err := spop.ParseHeader(frame)
	switch {
	case err != nil:
		return false, protocolError{err}
	case h.Type == spop.FrameAgentDisconnect:
		return false, &spop.DisconnectError{Disconnect: spop.ParseDisconnect(frame[n:])}
	case h.Type != spop.FrameAck:
		return false, protocolError{fmt.Errorf("%s instead of an ACK", h.Type)}
	case h.Flags != spop.FlagFin:
		return false, protocolError{fmt.Errorf("ACK with the flags %#x", uint32(h.Flags))}
	}
	i := h.StreamID >> 1 % uint64(len(s.slots))
	if h.FrameID != 1 || h.StreamID == 0 || s.slots[i].id != h.StreamID {
		s.run.errors.add(KindWrongID, fmt.Sprintf("ACK for frame %d of stream %d, which is not in flight", h.FrameID, h.StreamID), 1)
		return false, nil
	}
	at := s.slots[i].at
	s.slots[i].id = 0
	s.free = append(s.free, uint32(i))
	if kind, err := s.checker.check(frame[n:]); err != nil {
		s.run.errors.add(kind, err.Error(), 1)
	}
	if s.run.measures(at) {
		s.latency = append(s.latency, now-at)
	}
	return true, nil
}

// protocolError is the fault of an agent that makes HAProxy drop it.
type protocolError struct{ error }

func (e protocolError) Unwrap() error { return e.error }

// input cuts frames out of what was read.
type input struct {
	buf  []byte
	r, w int
}

// fill reads once.
func (in *input) fill(nc net.Conn) error {
	if in.r == in.w {
		in.r, in.w = 0, 0
	}
	if in.w == len(in.buf) {
		in.grow()
	}
	n, err := nc.Read(in.buf[in.w:])
	in.w += n
	if n > 0 {
		return nil
	}
	return err
}

// grow makes room: at the front if there is some, otherwise by doubling.
func (in *input) grow() {
	if in.r == 0 {
		in.buf = append(in.buf, make([]byte, max(len(in.buf), 2048))...)
		return
	}
	in.w = copy(in.buf, in.buf[in.r:in.w])
	in.r = 0
}

// frame returns the next whole frame without its length, or nil.
func (in *input) frame(limit int) ([]byte, error) {
	if in.w-in.r < 4 {
		return nil, nil
	}
	size := int(binary.BigEndian.Uint32(in.buf[in.r:]))
	if size > limit {
		return nil, protocolError{fmt.Errorf("frame of %d bytes, the limit is %d", size, limit)}
	}
	if in.w-in.r < 4+size {
		return nil, nil
	}
	frame := in.buf[in.r+4 : in.r+4+size]
	in.r += 4 + size
	return frame, nil
}
