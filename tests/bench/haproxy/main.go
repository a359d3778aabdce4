//go:build linux

// Command haproxy measures what a policy costs a request through HAProxy:
// requests a second, and the CPU that HAProxy and the agent use for one, with
// no policy, with the policy in HAProxy's own Lua, with the null agent and with
// spoa-lua. All of them run side by side and are loaded in turn, round after
// round. `make bench-haproxy` runs it, in the root of the repository.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"strings"
	"time"

	"github.com/spoa-lua/spoa-lua/tests/bench/rig"
)

// options are the flags.
type options struct {
	versions []string
	rounds   int
	duration time.Duration
	warmup   time.Duration
	clients  int
	agent    string
	cores    cores
	one      bool
	unix     bool
	tries    []try
}

// cores are where everything runs; -1 means that the system chooses.
type cores struct{ haproxy, agent, client int }

func (c cores) String() string {
	if c.haproxy < 0 {
		return "not pinned"
	}
	return fmt.Sprintf("HAProxy on core %d, agent on %d, client on %d", c.haproxy, c.agent, c.client)
}

func main() { rig.Main("bench-haproxy", runArgs) }

func runArgs(ctx context.Context, args []string) error {
	o, err := parseFlags(args)
	if err != nil {
		return err
	}
	return run(ctx, o)
}

func parseFlags(args []string) (o options, err error) {
	f := flag.NewFlagSet("bench-haproxy", flag.ContinueOnError)
	quick := f.Bool("quick", false, "take 3 rounds of 0.5 s: enough to see a change of 20 %")
	versions := f.String("versions", "2.6,3.2", "versions of HAProxy as a `LIST`")
	f.IntVar(&o.rounds, "rounds", 5, "load each row `N` times")
	f.DurationVar(&o.duration, "duration", time.Second, "measure for `DURATION` each time")
	f.DurationVar(&o.warmup, "warmup", 300*time.Millisecond, "load for `DURATION` before that")
	f.IntVar(&o.clients, "clients", 32, "keep `N` connections with a request in flight each")
	f.StringVar(&o.agent, "agent", "", "take the spoa-lua at `PATH` instead of building it")
	pinned := f.String("cores", "0,1,1", "the `CORES` of HAProxy, the agent and the client; none: they are not pinned")
	f.BoolVar(&o.one, "one", true, "add rows with a policy that reads one value")
	f.BoolVar(&o.unix, "unix", false, "add a row with a unix socket between HAProxy and the agent")
	f.Func("try", "add a row with these `LINES` in HAProxy's configuration, as in \"spoe: max-waiting-frames 40; backend: http-reuse always\"; may be repeated", func(text string) error {
		t, err := parseTry(text)
		o.tries = append(o.tries, t)
		return err
	})
	if err := f.Parse(args); err != nil {
		return o, err
	}
	if *quick {
		o.rounds, o.duration = 3, 500*time.Millisecond
	}
	o.versions = strings.Split(*versions, ",")
	o.cores, err = parseCores(*pinned)
	if err == nil && (o.rounds < 1 || o.clients < 1 || o.duration <= 0) {
		err = errors.New("-rounds, -clients and -duration must be above 0")
	}
	return o, err
}

func parseCores(text string) (c cores, err error) {
	if text == "none" {
		return cores{haproxy: -1, agent: -1, client: -1}, nil
	}
	if _, err := fmt.Sscanf(text, "%d,%d,%d", &c.haproxy, &c.agent, &c.client); err != nil {
		return c, fmt.Errorf("-cores %q must be three numbers such as 0,1,1, or none", text)
	}
	return c, nil
}
