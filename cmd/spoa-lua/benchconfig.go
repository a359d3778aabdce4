package main

import (
	"errors"
	"os"
	"strings"
	"syscall"

	"github.com/urfave/cli/v2"

	"github.com/spoa-lua/spoa-lua/cmd/spoa-lua/bench"
	"github.com/spoa-lua/spoa-lua/spop"
)

// benchConfig reads and checks the flags.
func benchConfig(c *cli.Context) (bench.Config, error) {
	cfg := bench.Config{
		Dial:        bench.Dialer(c.String("agent")),
		Connections: c.Int("connections"), Depth: c.Int("depth"),
		Duration: c.Duration("duration"), Warmup: c.Duration("warmup"),
		Rate: c.Float64("rate"), AgentPID: c.Int("agent-pid"),
	}
	for _, err := range []error{noLateFlags(c), checkBench(cfg), checkAddress("agent", c.String("agent")), checkProcess(cfg.AgentPID)} {
		if err != nil {
			return cfg, err
		}
	}
	if c.String("message") == "" {
		return cfg, usagef("--message must name a message, as spoe-message does in HAProxy's configuration")
	}
	args := c.Args().Slice()
	if len(args) == 0 {
		args = typicalArgs
	}
	var err error
	if cfg.Message, err = parseMessage(append([]string{c.String("message")}, args...)); err != nil {
		return cfg, err
	}
	cfg.Expect, err = parseExpect(list(c, "expect"))
	return cfg, err
}

func checkBench(cfg bench.Config) error {
	switch {
	case cfg.Connections < 1 || cfg.Connections > bench.MaxConnections:
		return usagef("--connections %d must be 1 to %d", cfg.Connections, bench.MaxConnections)
	case cfg.Depth < 1 || cfg.Depth > bench.MaxDepth:
		return usagef("--depth %d must be 1 to %d", cfg.Depth, bench.MaxDepth)
	case cfg.Duration <= 0 || cfg.Duration > bench.MaxDuration:
		return usagef("--duration %s must be above 0 and at most %s", cfg.Duration, bench.MaxDuration)
	case cfg.Warmup < 0 || cfg.Warmup > bench.MaxDuration:
		return usagef("--warmup %s must be 0 to %s", cfg.Warmup, bench.MaxDuration)
	case cfg.Rate < 0 || cfg.Rate > bench.MaxRate:
		return usagef("--rate %g must be 0 to %.0f", cfg.Rate, float64(bench.MaxRate))
	}
	return nil
}

// checkProcess looks for the agent's process before the load, not after it.
func checkProcess(pid int) error {
	if pid == 0 {
		return nil
	}
	p, err := os.FindProcess(pid)
	if pid < 0 || err != nil || errors.Is(p.Signal(syscall.Signal(0)), os.ErrProcessDone) {
		return usagef("--agent-pid %d: there is no such process: give that of spoa-lua run, on this machine", pid)
	}
	return nil
}

func parseExpect(pairs []string) ([]bench.Expectation, error) {
	var list []bench.Expectation
	for _, p := range pairs {
		name, text, ok := strings.Cut(p, "=")
		if !ok {
			return nil, usagef("--expect %q must be NAME=TYPE:VALUE, for example txn.score=int:5", p)
		}
		v, err := spop.ParseValue(text)
		if err != nil {
			return nil, usagef("--expect %s: %w", name, err)
		}
		e, err := bench.NewExpectation(name, v)
		if err != nil {
			return nil, usagef("--expect %s: %w", name, err)
		}
		list = append(list, e)
	}
	return list, nil
}
