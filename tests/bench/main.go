// Command bench compares agents as processes: they are loaded in turn, round
// after round, and the ratios of each round go into the table. It needs taskset
// and two cores, and is run in the root of the repository: `make bench-agent`.
//
// Its modes are: spoa-lua and the null agent (the default), one core and two
// (-unpinned), with reloads and without (-reload), settings of the garbage
// collector (-gogc), and messages beside slow ones (-slow).
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spoa-lua/spoa-lua/tests/bench/rig"
)

// options are the flags.
type options struct {
	rounds   int
	duration time.Duration
	warmup   time.Duration
	loads    string
	policies string
	unpinned bool
	reload   bool
	gogc     bool
	env      string
	agent    string

	slow     bool
	generate string // address: this process is the generator of -slow
	name     string // of its slow message
}

// defaults are what a mode takes for flags that are not given.
type defaults struct {
	duration, quick time.Duration
	loads, policies string
}

const allPolicies = "empty,one,realistic"

func (o *options) defaults() defaults {
	switch {
	case o.reload:
		return defaults{3 * time.Second, 2 * time.Second, "16x1", "one,realistic"}
	case o.gogc:
		return defaults{2 * time.Second, time.Second, "16x1", "realistic"}
	case o.slow:
		return defaults{2 * time.Second, time.Second, "", ""}
	case o.unpinned:
		return defaults{time.Second, 500 * time.Millisecond, "16x1,16x16", allPolicies}
	}
	return defaults{800 * time.Millisecond, 400 * time.Millisecond, "1x1,4x1,16x1,1x16,4x16,16x16,16x64", allPolicies}
}

// paced reports whether each measurement has a second part, at a fixed rate.
func (o *options) paced() bool { return o.reload || o.gogc }

func main() { rig.Main("bench", runMode) }

func parseFlags(args []string) (o options, err error) {
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	quick := f.Bool("quick", false, "take 3 rounds of half the time or so: enough to see a change of 20 %")
	f.IntVar(&o.rounds, "rounds", 5, "load each agent `N` times")
	f.DurationVar(&o.duration, "duration", 0, "measure for `DURATION` each time (default: depends on the mode)")
	f.DurationVar(&o.warmup, "warmup", 200*time.Millisecond, "load for `DURATION` before that")
	f.StringVar(&o.loads, "loads", "", "connections and depths as a `LIST` of CxP (default: depends on the mode)")
	f.StringVar(&o.policies, "policies", "", "policies of tests/bench as a `LIST` (default: depends on the mode)")
	f.BoolVar(&o.unpinned, "unpinned", false, "compare spoa-lua on one core with spoa-lua on two, both beside the generator; with -reload and -gogc: pin nothing")
	f.BoolVar(&o.reload, "reload", false, "compare spoa-lua with itself while its policy is saved every second")
	f.BoolVar(&o.gogc, "gogc", false, "compare spoa-lua with GOGC of 100, 200, 400 and 800")
	f.BoolVar(&o.slow, "slow", false, "compare the latency of messages beside slow ones with that of messages alone")
	f.StringVar(&o.generate, "generate", "", "generate the load of -slow for the agent at `ADDR`")
	f.StringVar(&o.name, "name", "", "with -generate: the `NAME` of the slow message")
	f.StringVar(&o.env, "env", "", "start spoa-lua with NAME=VALUE of the environment, a `LIST`")
	f.StringVar(&o.agent, "agent", "", "take the spoa-lua at `PATH` instead of building it")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	d := o.defaults()
	if *quick {
		o.rounds, d.duration = 3, d.quick
	}
	if o.duration == 0 {
		o.duration = d.duration
	}
	if o.loads == "" {
		o.loads = d.loads
	}
	if o.policies == "" {
		o.policies = d.policies
	}
	return o, o.check()
}

func runMode(ctx context.Context, args []string) error {
	o, err := parseFlags(args)
	switch {
	case err != nil:
		return err
	case o.generate != "":
		return burstsTo(o.generate, o.name, o.duration).generate(ctx, os.Stdout)
	case o.slow:
		return runSlow(ctx, o)
	}
	return run(ctx, o)
}

func (o *options) check() error {
	switch {
	case o.rounds < 1 || o.duration < 0 || o.warmup < 0:
		return errors.New("-rounds must be above 0, -duration and -warmup not negative")
	case o.reload && o.gogc:
		return errors.New("give -reload or -gogc, not both")
	}
	for _, name := range strings.FieldsFunc(o.policies, isComma) {
		if expected[name] == nil {
			return fmt.Errorf("there is no policy %q in tests/bench: -policies takes some of %s", name, allPolicies)
		}
	}
	return nil
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
	bin, err := rig.Build(ctx, dir, o.agent)
	if err != nil {
		return err
	}
	b := &bench{options: o, bin: bin, dir: dir, cells: make(map[cell][]measurement), halves: make(map[cell]float64)}
	defer b.stop()
	if err := b.start(ctx); err != nil {
		return err
	}
	for _, l := range loads {
		for round := range o.rounds {
			fmt.Fprintf(os.Stderr, "\r%s, round %d of %d   ", l, round+1, o.rounds)
			if err := b.round(ctx, l); err != nil {
				return err
			}
		}
	}
	fmt.Fprint(os.Stderr, "\r\x1b[K")
	b.print(os.Stdout, loads)
	return nil
}

func isComma(r rune) bool { return r == ',' }

// load is a number of connections and a depth.
type load struct{ connections, depth int }

func (l load) String() string { return fmt.Sprintf("%dx%d", l.connections, l.depth) }

func parseLoads(list string) ([]load, error) {
	var loads []load
	for text := range strings.SplitSeq(list, ",") {
		var l load
		if _, err := fmt.Sscanf(text, "%dx%d", &l.connections, &l.depth); err != nil {
			return nil, fmt.Errorf("load %q must be CxP, such as 16x4", text)
		}
		loads = append(loads, l)
	}
	return loads, nil
}
