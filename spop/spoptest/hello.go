package spoptest

import "github.com/spoa-lua/spoa-lua/spop"

// engineID is an engine-id as HAProxy makes them: a UUID for each thread.
const engineID = "f270723d-2375-476c-82e2-f3abd6d45176"

// maxFrameSize is HAProxy's max-frame-size by default.
const maxFrameSize = 16380

// Hello26 returns what HAProxy 2.6 sends. Its stream-ids begin at 0.
func Hello26() spop.HaproxyHello {
	return spop.HaproxyHello{Versions: "2.0", MaxFrameSize: maxFrameSize, Capabilities: "pipelining,async", EngineID: engineID}
}

// Hello30 returns what HAProxy 3.0 sends, which is what 2.6 sends.
func Hello30() spop.HaproxyHello { return Hello26() }

// Hello32 returns what HAProxy 3.2 sends. Its stream-ids are 1, 3, 5.
func Hello32() spop.HaproxyHello {
	return spop.HaproxyHello{Versions: "2.0", MaxFrameSize: maxFrameSize, Capabilities: "pipelining", EngineID: engineID}
}

// Healthcheck returns what HAProxy's option spop-check sends, 82 bytes.
func Healthcheck() spop.HaproxyHello {
	return spop.HaproxyHello{Versions: "2.0", MaxFrameSize: maxFrameSize, Healthcheck: true}
}

// Pair is one item of the list that a HELLO or DISCONNECT frame holds.
type Pair struct {
	Key   string
	Value spop.Value
}

// Pairs returns the payload of a HELLO or DISCONNECT frame made of items, which
// may be as wrong as a test wants them.
func Pairs(items ...Pair) []byte {
	var b []byte
	for _, p := range items {
		b = append(spop.AppendVarint(b, uint64(len(p.Key))), p.Key...)
		b = p.Value.Append(b)
	}
	return b
}
