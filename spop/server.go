package spop

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"
)

// Handler answers NOTIFY frames. Its methods are called by many goroutines at
// once.
type Handler interface {
	// HandleNotify answers x by appending actions to its Ack. It runs on the
	// goroutine that reads the connection; Exchange tells what may be kept.
	// However it returns, x is answered: after an error or a panic with what
	// was committed and what Fallback adds, and without actions with a NOOP.
	HandleNotify(x *Exchange) error
}

// Fallback is what a Handler may also be: it then completes the answer where
// HandleNotify has not. ack holds what was committed (Exchange.Commit), and
// cause is the error that HandleNotify returned, a *PanicError, ErrTimeout, or
// what Abandon was given. In the last two cases HandleNotify is still running,
// on another goroutine, and x.Ack is its own, so Fallback uses ack; or, with
// ErrTimeout, it is not run at all, since the time was over before it began.
type Fallback interface {
	Fallback(x *Exchange, cause error, ack *Ack)
}

// HandlerFunc is a function that is a Handler.
type HandlerFunc func(x *Exchange) error

// HandleNotify calls f.
func (f HandlerFunc) HandleNotify(x *Exchange) error { return f(x) }

// Config is what a Server is made with. Only Handler must be set.
type Config struct {
	// Handler answers the NOTIFY frames. If it is a Fallback too, it also
	// answers those that went wrong.
	Handler Handler
	// MaxFrameSize is the largest frame in bytes that is taken or sent, at
	// least MinFrameSize; 0 means DefaultMaxFrameSize. HAProxy's own limit
	// counts if it is smaller.
	MaxFrameSize uint32
	// Timeout is how long an exchange may take from the arrival of its frame
	// until it is answered without its handler; 0 means for ever.
	Timeout time.Duration
	// HandOverAfter is how long a handler may run before another goroutine
	// reads its connection on; 0 means 200 us.
	HandOverAfter time.Duration
	// HelloTimeout is how long a peer may take for its HELLO; 0 means 5 s.
	HelloTimeout time.Duration
	// FrameTimeout is how long a peer may take for the rest of a frame that it
	// has begun to send; 0 means 5 s.
	FrameTimeout time.Duration
	// IdleTimeout is how long a connection may be silent; 0 means 5 min.
	// HAProxy closes connections that it no longer needs by itself.
	IdleTimeout time.Duration
	// WriteTimeout is how long a peer may take to accept its answers before
	// the connection is closed; 0 means 5 s.
	WriteTimeout time.Duration
	// MaxConns is how many connections are served at once; one more gets a
	// DISCONNECT. 0 means 16384.
	MaxConns int
	// MaxInFlight is how many exchanges of a connection may be under way at
	// once; when they are, nothing more is read from it until one has been
	// answered. HAProxy has at most 20. 0 means 64.
	MaxInFlight int
	// Trace is called when something happens; nil means it is not.
	Trace *Trace
}

func (c Config) withDefaults() Config {
	setDefault(&c.MaxFrameSize, DefaultMaxFrameSize)
	setDefault(&c.HandOverAfter, 200*time.Microsecond)
	setDefault(&c.HelloTimeout, 5*time.Second)
	setDefault(&c.FrameTimeout, 5*time.Second)
	setDefault(&c.IdleTimeout, 5*time.Minute)
	setDefault(&c.WriteTimeout, 5*time.Second)
	setDefault(&c.MaxConns, 16384)
	setDefault(&c.MaxInFlight, 64)
	c.MaxFrameSize = max(c.MaxFrameSize, MinFrameSize)
	if c.Trace == nil {
		c.Trace = new(Trace)
	}
	return c
}

func setDefault[T comparable](p *T, v T) {
	var zero T
	if *p == zero {
		*p = v
	}
}

// Server speaks SPOP to HAProxy and hands every NOTIFY to its Handler. Its
// methods may be called by any goroutine.
type Server struct {
	cfg      Config
	fallback Fallback // nil when the Handler is none
	epoch    time.Time
	watch    *watchdog
	buffers  sync.Pool // of *buffers

	mu        sync.Mutex
	listeners map[net.Listener]struct{}
	conns     map[*conn]struct{}
	nextID    uint64
	draining  bool
	stop      chan struct{} // closed by Shutdown and Close
	gone      chan struct{} // closed when it stops and has no connection left
	running   sync.WaitGroup
	janitor   sync.Once
	refusing  chan struct{} // holds one for each goroutine that refuses
}

// maxRefusing is how many connections with TLS are refused at once in words; more
// are just closed.
const maxRefusing = 16

// NewServer returns a Server. It panics when cfg has no Handler.
func NewServer(cfg Config) *Server {
	if cfg.Handler == nil {
		panic("spop: NewServer: Config.Handler is nil")
	}
	s := &Server{
		cfg:       cfg.withDefaults(),
		epoch:     time.Now().Add(-1), // so that now never is 0, which means never
		listeners: make(map[net.Listener]struct{}),
		conns:     make(map[*conn]struct{}),
		stop:      make(chan struct{}),
		gone:      make(chan struct{}),
		refusing:  make(chan struct{}, maxRefusing),
	}
	s.fallback, _ = cfg.Handler.(Fallback)
	s.watch = newWatchdog(s)
	return s
}

