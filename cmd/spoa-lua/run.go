package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/spoa-lua/spoa-lua/runtime"
	"github.com/spoa-lua/spoa-lua/spop"
)

func runCommand() *cli.Command {
	return &cli.Command{
		Name:  "run",
		Usage: "answer HAProxy",
		Description: "Serves until SIGTERM or SIGINT, then answers what is in flight and ends with code 0; a second\n" +
			"one ends it at once. SIGHUP loads the scripts anew, as saving one of their files does.",
		Flags:  append(runFlags(), logFlags()...),
		Action: runAgent,
	}
}

func runFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringSliceFlag{Name: "listen", EnvVars: env("listen"), Value: cli.NewStringSlice("127.0.0.1:9000"),
			Usage: "listen at `ADDR`: HOST:PORT or unix:PATH; may be repeated"},
		scriptsFlag(),
		varFlag(),
		&cli.IntFlag{Name: "max-frame-size", EnvVars: env("max-frame-size"), Value: spop.DefaultMaxFrameSize,
			Usage: "take frames of up to `BYTES`; HAProxy's limit counts if it is smaller"},
		&cli.DurationFlag{Name: "timeout", EnvVars: env("timeout"), Value: 50 * time.Millisecond,
			Usage: "answer a message without its script after `DURATION`; keep it below HAProxy's timeout processing"},
		&cli.DurationFlag{Name: "drain-timeout", EnvVars: env("drain-timeout"), Value: 10 * time.Second,
			Usage: "when stopping, close connections that are still in use after `DURATION`"},
		&cli.IntFlag{Name: "max-connections", EnvVars: env("max-connections"), Value: 16384,
			Usage: "serve up to `N` connections; more get a DISCONNECT"},
		&cli.IntFlag{Name: "max-vms", EnvVars: env("max-vms"),
			Usage: "run up to `N` Lua VMs at once (default: 64 for each processor)"},
		&cli.StringFlag{Name: "metrics", EnvVars: env("metrics"),
			Usage: "serve /metrics, /healthz and /readyz over HTTP at `ADDR` (default: not)"},
	}
}

// agent is what run puts together.
type agent struct {
	log     *slog.Logger
	runtime *runtime.Runtime
	server  *spop.Server
	drain   time.Duration
	serving sync.WaitGroup
	failed  chan error
}

func runAgent(c *cli.Context) error {
	if err := noArguments(c); err != nil {
		return err
	}
	log, err := newLogger(c, c.App.ErrWriter)
	if err != nil {
		return err
	}
	cfg, server, err := agentConfig(c)
	if err != nil {
		return err
	}
	cfg.Log = log
	// Before anything that takes time, so that no signal is lost.
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, syscall.SIGHUP, syscall.SIGTERM, os.Interrupt)
	defer signal.Stop(signals)

	r, err := runtime.New(cfg)
	if err != nil {
		return printLoadError(c, err)
	}
	defer r.Close()
	server.Handler, server.Trace = r, r.Trace()
	a := &agent{log: log, runtime: r, server: spop.NewServer(server), drain: c.Duration("drain-timeout"), failed: make(chan error, 1)}
	return a.serve(c.Context, list(c, "listen"), c.String("metrics"), signals)
}

// agentConfig reads and checks the flags.
func agentConfig(c *cli.Context) (runtime.Config, spop.Config, error) {
	cfg, err := runtimeConfig(c)
	if err != nil {
		return cfg, spop.Config{}, err
	}
	cfg.MaxVMs = c.Int("max-vms")
	size := c.Int("max-frame-size")
	switch {
	case size < spop.MinFrameSize || size > math.MaxInt32:
		return cfg, spop.Config{}, usagef("--max-frame-size %d must be %d to %d", size, spop.MinFrameSize, math.MaxInt32)
	case c.Duration("timeout") <= 0:
		return cfg, spop.Config{}, usagef("--timeout %s must be above 0", c.Duration("timeout"))
	case c.Int("max-connections") < 1:
		return cfg, spop.Config{}, usagef("--max-connections %d must be above 0", c.Int("max-connections"))
	case cfg.MaxVMs < 0:
		return cfg, spop.Config{}, usagef("--max-vms %d must not be negative", cfg.MaxVMs)
	}
	return cfg, spop.Config{
		MaxFrameSize: uint32(size), Timeout: c.Duration("timeout"), MaxConns: c.Int("max-connections"),
	}, nil
}

