package spop

// maxReason is the longest message of a DISCONNECT that HAProxy reads whole.
const maxReason = 255

// Disconnect is the last frame of either side (SPOE.txt 3.2.8 and 3.2.9).
type Disconnect struct {
	// Status says why. A code that SPOE.txt does not name goes out as 99.
	Status Status
	// Message says it in words. It is cut to 255 bytes; when it is empty, the
	// text of the status goes out in its place.
	Message string
}

// Append appends d to b as a whole frame of type t, which is
// FrameAgentDisconnect or FrameHaproxyDisconnect.
func (d Disconnect) Append(b []byte, t FrameType) []byte {
	if !d.Status.Known() {
		d.Status = StatusUnknown
	}
	if d.Message == "" {
		d.Message = d.Status.String()
	}
	if len(d.Message) > maxReason {
		d.Message = d.Message[:maxReason]
	}
	start := len(b)
	b = BeginFrame(b, Header{Type: t, Flags: FlagFin})
	b = appendPair(b, "status-code", Uint32(uint32(d.Status)))
	b = appendPair(b, "message", String(d.Message))
	return EndFrame(b, start)
}

// ParseDisconnect reads the payload of a DISCONNECT frame. It takes what it
// can: the status is StatusUnknown and the message empty where the payload
// does not say.
func ParseDisconnect(payload []byte) Disconnect {
	d := Disconnect{Status: StatusUnknown}
	p := pairs{rest: payload}
	for key, v, ok := p.next(); ok; key, v, ok = p.next() {
		switch string(key) {
		case "status-code":
			if n, ok := size(v); ok {
				d.Status = Status(n)
			}
		case "message":
			d.Message, _ = text(v)
		}
	}
	return d
}
