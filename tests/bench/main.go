// Command bench compares spoa-lua with the null agent: both are loaded in turn,
// round after round, the agent on core 0 and the load generator on core 1, and
// the ratios of each round go into the table. It needs taskset and two cores.
// `make bench-agent` runs it.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

// options are the flags.
type options struct {
	rounds   int
	duration time.Duration
	warmup   time.Duration
	loads    string
	policies string
	unpinned bool
	env      string
}

func main() {
	var o options
	quick := flag.Bool("quick", false, "take 3 rounds of 0.5 s: enough to see a change of 20 %")
	flag.IntVar(&o.rounds, "rounds", 5, "load each agent `N` times")
	flag.DurationVar(&o.duration, "duration", time.Second, "measure for `DURATION` each time")
	flag.DurationVar(&o.warmup, "warmup", 200*time.Millisecond, "load for `DURATION` before that")
	flag.StringVar(&o.loads, "loads", "1x1,4x1,16x1,1x16,4x16,16x16,1x64,16x64", "connections and depths as a `LIST` of CxP")
	flag.StringVar(&o.policies, "policies", "empty,one,realistic", "policies of tests/bench as a `LIST`")
	flag.BoolVar(&o.unpinned, "unpinned", false, "compare spoa-lua on one core with spoa-lua on two instead, both beside the generator")
	flag.StringVar(&o.env, "env", "", "start spoa-lua with NAME=VALUE of the environment, a `LIST`")
	flag.Parse()
	if *quick {
		o.rounds, o.duration = 3, 500*time.Millisecond
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	loads, err := parseLoads(o.loads)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	bin, err := build(ctx, dir)
	if err != nil {
		return err
	}
	subjects, err := start(ctx, bin, o)
	defer stopAll(subjects)
	if err != nil {
		return err
	}
	cells := make(map[cell][]measurement)
	for _, l := range loads {
		for round := range o.rounds {
			fmt.Fprintf(os.Stderr, "\r%s, round %d of %d   ", l, round+1, o.rounds)
			for i, s := range subjects {
				m, err := s.load(ctx, bin, l, o)
				if err != nil {
					return err
				}
				at := cell{subject: i, load: l}
				cells[at] = append(cells[at], m)
			}
		}
	}
	fmt.Fprint(os.Stderr, "\r\x1b[K")
	printTables(os.Stdout, subjects, loads, cells, o)
	return nil
}

// load is a number of connections and a depth.
type load struct{ connections, depth int }

func (l load) String() string { return fmt.Sprintf("%dx%d", l.connections, l.depth) }

func parseLoads(list string) ([]load, error) {
	var loads []load
	for _, text := range strings.Split(list, ",") {
		var l load
		if _, err := fmt.Sscanf(text, "%dx%d", &l.connections, &l.depth); err != nil {
			return nil, fmt.Errorf("load %q must be CxP, such as 16x4", text)
		}
		loads = append(loads, l)
	}
	return loads, nil
}

// cell is a place in the tables.
type cell struct {
	subject int
	load    load
}

// measurement is one run, from the JSON of spoa-lua bench.
type measurement struct {
	PerSecond float64 `json:"notify_per_second"`
	CPU       float64 `json:"agent_cpu_us_per_notify"`
	Memory    float64 `json:"agent_peak_memory_bytes"`
	Latency   struct {
		P50 float64 `json:"p50"`
		P99 float64 `json:"p99"`
	} `json:"latency_us"`
	Errors map[string]uint64 `json:"errors"`
}
