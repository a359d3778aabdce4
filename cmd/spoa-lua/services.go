package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/spoa-lua/spoa-lua/runtime"
)

func serviceFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "http-listen", EnvVars: env("http-listen"),
			Usage: "let the scripts' HTTP services (core.register_service) answer requests at `ADDR`: HOST:PORT or unix:PATH"},
		&cli.DurationFlag{Name: "http-timeout", EnvVars: env("http-timeout"), Value: 5 * time.Second,
			Usage: "give a service `DURATION` for a request, its body included"},
	}
}

// serviceConfig reads and checks the flags of serviceFlags.
func serviceConfig(c *cli.Context, cfg *runtime.Config) error {
	cfg.ServeHTTP, cfg.HTTPTimeout = c.String("http-listen") != "", c.Duration("http-timeout")
	if cfg.HTTPTimeout <= 0 {
		return usagef("--http-timeout %s must be above 0", cfg.HTTPTimeout)
	}
	if cfg.ServeHTTP {
		return checkAddress("http-listen", c.String("http-listen"))
	}
	return nil
}

const (
	// headTimeout is how long the head of a request may take.
	headTimeout = 5 * time.Second
	// keepTimeout is how long a connection may wait for its next request.
	keepTimeout = 2 * time.Minute
	// maxHead is how long the head of a request may be.
	maxHead = 64 << 10
)

// services is the HTTP server of the scripts' services; a nil one serves nothing.
type services struct {
	listener net.Listener
	server   *http.Server
	done     chan struct{}
}

// startServices serves at address, or nothing when it is empty. What guards
// --listen guards it, too.
func (a *agent) startServices(address string) (*services, error) {
	if address == "" {
		return nil, nil
	}
	l, err := a.door.listen(address)
	if err != nil {
		return nil, listenError("http-listen", address, err)
	}
	l = &limitListener{Listener: a.door.guard(l), max: int64(a.maxConns), refused: a.runtime.Trace().Refused}
	s := &services{listener: l, done: make(chan struct{}), server: &http.Server{
		Handler: a.runtime, ReadHeaderTimeout: headTimeout, IdleTimeout: keepTimeout, MaxHeaderBytes: maxHead,
		ErrorLog: slog.NewLogLogger(a.log.Handler(), slog.LevelDebug),
	}}
	go func() {
		defer close(s.done)
		if err := s.server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			select {
			case a.failed <- fmt.Errorf("listener %s: %w", l.Addr(), err):
			default:
			}
		}
	}()
	return s, nil
}

// addr returns where services listen, or "" for nil ones.
func (s *services) addr() string {
	if s == nil {
		return ""
	}
	return s.listener.Addr().String()
}

// drain answers what is in flight, until ctx ends. The channel has the result.
func (s *services) drain(ctx context.Context) <-chan error {
	result := make(chan error, 1)
	if s == nil {
		result <- nil
		return result
	}
	go func() { result <- s.server.Shutdown(ctx) }()
	return result
}

// close ends what drain has left.
func (s *services) close() {
	if s == nil {
		return
	}
	s.server.Close()
	<-s.done
}

// limitListener closes connections over a number of them at once, and tells so.
type limitListener struct {
	net.Listener
	max     int64
	refused func(remote net.Addr, limit int)
	open    atomic.Int64
}

func (l *limitListener) Accept() (net.Conn, error) {
	for {
		nc, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if l.open.Add(1) <= l.max {
			return &limitedConn{Conn: nc, listener: l}, nil
		}
		l.open.Add(-1)
		l.refused(nc.RemoteAddr(), int(l.max))
		nc.Close()
	}
}

// limitedConn gives its place back when it is closed.
type limitedConn struct {
	net.Conn
	listener *limitListener
	closed   atomic.Bool
}

func (c *limitedConn) Close() error {
	if !c.closed.Swap(true) {
		c.listener.open.Add(-1)
	}
	return c.Conn.Close()
}
