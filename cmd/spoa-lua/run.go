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
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"
	"github.com/urfave/cli/v2"

	"github.com/spoa-lua/spoa-lua/runtime"
	"github.com/spoa-lua/spoa-lua/spop"
)

func runCommand() *cli.Command {
	return &cli.Command{
		Name:  "run",
		Usage: "answer HAProxy",
		Description: "Serves until SIGTERM or SIGINT, then answers what is in flight and ends with code 0; a second\n" +
			"one ends it at once. SIGHUP loads the scripts anew, as saving one of their files does.\n\n" +
			"  spoa-lua run --scripts policies --metrics 127.0.0.1:9100",
		Flags:  slices.Concat(runFlags(), []cli.Flag{haproxyCFGFlag()}, haproxyLuaFlags(), egressFlags(), listenFlags(), serviceFlags(), logFlags()),
		Action: runAgent,
	}
}

func runFlags() []cli.Flag {
	return []cli.Flag{
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
			Usage: "run up to `N` Lua VMs at once", DefaultText: "64 for each processor"},
		&cli.StringFlag{Name: "error-var", EnvVars: env("error-var"),
			Usage: "set the variable `NAME`, such as txn.error, to the reason when a handler has not answered"},
		&cli.IntFlag{Name: "quarantine-after", EnvVars: env("quarantine-after"), Value: 20,
			Usage: "do not run a handler for a while that has failed `N` times in a row; 0: never"},
		&cli.StringFlag{Name: "memory-limit", EnvVars: env("memory-limit"),
			Usage: "keep the heap below `SIZE`, such as 512MiB: collect garbage harder, then stop what has run the longest", DefaultText: "no limit"},
		&cli.BoolFlag{Name: "pprof", EnvVars: env("pprof"), Usage: "serve Go's profiles at /debug/pprof/ of --metrics"},
		&cli.StringFlag{Name: "metrics", EnvVars: env("metrics"),
			Usage: "serve /metrics, /healthz, /readyz and /debug/ over HTTP at `ADDR`"},
	}
}

// agent is what run puts together.
type agent struct {
	log      *slog.Logger
	logs     *logQueue
	runtime  *runtime.Runtime
	server   *spop.Server
	door     *door
	services *services
	memory   uint64 // --memory-limit, 0 for none
	pprof    bool
	drain    time.Duration
	// maxConns is --max-connections.
	maxConns int
	serving  sync.WaitGroup
	// beside is what runs beside the servers, and may hang with a disk.
	beside sync.WaitGroup
	asked  chan struct{} // for a reload
	failed chan error
}

func runAgent(c *cli.Context) error {
	if err := noArguments(c); err != nil {
		return err
	}
	signal.Ignore(syscall.SIGPIPE) // it comes when the log's reader has gone, and would end the agent
	log, logs, err := newQueuedLogger(c, c.App.ErrWriter)
	if err != nil {
		return err
	}
	defer logs.close()
	cfg, server, err := agentConfig(c)
	if err != nil {
		return err
	}
	cfg.Log = log
	warnVariables(log, c.App.Commands)
	network, err := newNetwork(c)
	if err != nil {
		return err
	}
	defer network.Close()
	cfg.Network = network
	if err := serviceConfig(c, &cfg); err != nil {
		return err
	}
	door, err := newDoor(c, log)
	if err != nil {
		return err
	}
	memory, err := memoryLimit(c.String("memory-limit"))
	if err != nil {
		return err
	}
	tuneGC()
	// Before anything that takes time, so that no signal is lost.
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, syscall.SIGHUP, syscall.SIGTERM, os.Interrupt)
	defer signal.Stop(signals)

	r, err := runtime.New(cfg)
	if err != nil {
		logs.close() // what it says stands behind what scripts have logged
		return printLoadError(c, err)
	}
	server.Handler, server.Trace = r, r.Trace()
	a := &agent{log: log, logs: logs, runtime: r, server: spop.NewServer(server), door: door, drain: c.Duration("drain-timeout"), asked: make(chan struct{}, 1), failed: make(chan error, 1)}
	defer a.leave()
	a.pprof, a.memory, a.maxConns = c.Bool("pprof"), memory, server.MaxConns
	listeners, err := door.open(c.IsSet("listen"))
	if err != nil {
		return err
	}
	if a.services, err = a.startServices(c.String("http-listen")); err != nil {
		closeAll(listeners)
		return err
	}
	defer a.services.close()
	return a.serve(c.Context, listeners, c.String("metrics"), signals)
}

