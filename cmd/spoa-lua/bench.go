package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/spoa-lua/spoa-lua/cmd/spoa-lua/bench"
)

// typicalArgs are those of a policy that looks at requests.
var typicalArgs = []string{
	"ip=ipv4:192.0.2.17", "method=str:GET", "path=str:/api/v1/users/4711?page=2", "host=str:www.example.org",
	"user-agent=str:Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
}

func benchCommand() *cli.Command {
	return &cli.Command{
		Name:      "bench",
		Usage:     "load an agent as HAProxy does, and measure how it answers",
		ArgsUsage: "[NAME=TYPE:VALUE...]",
		Description: "Keeps --depth messages in flight on each connection, or sends at a fixed --rate and then measures\n" +
			"latency from the moment at which a message was due. Every reply is checked; the exit code is 1 when\n" +
			"one was wrong or missing. Arguments are written as for call; without any, those of a typical request\n" +
			"are sent: ip, method, path, host, user-agent.\n\n" +
			"  spoa-lua bench --depth 16 --message check-request src=ipv4:192.0.2.1 path=str:/",
		Flags:  benchFlags(),
		Action: runBench,
	}
}

func benchFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "agent", EnvVars: env("agent"), Value: "127.0.0.1:9000", Usage: "load the agent at `ADDR`: HOST:PORT or unix:PATH"},
		&cli.IntFlag{Name: "connections", EnvVars: env("connections"), Value: 4, Usage: "open `N` connections"},
		&cli.IntFlag{Name: "depth", EnvVars: env("depth"), Value: 1, Usage: "have up to `N` messages in flight on each connection"},
		&cli.DurationFlag{Name: "duration", EnvVars: env("duration"), Value: 10 * time.Second, Usage: "measure for `DURATION`"},
		&cli.DurationFlag{Name: "warmup", EnvVars: env("warmup"), Value: time.Second, Usage: "load for `DURATION` before that"},
		&cli.Float64Flag{Name: "rate", EnvVars: env("rate"), Usage: "send `N` messages a second over all connections", DefaultText: "as fast as they are answered"},
		&cli.StringFlag{Name: "message", EnvVars: env("message"), Value: "check-request", Usage: "send the message `NAME`"},
		&cli.StringSliceFlag{Name: "expect", EnvVars: env("expect"), Usage: "expect each reply to set `NAME=TYPE:VALUE`, for example txn.score=int:5; may be repeated"},
		&cli.IntFlag{Name: "agent-pid", EnvVars: env("agent-pid"), Usage: "tell the CPU and the memory of the agent's process `PID`"},
		&cli.BoolFlag{Name: "json", EnvVars: env("json"), Usage: "print JSON"},
	}
}

func runBench(c *cli.Context) error {
	cfg, err := benchConfig(c)
	if err != nil {
		return err
	}
	progress := newProgressLine(c.App.ErrWriter)
	cfg.Progress = progress.show
	ctx, stop := signal.NotifyContext(c.Context, os.Interrupt, syscall.SIGTERM)
	defer stop()
	result, err := bench.Run(ctx, cfg)
	progress.clear()
	if err != nil {
		return unreachable(c.String("agent"), err)
	}
	if err := printResult(c, result); err != nil {
		return err
	}
	if result.ErrorCount() > 0 {
		return errSilent
	}
	return nil
}

// unreachable says what to do about an agent that cannot be loaded.
func unreachable(agent string, err error) error {
	var opErr *net.OpError
	if errors.As(err, &opErr) && opErr.Op == "dial" {
		return fmt.Errorf("agent %s: %w: is it running, and is this what it listens at?", agent, err)
	}
	return fmt.Errorf("agent %s: %w", agent, err)
}

func printResult(c *cli.Context, result *bench.Result) error {
	if !c.Bool("json") {
		return result.Write(c.App.Writer)
	}
	out := json.NewEncoder(c.App.Writer)
	out.SetIndent("", "  ")
	return out.Encode(result)
}

// progressLine is a line on a terminal that is written over and over again.
type progressLine struct{ w io.Writer } // nil where there is no terminal

func newProgressLine(w io.Writer) *progressLine {
	f, ok := w.(*os.File)
	if !ok {
		return &progressLine{}
	}
	info, err := f.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return &progressLine{}
	}
	return &progressLine{w: w}
}

func (p *progressLine) show(now bench.Progress) {
	if p.w != nil {
		fmt.Fprint(p.w, "\r", now, "\x1b[K")
	}
}

func (p *progressLine) clear() {
	if p.w != nil {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}
