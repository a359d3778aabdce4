package spoptest

import (
	"fmt"

	"github.com/spoa-lua/spoa-lua/spop"
)

// ID names a NOTIFY on its connection.
type ID struct{ Stream, Frame uint64 }

// String returns "STREAM/FRAME".
func (id ID) String() string { return fmt.Sprintf("%d/%d", id.Stream, id.Frame) }

// Frame is a frame that an agent has sent.
type Frame struct {
	spop.Header
	// Payload is what follows the header.
	Payload []byte
	// Raw is the whole frame with its length.
	Raw []byte
}

// ID returns the ids of the frame.
func (f Frame) ID() ID { return ID{f.StreamID, f.FrameID} }

// Build returns a whole frame.
func Build(h spop.Header, payload []byte) []byte {
	return spop.EndFrame(append(spop.BeginFrame(nil, h), payload...), 0)
}

// Notify returns a whole NOTIFY frame that holds msgs.
func Notify(id ID, msgs ...spop.Message) []byte {
	var payload []byte
	for i := range msgs {
		payload = msgs[i].Append(payload)
	}
	return RawNotify(id, payload)
}

// RawNotify returns a whole NOTIFY frame with that payload, whatever it is.
func RawNotify(id ID, payload []byte) []byte {
	return Build(spop.Header{Type: spop.FrameNotify, Flags: spop.FlagFin, StreamID: id.Stream, FrameID: id.Frame}, payload)
}

// Disconnect returns a whole HAPROXY-DISCONNECT frame.
func Disconnect(status spop.Status) []byte {
	return spop.Disconnect{Status: status}.Append(nil, spop.FrameHaproxyDisconnect)
}
