package spop

import (
	"encoding/binary"
	"strconv"
)

// FrameType is the first byte of a frame (SPOE.txt 3.2).
type FrameType byte

// The frame types of SPOE.txt 3.2.
const (
	FrameUnset             FrameType = 0
	FrameHaproxyHello      FrameType = 1
	FrameHaproxyDisconnect FrameType = 2
	FrameNotify            FrameType = 3
	FrameAgentHello        FrameType = 101
	FrameAgentDisconnect   FrameType = 102
	FrameAck               FrameType = 103
)

var frameNames = map[FrameType]string{
	FrameUnset:             "UNSET",
	FrameHaproxyHello:      "HAPROXY-HELLO",
	FrameHaproxyDisconnect: "HAPROXY-DISCONNECT",
	FrameNotify:            "NOTIFY",
	FrameAgentHello:        "AGENT-HELLO",
	FrameAgentDisconnect:   "AGENT-DISCONNECT",
	FrameAck:               "ACK",
}

// String returns the name that SPOE.txt gives the type, or "frame type N".
func (t FrameType) String() string {
	if name, ok := frameNames[t]; ok {
		return name
	}
	return "frame type " + strconv.Itoa(int(t))
}

// Flags are the four flag bytes of a frame (SPOE.txt 3.2).
type Flags uint32

// The flags of SPOE.txt 3.2.
const (
	FlagFin   Flags = 1
	FlagAbort Flags = 2
)

const (
	// lengthSize is the size of the length in front of every frame.
	lengthSize = 4
	// minFrameLen is the smallest frame: type, flags and two ids of one byte.
	minFrameLen = 7
	// MinFrameSize is the smallest max-frame-size that SPOE.txt 3.2.4 allows.
	MinFrameSize = 256
	// DefaultMaxFrameSize is the largest frame that a Server takes unless its
	// Config says otherwise. HAProxy's own limit (tune.bufsize - 4, 16380 by
	// default) is nearly always the smaller of the two.
	DefaultMaxFrameSize = 1 << 20
	// helloLimit is the largest frame read before the HELLO: HAProxy's takes
	// some 130 bytes, and a stranger gets no more memory than this.
	helloLimit = 4096
)

// Header is what stands in front of every frame's payload.
type Header struct {
	Type     FrameType
	Flags    Flags
	StreamID uint64
	FrameID  uint64
}

// ParseHeader reads a header from the start of frame, which begins behind the
// frame's length. It returns the header and the number of bytes that it took.
func ParseHeader(frame []byte) (Header, int, error) {
	if len(frame) < minFrameLen {
		return Header{}, 0, newError("parse header", StatusInvalid, "frame is %d bytes, at least %d are needed", len(frame), minFrameLen)
	}
	h := Header{Type: FrameType(frame[0]), Flags: Flags(binary.BigEndian.Uint32(frame[1:]))}
	n := 5
	stream, k := ParseVarint(frame[n:])
	if k == 0 {
		return h, 0, newError("parse header", StatusInvalid, "stream-id: %w", ErrShort)
	}
	n += k
	id, k := ParseVarint(frame[n:])
	if k == 0 {
		return h, 0, newError("parse header", StatusInvalid, "frame-id: %w", ErrShort)
	}
	h.StreamID, h.FrameID = stream, id
	return h, n + k, nil
}

// BeginFrame appends a place for the frame's length and the header h to b.
// The payload is appended to what it returns; then EndFrame closes the frame.
func BeginFrame(b []byte, h Header) []byte {
	b = append(b, 0, 0, 0, 0, byte(h.Type))
	b = binary.BigEndian.AppendUint32(b, uint32(h.Flags))
	b = AppendVarint(b, h.StreamID)
	return AppendVarint(b, h.FrameID)
}

// EndFrame writes the length of the frame that BeginFrame began at b[start].
func EndFrame(b []byte, start int) []byte {
	binary.BigEndian.PutUint32(b[start:], uint32(len(b)-start-lengthSize))
	return b
}