// Serve accepts connections on l until Shutdown or Close is called, and then
// returns ErrServerClosed. It closes l. An accept that fails, for want of file
// descriptors say, is tried again. Several listeners may be served at once.
func (s *Server) Serve(l net.Listener) error {
	defer l.Close()
	if !s.addListener(l) {
		return ErrServerClosed
	}
	defer s.removeListener(l)
	var pause time.Duration
	for {
		nc, err := l.Accept()
		switch {
		case err == nil:
			pause = 0
			s.serveConn(nc)
		case s.stopped():
			return ErrServerClosed
		case errors.Is(err, net.ErrClosed):
			return err
		default:
			pause = nextPause(pause)
			s.traceAcceptError(err, pause)
			s.sleep(pause)
		}
	}
}

// nextPause doubles the pause between two tries to accept, from 5 ms to 1 s.
func nextPause(last time.Duration) time.Duration {
	return min(max(2*last, 5*time.Millisecond), time.Second)
}

func (s *Server) sleep(d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-s.stop:
	}
}

func (s *Server) addListener(l net.Listener) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.draining {
		return false
	}
	s.listeners[l] = struct{}{}
	s.janitor.Do(func() { s.running.Go(s.runJanitor) })
	return true
}

func (s *Server) removeListener(l net.Listener) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.listeners, l)
}

func (s *Server) stopped() bool {
	select {
	case <-s.stop:
		return true
	default:
		return false
	}
}

// serveConn starts the goroutine that reads nc, or refuses it.
func (s *Server) serveConn(nc net.Conn) {
	c := newConn(s, nc)
	s.mu.Lock()
	full := len(s.conns) >= s.cfg.MaxConns
	if !s.draining {
		s.running.Add(1)
	}
	if !full && !s.draining {
		s.nextID++
		c.info.ID = s.nextID
		s.conns[c] = struct{}{}
	}
	draining := s.draining
	s.mu.Unlock()
	switch {
	case draining:
		nc.Close()
	case full:
		s.refuse(c)
	default:
		if f := s.cfg.Trace.ConnOpened; f != nil {
			f(nc.RemoteAddr())
		}
		go func() {
			defer s.running.Done()
			c.start()
		}()
	}
}

// refuse tells a peer that there are too many connections, without waiting for it:
// with TLS, which has to be agreed on first, that takes a goroutine, of which there
// are few. Server.running counts it.
func (s *Server) refuse(c *conn) {
	if f := s.cfg.Trace.Refused; f != nil {
		f(c.nc.RemoteAddr(), s.cfg.MaxConns)
	}
	if c.raw != nil {
		defer s.running.Done()
		c.refuse()
		return
	}
	select {
	case s.refusing <- struct{}{}:
	default:
		defer s.running.Done()
		c.nc.Close()
		return
	}
	go func() {
		defer s.running.Done()
		c.refuse()
		<-s.refusing
	}()
}

func (s *Server) removeConn(c *conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, c)
	if s.draining && len(s.conns) == 0 {
		close(s.gone)
	}
}

func (s *Server) traceAcceptError(err error, pause time.Duration) {
	if f := s.cfg.Trace.AcceptError; f != nil {
		f(err, pause)
	}
}

// Shutdown ends the server without losing an answer: it stops accepting, and
// each connection goes on being answered until it has been silent for a moment
// with nothing in flight; then it gets an AGENT-DISCONNECT. When ctx ends
// first, what is left is closed and ctx's error returned.
func (s *Server) Shutdown(ctx context.Context) error {
	s.beginStop()
	s.eachConn(func(c *conn) { c.drain() })
	done := make(chan struct{})
	go func() {
		s.running.Wait()
		close(done)
	}()
	select {
	case <-done:
		s.watch.close()
		return nil
	case <-ctx.Done():
		s.Close()
		return ctx.Err()
	}
}

// Close closes all listeners and connections at once. Handlers that are
// running are told to stop (Exchange.Stopped) and not waited for.
func (s *Server) Close() error {
	s.beginStop()
	s.eachConn(func(c *conn) { c.abort(CloseForced) })
	s.watch.close()
	return nil
}

func (s *Server) beginStop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.draining {
		return
	}
	s.draining = true
	close(s.stop)
	for l := range s.listeners {
		l.Close()
	}
	if len(s.conns) == 0 {
		close(s.gone)
	}
}

func (s *Server) eachConn(f func(*conn)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.conns {
		f(c)
	}
}

// runJanitor closes connections that have been silent, or that have not taken
// their answers, for too long. It looks at all of them now and then, so that a
// read or a write costs no timer.
func (s *Server) runJanitor() {
	every := min(s.cfg.IdleTimeout/4, s.cfg.WriteTimeout/4, s.cfg.FrameTimeout/4, time.Second)
	tick := time.NewTicker(max(every, time.Millisecond))
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			now := s.now()
			s.eachConn(func(c *conn) { c.checkIdle(now) })
		case <-s.gone: // a drain needs its limits too
			return
		}
	}
}
