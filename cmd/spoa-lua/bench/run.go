package bench

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spoa-lua/spoa-lua/spop"
)

const (
	// grace is how long the run waits for what is in flight at its end.
	grace = 10 * time.Second
	// maxPause is the longest pause before a lost connection is opened again.
	maxPause = 2 * time.Second
)

// run is one run of a load.
type run struct {
	cfg     Config
	payload []byte
	engine  string
	now     func() int64 // nanoseconds since the load began

	sessions  []*session
	latencies *latencies
	errors    errorCounts

	begin, end atomic.Int64  // what is measured; math.MaxInt64 until it is known
	stopped    atomic.Bool   // nothing is sent any more
	over       chan struct{} // closed then
}

// Run opens the connections, loads the agent and measures. It always ends: the
// end of ctx ends it early, and what has been measured is returned. The error
// tells of a load that did not come about; errors of the agent are in the
// Result.
func Run(ctx context.Context, cfg Config) (*Result, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	r := newRun(cfg)
	if err := r.connectAll(ctx); err != nil {
		return nil, err
	}
	began := time.Now()
	r.now = func() int64 { return int64(time.Since(began)) }
	var wg sync.WaitGroup
	for _, s := range r.sessions {
		wg.Go(func() { s.work(ctx) })
	}
	if cfg.Rate > 0 {
		wg.Go(r.pace)
	}
	result := r.measure(ctx)
	r.stop()
	wg.Wait()
	r.fill(result)
	return result, nil
}

func newRun(cfg Config) *run {
	r := &run{cfg: cfg, engine: engineID(), latencies: newLatencies(), over: make(chan struct{})}
	r.payload = cfg.Message.Append(nil)
	r.begin.Store(never)
	r.end.Store(never)
	for i := range cfg.Connections {
		r.sessions = append(r.sessions, newSession(r, i))
	}
	return r
}

const never = 1<<63 - 1

// measures reports whether a NOTIFY due at that time counts.
func (r *run) measures(at int64) bool { return at >= r.begin.Load() && at < r.end.Load() }

// engineID returns a random one in the form of HAProxy's.
func engineID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // it never fails
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// connectAll opens all connections, some at a time. The first error ends it.
func (r *run) connectAll(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var wg sync.WaitGroup
	turn := make(chan struct{}, 64)
	for _, s := range r.sessions {
		turn <- struct{}{}
		wg.Go(func() {
			defer func() { <-turn }()
			if ctx.Err() != nil {
				return
			}
			if err := s.connect(ctx); err != nil {
				cancel(err)
			}
		})
	}
	wg.Wait()
	if ctx.Err() == nil {
		return nil
	}
	for _, s := range r.sessions {
		s.disconnect()
	}
	return context.Cause(ctx)
}

// work is the life of a session's goroutine: it ends when the run does. The
// first NOTIFYs of a closed loop are its own to send.
func (s *session) work(ctx context.Context) {
	defer s.disconnect()
	pause := 10 * time.Millisecond
	for {
		before := s.answered.Load()
		err := s.converse()
		if lost := s.lose(err); lost && !s.run.stopped.Load() {
			s.run.errors.add(kindOf(err), errorText(err), 1)
		}
		if s.answered.Load() > before {
			pause = 10 * time.Millisecond
		}
		for s.nc == nil {
			if !s.run.wait(pause) {
				return
			}
			pause = min(2*pause, maxPause)
			if err := s.connect(ctx); err != nil {
				s.run.errors.add(KindConnect, err.Error(), 1)
			}
		}
	}
}

// converse sends and receives until the connection or the run ends.
func (s *session) converse() error {
	if err := s.send(s.run.now()); err != nil {
		return err
	}
	for !s.idleAtEnd() {
		if err := s.receive(); err != nil {
			return err
		}
	}
	return nil
}

// idleAtEnd reports whether nothing is left to be done.
func (s *session) idleAtEnd() bool {
	if !s.run.stopped.Load() {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.free) == len(s.slots)
}

// lose gives a connection up that has ended with err, or that is no longer
// needed. lost is true in the first case.
func (s *session) lose(err error) (lost bool) {
	if err == nil {
		s.disconnect()
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.nc.Close()
	s.nc = nil
	s.run.errors.add(KindUnanswered, "the connection or the run ended before the reply: "+errorText(err), s.clear())
	return true
}

func kindOf(err error) string {
	if _, ok := errors.AsType[protocolError](err); ok {
		return KindProtocol
	}
	return KindDisconnect
}

func errorText(err error) string {
	switch {
	case errors.Is(err, io.EOF):
		return "the agent closed the connection"
	case errors.Is(err, os.ErrDeadlineExceeded):
		return "no reply in time"
	}
	return err.Error()
}

// disconnect says goodbye and closes the connection, if there is one.
func (s *session) disconnect() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.nc == nil {
		return
	}
	_ = s.nc.SetWriteDeadline(time.Now().Add(grace))
	_, _ = s.nc.Write(spop.Disconnect{Status: spop.StatusNormal}.Append(nil, spop.FrameHaproxyDisconnect))
	s.nc.Close()
	s.nc = nil
}

// wait returns after d, or with false as soon as the run is over.
func (r *run) wait(d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-r.over:
		return false
	}
}

// stop ends the sending, and the reading as soon as nothing is in flight or
// grace is over.
func (r *run) stop() {
	r.stopped.Store(true)
	close(r.over)
	for _, s := range r.sessions {
		s.mu.Lock()
		if s.nc != nil {
			_ = s.nc.SetDeadline(s.lastRead())
		}
		s.mu.Unlock()
	}
}

// lastRead returns until when s may wait for replies. The mutex is held.
func (s *session) lastRead() time.Time {
	if len(s.free) == len(s.slots) {
		return time.Unix(1, 0)
	}
	return time.Now().Add(grace)
}
