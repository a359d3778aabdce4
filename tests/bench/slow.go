package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/spoa-lua/spoa-lua/tests/bench/rig"
)

// slowKinds are what the messages of slow.lua do that are slow.
var slowKinds = []string{"burn", "sleep"}

// slowLoad is a running agent and how it is loaded.
type slowLoad struct {
	addr string
	o    options
}

// burstsTo is the load of -slow: 4,000 messages a second in bursts of 16 on one
// connection, so that a slow message of 5 ms keeps a fifth of a core busy.
func burstsTo(addr, slow string, d time.Duration) bursts {
	const every = 4 * time.Millisecond
	return bursts{addr: addr, slow: slow, size: 16, every: every, count: int(d / every)}
}

// runSlow loads an agent with and without slow messages in turn, and prints
// how long the others took. The agent has both cores, the generator one.
func runSlow(ctx context.Context, o options) error {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	bin, err := rig.Build(ctx, dir, o.agent)
	if err != nil {
		return err
	}
	script := filepath.Join("tests", "bench", "slow.lua")
	a, err := rig.Start(ctx, bothCores, nil, bin.SpoaLua, "run", "--timeout", "1s", "--scripts", script, "--listen")
	if err != nil {
		return err
	}
	defer a.Stop()
	s := slowLoad{a.Addr, o}
	if _, err := s.load(ctx, ""); err != nil { // warms it up
		return err
	}
	fmt.Println("| slow message | p50 without / with, us | p90 | p99 | ratio of p99, median of rounds |\n|---|---|---|---|---|")
	for _, kind := range slowKinds {
		if err := s.compare(ctx, kind); err != nil {
			return err
		}
	}
	return nil
}

// compare prints the row of a kind of slow message.
func (s slowLoad) compare(ctx context.Context, kind string) error {
	parts := []float64{0.5, 0.9, 0.99}
	without, with := make([][]float64, len(parts)), make([][]float64, len(parts))
	var ratios []float64
	for range s.o.rounds {
		good, err := s.load(ctx, "")
		if err != nil {
			return err
		}
		beside, err := s.load(ctx, kind)
		if err != nil {
			return err
		}
		for i, p := range parts {
			without[i] = append(without[i], good.at(p))
			with[i] = append(with[i], beside.at(p))
		}
		ratios = append(ratios, beside.at(0.99)/good.at(0.99))
	}
	fmt.Printf("| %s |", kind)
	for i := range parts {
		fmt.Printf(" %.0f / %.0f |", rig.Median(without[i]), rig.Median(with[i]))
	}
	fmt.Printf(" %.2f |\n", rig.Median(ratios))
	return nil
}

// load runs a generator of its own process on its core.
func (s slowLoad) load(ctx context.Context, kind string) (*burstResult, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, "taskset", "-c", generatorCore, self,
		"-generate", s.addr, "-name", kind, "-duration", s.o.duration.String())
	cmd.Env = append(os.Environ(), "GOMAXPROCS=1")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("generator: %w", err)
	}
	r := new(burstResult)
	return r, json.Unmarshal(out, r)
}