// serve serves until a signal, or the end of ctx, stops it.
func (a *agent) serve(ctx context.Context, addresses []string, metrics string, signals <-chan os.Signal) error {
	listeners, err := listenAll(addresses)
	if err != nil {
		return err
	}
	web, err := a.startWeb(metrics)
	if err != nil {
		closeAll(listeners)
		return err
	}
	defer web.stop()
	for _, l := range listeners {
		a.serving.Go(func() {
			if err := a.server.Serve(l); !errors.Is(err, spop.ErrServerClosed) {
				select {
				case a.failed <- fmt.Errorf("listener %s: %w", l.Addr(), err):
				default:
				}
			}
		})
	}
	watching, stopWatching := context.WithCancel(ctx)
	defer a.serving.Wait()
	defer stopWatching()
	a.serving.Go(func() { a.runtime.Watch(watching, a.reportReload) })
	a.reportReady(listeners, web)
	return a.wait(ctx, signals)
}

func listenAll(addresses []string) ([]net.Listener, error) {
	var listeners []net.Listener
	for _, addr := range addresses {
		l, err := spop.Listen(addr)
		if err != nil {
			closeAll(listeners)
			return nil, fmt.Errorf("--listen %s: %w", addr, err)
		}
		listeners = append(listeners, l)
	}
	return listeners, nil
}

func closeAll(listeners []net.Listener) {
	for _, l := range listeners {
		l.Close()
	}
}

// wait acts on signals until one stops the agent.
func (a *agent) wait(ctx context.Context, signals <-chan os.Signal) error {
	for {
		select {
		case s := <-signals:
			if s != syscall.SIGHUP {
				return a.shutdown(signals, s)
			}
			gen, err := a.runtime.Reload()
			a.reportReload(gen, err)
		case err := <-a.failed:
			a.server.Close()
			return err
		case <-ctx.Done():
			return a.shutdown(signals, os.Interrupt)
		}
	}
}

// shutdown answers what is in flight. Another signal, or the drain timeout,
// cuts that short.
func (a *agent) shutdown(signals <-chan os.Signal, why os.Signal) error {
	a.log.Info("stopping: answering what is in flight", "signal", why.String())
	ctx, cancel := context.WithTimeout(context.Background(), a.drain)
	defer cancel()
	done := make(chan struct{})
	defer close(done)
	go func() {
		for {
			select {
			case s := <-signals:
				if s != syscall.SIGHUP {
					cancel()
				}
			case <-done:
				return
			}
		}
	}()
	if err := a.server.Shutdown(ctx); err != nil {
		a.log.Warn("stopped with connections in use", "err", err)
		return nil
	}
	a.log.Info("stopped")
	return nil
}

func (a *agent) reportReady(listeners []net.Listener, web *web) {
	var addrs []string
	for _, l := range listeners {
		addrs = append(addrs, l.Addr().String())
	}
	gen := a.runtime.Live()
	a.log.Info("ready", "listen", strings.Join(addrs, ","), "metrics", web.addr(), "generation", gen.Number,
		"scripts", len(gen.Scripts), "messages", strings.Join(gen.Messages, ","), "digest", gen.Digest, "took", gen.Took)
}

func (a *agent) reportReload(gen *runtime.Generation, err error) {
	if err != nil {
		a.log.Error("reload failed: the old scripts go on", "err", err, "generation", a.runtime.Live().Number)
		return
	}
	a.log.Info("reloaded", "generation", gen.Number, "scripts", len(gen.Scripts),
		"messages", strings.Join(gen.Messages, ","), "digest", gen.Digest, "took", gen.Took)
}
