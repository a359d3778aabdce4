package spop

import (
	"math"
	"strings"
)

// Version is the version of SPOP that this package speaks.
const Version = "2.0"

// CapPipelining lets HAProxy send the next NOTIFY of a connection before the
// ACK of the last one has arrived, and lets ACKs come in any order. It is the
// only capability that this package announces.
const CapPipelining = "pipelining"

// HaproxyHello is what HAProxy opens a connection with (SPOE.txt 3.2.4).
type HaproxyHello struct {
	// Versions is supported-versions as it was sent, comma separated.
	Versions string
	// MaxFrameSize is the largest frame that HAProxy takes, in bytes.
	MaxFrameSize uint32
	// Capabilities is what HAProxy can do, comma separated; often empty.
	Capabilities string
	// EngineID names HAProxy's engine; empty when it was not sent.
	EngineID string
	// Healthcheck is true when HAProxy only wants to know that the agent is up.
	Healthcheck bool
}

// AgentHello is the agent's answer to a HaproxyHello (SPOE.txt 3.2.5).
type AgentHello struct {
	// Version is the version that both will speak.
	Version string
	// MaxFrameSize is the largest frame that either may send, in bytes.
	MaxFrameSize uint32
	// Capabilities is what both can do, comma separated.
	Capabilities string
}

// Append appends h to b as a whole HAPROXY-HELLO frame.
func (h *HaproxyHello) Append(b []byte) []byte {
	start := len(b)
	b = BeginFrame(b, Header{Type: FrameHaproxyHello, Flags: FlagFin})
	b = appendPair(b, "supported-versions", String(h.Versions))
	b = appendPair(b, "max-frame-size", Uint32(h.MaxFrameSize))
	b = appendPair(b, "capabilities", String(h.Capabilities))
	if h.Healthcheck {
		b = appendPair(b, "healthcheck", Bool(true))
	}
	if h.EngineID != "" {
		b = appendPair(b, "engine-id", String(h.EngineID))
	}
	return EndFrame(b, start)
}

// ParseHaproxyHello reads the payload of a HAPROXY-HELLO frame. Items that it
// does not know are passed over. An error is an *Error with the status that
// SPOE.txt gives it.
func ParseHaproxyHello(payload []byte) (HaproxyHello, error) {
	const op = "parse HAPROXY-HELLO"
	var h HaproxyHello
	var items helloItems
	p := pairs{rest: payload}
	for key, v, ok := p.next(); ok; key, v, ok = p.next() {
		switch string(key) {
		case "supported-versions":
			h.Versions, items.version = text(v)
		case "max-frame-size":
			h.MaxFrameSize, items.size = size(v)
		case "capabilities":
			h.Capabilities, items.capabilities = text(v)
		case "engine-id":
			h.EngineID, _ = text(v)
		case "healthcheck":
			h.Healthcheck = v.Bool()
		}
	}
	return h, items.check(op, p.err)
}

// Append appends h to b as a whole AGENT-HELLO frame.
func (h *AgentHello) Append(b []byte) []byte {
	start := len(b)
	b = BeginFrame(b, Header{Type: FrameAgentHello, Flags: FlagFin})
	b = appendPair(b, "version", String(h.Version))
	b = appendPair(b, "max-frame-size", Uint32(h.MaxFrameSize))
	b = appendPair(b, "capabilities", String(h.Capabilities))
	return EndFrame(b, start)
}

// ParseAgentHello reads the payload of an AGENT-HELLO frame.
func ParseAgentHello(payload []byte) (AgentHello, error) {
	const op = "parse AGENT-HELLO"
	var h AgentHello
	var items helloItems
	p := pairs{rest: payload}
	for key, v, ok := p.next(); ok; key, v, ok = p.next() {
		switch string(key) {
		case "version":
			h.Version, items.version = text(v)
		case "max-frame-size":
			h.MaxFrameSize, items.size = size(v)
		case "capabilities":
			h.Capabilities, items.capabilities = text(v)
		}
	}
	return h, items.check(op, p.err)
}

// helloItems tells which of the items that a HELLO must have were there.
type helloItems struct{ version, size, capabilities bool }

func (i helloItems) check(op string, parse error) error {
	switch {
	case parse != nil:
		return &Error{Op: op, Status: StatusInvalid, Err: parse}
	case !i.version:
		return &Error{Op: op, Status: StatusNoVersion}
	case !i.size:
		return &Error{Op: op, Status: StatusNoMaxFrameSize}
	case !i.capabilities:
		return &Error{Op: op, Status: StatusNoCapabilities}
	}
	return nil
}

func text(v Value) (string, bool) { return string(v.Bytes()), v.Kind() == KindString }

func size(v Value) (uint32, bool) {
	n := v.Uint64()
	return uint32(min(n, math.MaxUint32)), v.IsInt()
}

// Negotiate returns the answer to h of an agent that takes frames of up to
// limit bytes: the highest common version, the smaller of both frame sizes,
// the capabilities that both have.
func Negotiate(h HaproxyHello, limit uint32) (AgentHello, error) {
	if !hasItem(h.Versions, Version) {
		return AgentHello{}, newError("negotiate", StatusBadVersion, "HAProxy speaks %q, this agent %q", h.Versions, Version)
	}
	if h.MaxFrameSize < MinFrameSize {
		return AgentHello{}, newError("negotiate", StatusBadFrameSize, "max-frame-size is %d, at least %d is needed", h.MaxFrameSize, MinFrameSize)
	}
	answer := AgentHello{Version: Version, MaxFrameSize: min(h.MaxFrameSize, limit)}
	if hasItem(h.Capabilities, CapPipelining) {
		answer.Capabilities = CapPipelining
	}
	return answer, nil
}

// Check says what is wrong with an agent's answer to h, as HAProxy checks it.
func (h *HaproxyHello) Check(answer AgentHello) error {
	if !hasItem(h.Versions, answer.Version) {
		return newError("negotiate", StatusBadVersion, "the agent chose version %q of %q", answer.Version, h.Versions)
	}
	if answer.MaxFrameSize < MinFrameSize || answer.MaxFrameSize > h.MaxFrameSize {
		return newError("negotiate", StatusBadFrameSize, "the agent chose max-frame-size %d, allowed are %d to %d",
			answer.MaxFrameSize, MinFrameSize, h.MaxFrameSize)
	}
	for c := range strings.SplitSeq(answer.Capabilities, ",") {
		if c = strings.TrimSpace(c); c != "" && !hasItem(h.Capabilities, c) {
			return newError("negotiate", StatusInvalid, "the agent announces %q, which was not offered", c)
		}
	}
	return nil
}

// hasItem reports whether the comma separated list holds item; blanks around
// the items do not count.
func hasItem(list, item string) bool {
	for list != "" {
		var part string
		part, list, _ = strings.Cut(list, ",")
		if strings.TrimSpace(part) == item {
			return true
		}
	}
	return false
}