// agentConfig reads and checks the flags.
func agentConfig(c *cli.Context) (runtime.Config, spop.Config, error) {
	cfg, err := runtimeConfig(c)
	if err != nil {
		return cfg, spop.Config{}, err
	}
	cfg.MaxVMs = c.Int("max-vms")
	cfg.ErrorVar = c.String("error-var")
	if cfg.QuarantineAfter = c.Int("quarantine-after"); cfg.QuarantineAfter == 0 {
		cfg.QuarantineAfter = -1
	}
	size := c.Int("max-frame-size")
	switch {
	case size < spop.MinFrameSize || size > math.MaxInt32:
		return cfg, spop.Config{}, usagef("--max-frame-size %d must be %d to %d", size, spop.MinFrameSize, math.MaxInt32)
	case c.Duration("timeout") <= 0:
		return cfg, spop.Config{}, usagef("--timeout %s must be above 0", c.Duration("timeout"))
	case c.Int("max-connections") < 1:
		return cfg, spop.Config{}, usagef("--max-connections %d must be above 0", c.Int("max-connections"))
	case c.Int("quarantine-after") < 0:
		return cfg, spop.Config{}, usagef("--quarantine-after %d must not be negative", c.Int("quarantine-after"))
	case c.Duration("drain-timeout") <= 0:
		return cfg, spop.Config{}, usagef("--drain-timeout %s must be above 0", c.Duration("drain-timeout"))
	case cfg.MaxVMs < 0:
		return cfg, spop.Config{}, usagef("--max-vms %d must not be negative", cfg.MaxVMs)
	}
	if err := checkMetrics(c.String("metrics")); err != nil {
		return cfg, spop.Config{}, err
	}
	if cfg.ErrorVar != "" {
		if _, _, err := spop.ParseVarName(cfg.ErrorVar); err != nil {
			return cfg, spop.Config{}, usagef("--error-var: %w", err)
		}
	}
	return cfg, spop.Config{
		MaxFrameSize: uint32(size), Timeout: c.Duration("timeout"), MaxConns: c.Int("max-connections"),
	}, nil
}

// serve serves until a signal, or the end of ctx, stops it.
func (a *agent) serve(ctx context.Context, listeners []net.Listener, metrics string, signals <-chan os.Signal) error {
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
	a.beside.Go(func() { a.runtime.Watch(watching, a.reportReload) })
	a.beside.Go(func() { a.reloadWhenAsked(watching) })
	a.beside.Go(func() { a.watchCertificates(watching) })
	a.beside.Go(func() { keepAlive(watching, a.log, a.checkSelf) })
	if a.memory > 0 {
		a.beside.Go(func() { a.runtime.Guard(watching, a.memory) })
	}
	a.reportReady(listeners, web)
	notify(a.log, daemon.SdNotifyReady)
	return a.wait(ctx, signals)
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
			select {
			case a.asked <- struct{}{}:
			default: // a reload is due already
			}
		case err := <-a.failed:
			a.server.Close()
			return err
		case <-ctx.Done():
			return a.shutdown(signals, os.Interrupt)
		}
	}
}

// leavePatience is how long the end waits for what runs beside the servers.
const leavePatience = 2 * time.Second

// leave closes the runtime when all else has ended. What hangs, with a disk say,
// is not waited for: the process ends without it.
func (a *agent) leave() {
	done := make(chan struct{})
	go func() {
		defer close(done)
		a.beside.Wait()
		a.runtime.Close()
	}()
	patience := time.NewTimer(leavePatience)
	defer patience.Stop()
	select {
	case <-done:
	case <-patience.C:
		a.log.Warn("ended without waiting for a load or a task that hangs")
	}
}

// reloadWhenAsked reloads for SIGHUP. Other signals do not wait for it.
func (a *agent) reloadWhenAsked(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-a.asked:
			a.reload()
		}
	}
}

// reload loads scripts and certificates anew, as SIGHUP asks for.
func (a *agent) reload() {
	reloading(a.log)
	defer notify(a.log, daemon.SdNotifyReady)
	a.reloadCertificates()
	gen, err := a.runtime.Reload()
	a.reportReload(gen, err)
}

func (a *agent) reloadCertificates() {
	if a.door.tls == nil {
		return
	}
	if err := a.door.tls.reload(); err != nil {
		a.log.Error("reload failed: the old certificates go on", "err", err)
		return
	}
	a.log.Info("certificates reloaded")
}

// watchCertificates reads certificates again when their files have changed.
func (a *agent) watchCertificates(ctx context.Context) {
	if a.door.tls == nil {
		return
	}
	tick := time.NewTicker(2 * time.Second)
	defer tick.Stop()
	seen := a.door.tls.stamp()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if now := a.door.tls.stamp(); now != seen {
			seen = now
			a.reloadCertificates()
		}
	}
}

// checkSelf asks the agent itself for a health check, over a connection in
// memory: it fails when the server no longer answers.
func (a *agent) checkSelf(ctx context.Context) error {
	pipe := newPipeListener()
	defer pipe.Close()
	go a.server.Serve(pipe) //nolint:errcheck // it ends with the pipe
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	_, err := spop.PingConn(ctx, pipe.client)
	if err != nil && len(a.server.Connections()) >= a.maxConns {
		return nil // it was refused, as any peer is: a crowd is no reason for a restart
	}
	return err
}

// shutdown answers what is in flight. Another signal, or the drain timeout,
// cuts that short.
func (a *agent) shutdown(signals <-chan os.Signal, why os.Signal) error {
	a.log.Info("stopping: answering what is in flight", "signal", why.String())
	notify(a.log, daemon.SdNotifyStopping)
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
	drained := a.services.drain(ctx)
	if err := errors.Join(a.server.Shutdown(ctx), <-drained); err != nil {
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
	a.log.Info("ready", "listen", strings.Join(addrs, ","), "metrics", web.addr(), "http", a.services.addr(), "generation", gen.Number,
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
