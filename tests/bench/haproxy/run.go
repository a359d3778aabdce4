//go:build linux

package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"

	"github.com/spoa-lua/spoa-lua/tests/bench/rig"
)

func run(ctx context.Context, o options) error {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	a, err := startAgents(ctx, dir, o)
	if a != nil {
		defer a.stop()
	}
	if err != nil {
		return err
	}
	fmt.Printf("%s, %d cores, %s; %d clients, %d rounds of %s.\n", runtime.Version(), runtime.NumCPU(), o.cores, o.clients, o.rounds, o.duration)
	for _, version := range o.versions {
		if err := a.compare(ctx, version, o); err != nil {
			return err
		}
	}
	return nil
}

// compare prints the table of one version.
func (a *agents) compare(ctx context.Context, version string, o options) error {
	var subjects []*subject
	defer func() {
		for _, s := range subjects {
			s.stop()
		}
	}()
	for _, r := range rows(o) {
		s, err := a.startHAProxy(r, version, o)
		if err != nil {
			return err
		}
		subjects = append(subjects, s)
	}
	runs := make([][]measurement, len(subjects))
	for round := range o.rounds {
		fmt.Fprintf(os.Stderr, "\rHAProxy %s, round %d of %d   ", version, round+1, o.rounds)
		for i, s := range subjects {
			if err := ctx.Err(); err != nil {
				return err
			}
			m, err := s.load(o)
			if err != nil {
				return err
			}
			runs[i] = append(runs[i], m)
		}
	}
	fmt.Fprint(os.Stderr, "\r\x1b[K")
	printTable(os.Stdout, version, subjects, runs)
	return nil
}

// printTable prints medians, and medians of the ratios of each round.
func printTable(w io.Writer, version string, subjects []*subject, runs [][]measurement) {
	fmt.Fprintf(w, "\nHAProxy %s, CPU in us a request:\n\n", version)
	fmt.Fprintln(w, "| | requests/s | HAProxy | agent | together | to no policy | to the same in HAProxy's Lua |")
	fmt.Fprintln(w, "|"+strings.Repeat("---|", 7))
	for i, s := range subjects {
		together := each(runs[i], measurement.together)
		fmt.Fprintf(w, "| %s | %.0f | %.1f | %.1f | %.1f | %.2f | %.2f |\n", s.name,
			rig.Median(each(runs[i], func(m measurement) float64 { return m.perSecond })),
			rig.Median(each(runs[i], func(m measurement) float64 { return m.haproxy })),
			rig.Median(each(runs[i], func(m measurement) float64 { return m.agent })),
			rig.Median(together),
			rig.MedianRatio(together, each(runs[0], measurement.together)),
			rig.MedianRatio(together, each(runs[s.base], measurement.together)))
	}
	for i, s := range subjects {
		for round, m := range runs[i] {
			if m.wrong > 0 {
				fmt.Fprintf(w, "Wrong answers: %s, round %d: %d, the first: %v\n", s.name, round+1, m.wrong, m.first)
			}
		}
	}
}

func each(runs []measurement, value func(measurement) float64) []float64 {
	list := make([]float64, len(runs))
	for i, m := range runs {
		list[i] = value(m)
	}
	return list
}
