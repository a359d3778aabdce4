package bench

import "sync"

// The kinds of errors.
const (
	// KindConnect: a connection could not be opened, or its HELLO failed.
	KindConnect = "connect"
	// KindDisconnect: the agent ended a connection.
	KindDisconnect = "disconnect"
	// KindProtocol: a frame was none, or not one that HAProxy takes; HAProxy
	// would have ended the connection, and so does the load.
	KindProtocol = "protocol"
	// KindWrongID: an ACK for a NOTIFY that is not in flight.
	KindWrongID = "wrong_id"
	// KindMalformed: the actions of an ACK did not parse to their end.
	KindMalformed = "malformed"
	// KindUnexpected: an ACK did not set what was expected.
	KindUnexpected = "unexpected"
	// KindUnanswered: a NOTIFY was not answered before the end of its
	// connection, or of the run.
	KindUnanswered = "unanswered"
)

// errorCounts counts errors by kind, and keeps the first text of each.
type errorCounts struct {
	mu    sync.Mutex
	count map[string]uint64
	first map[string]string
	total uint64
}

func (e *errorCounts) add(kind, text string, n uint64) {
	if n == 0 {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.count == nil {
		e.count, e.first = make(map[string]uint64), make(map[string]string)
	}
	if e.count[kind] == 0 {
		e.first[kind] = text
	}
	e.count[kind] += n
	e.total += n
}

func (e *errorCounts) sum() uint64 {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.total
}
