package runtime

import (
	"context"
	"log/slog"
	"net"
	"slices"
	"sync/atomic"
	"time"

	"github.com/spoa-lua/spoa-lua/spop"
)

// maxCauses is room for a counter of each spop.CloseCause.
const maxCauses = 16

// connStats counts what a Server reports, for metrics.
type connStats struct {
	open                                         atomic.Int64
	accepted, refused, healthchecks, tooBig      atomic.Uint64
	skipped, malformed, acceptErrors, handedOver atomic.Uint64
	closed                                       [maxCauses]atomic.Uint64
}

// Trace returns hooks for the Server that r answers for: they count and log
// what becomes of connections.
func (r *Runtime) Trace() *spop.Trace {
	s := &r.conns
	return &spop.Trace{
		ConnOpened: func(net.Addr) {
			s.open.Add(1)
			s.accepted.Add(1)
		},
		ConnReady:   r.connReady,
		ConnClosed:  r.connClosed,
		Refused:     r.connRefused,
		AcceptError: r.acceptError,
		Malformed:   r.malformed,
		TooBig:      r.tooBig,
		Skipped: func(info spop.ConnInfo, t spop.FrameType) {
			s.skipped.Add(1)
			r.cfg.Log.Debug("frame of an unknown type passed over", "conn", info.ID, "type", int(t))
		},
		HandedOver: func() { s.handedOver.Add(1) },
		Panicked: func(err *spop.PanicError) {
			r.cfg.Log.Error("panic in the agent: the message was answered, please report this", "err", err, "stack", string(err.Stack))
		},
	}
}

func (r *Runtime) connReady(info spop.ConnInfo) {
	if info.Healthcheck {
		return
	}
	r.cfg.Log.Debug("connection open", "conn", info.ID, "peer", info.Remote, "engine", info.EngineID,
		"max_frame_size", info.MaxFrameSize, "pipelining", info.Pipelining)
}

func (r *Runtime) connClosed(info spop.ConnInfo, cause spop.CloseCause, err error) {
	s := &r.conns
	s.open.Add(-1)
	if i := slices.Index(spop.CloseCauses(), cause); i >= 0 {
		s.closed[i].Add(1)
	}
	if cause == spop.CloseHealthcheck {
		s.healthchecks.Add(1)
	}
	level := slog.LevelDebug
	switch cause {
	case spop.CloseProtocol, spop.CloseTooBig, spop.ClosePeerError, spop.CloseWrite, spop.CloseIO:
		level = slog.LevelWarn
	}
	n, ok := 0, true
	if level > slog.LevelDebug {
		n, ok = r.throttle.allow("closed " + string(cause))
	}
	if ok {
		r.cfg.Log.Log(context.Background(), level, "connection closed", "conn", info.ID, "peer", info.Remote, "engine", info.EngineID,
			"max_frame_size", info.MaxFrameSize, "pipelining", info.Pipelining, "age", info.Age, "notifies", info.Notifies,
			"in_flight", info.InFlight, "cause", string(cause), "err", err, "suppressed", n)
	}
}

func (r *Runtime) connRefused(remote net.Addr, limit int) {
	r.conns.refused.Add(1)
	if n, ok := r.throttle.allow("refused"); ok {
		r.cfg.Log.Warn("connection refused: too many are open", "peer", remote, "limit", limit, "suppressed", n)
	}
}

func (r *Runtime) acceptError(err error, retry time.Duration) {
	r.conns.acceptErrors.Add(1)
	if n, ok := r.throttle.allow("accept"); ok {
		r.cfg.Log.Error("cannot accept connections", "err", err, "retry", retry, "suppressed", n)
	}
}

func (r *Runtime) tooBig(info spop.ConnInfo, size, limit int) {
	r.conns.tooBig.Add(1)
	if n, ok := r.throttle.allow("too big"); ok {
		r.cfg.Log.Warn("frame is too big", "conn", info.ID, "peer", info.Remote, "size", size, "limit", limit,
			"hint", "raise --max-frame-size, or lower tune.bufsize in HAProxy", "suppressed", n)
	}
}
