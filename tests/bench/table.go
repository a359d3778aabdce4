package main

import (
	"fmt"
	"io"
	"runtime"
	"strings"

	"github.com/spoa-lua/spoa-lua/tests/bench/rig"
)

// print prints markdown. Values are medians; ratios are medians of the ratios
// of each round, to the null agent or the first column of the same policy.
func (b *bench) print(w io.Writer, loads []load) {
	fmt.Fprintf(w, "%s, %d cores, %d rounds of %s; in brackets the ratio to the null agent or the first of the policy.\n\n",
		runtime.Version(), runtime.NumCPU(), b.rounds, b.duration)
	b.table(w, loads, "CPU of the agent, us per NOTIFY", "%.2f", func(m measurement) float64 { return m.CPU })
	b.table(w, loads, "Throughput, thousand NOTIFY/s", "%.0f", func(m measurement) float64 { return m.PerSecond / 1e3 })
	at := ""
	if b.paced() {
		at = " at half of the most NOTIFY/s of the first round"
	}
	b.table(w, loads, "Latency p99"+at+", ms", "%.2f", func(m measurement) float64 { return m.Latency.P99 / 1e3 })
	b.table(w, loads, "Latency p99.9"+at+", ms", "%.2f", func(m measurement) float64 { return m.Latency.P999 / 1e3 })
	b.table(w, loads[len(loads)-1:], "Peak memory by then, MB", "%.1f", func(m measurement) float64 { return m.Memory / 1e6 })
	for i, c := range b.columns {
		for _, l := range loads {
			for round, m := range b.cells[cell{i, l}] {
				if len(m.Errors) > 0 {
					fmt.Fprintf(w, "Wrong or missing replies: %s, %s, round %d: %v\n", c.name, l, round+1, m.Errors)
				}
			}
		}
	}
}

func (b *bench) table(w io.Writer, loads []load, title, format string, value func(measurement) float64) {
	fmt.Fprintf(w, "%s:\n\n| C x P |", title)
	for _, c := range b.columns {
		fmt.Fprintf(w, " %s |", c.name)
	}
	fmt.Fprintf(w, "\n|---|%s\n", strings.Repeat("---|", len(b.columns)))
	for _, l := range loads {
		fmt.Fprintf(w, "| %s |", l)
		for i, c := range b.columns {
			list := values(b.cells[cell{i, l}], value)
			fmt.Fprintf(w, " "+format, rig.Median(list))
			if c.base != i {
				fmt.Fprintf(w, " (%.2f)", rig.MedianRatio(list, values(b.cells[cell{c.base, l}], value)))
			}
			fmt.Fprint(w, " |")
		}
		fmt.Fprintln(w)
	}
	fmt.Fprintln(w)
}

func values(runs []measurement, value func(measurement) float64) []float64 {
	list := make([]float64, len(runs))
	for i, m := range runs {
		list[i] = value(m)
	}
	return list
}
