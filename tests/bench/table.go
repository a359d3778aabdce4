package main

import (
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
)

// printTables prints markdown: the CPU with its ratio to the first subject,
// the throughput likewise, and the p99 latency. Values are medians; ratios are
// medians of the ratios of each round.
func printTables(w io.Writer, subjects []*subject, loads []load, cells map[cell][]measurement, o options) {
	fmt.Fprintf(w, "%s, %d cores, %d rounds of %s.\n\n", runtime.Version(), runtime.NumCPU(), o.rounds, o.duration)
	table := func(title, format string, ratios bool, value func(measurement) float64) {
		fmt.Fprintf(w, "%s:\n\n| C x P |", title)
		for _, s := range subjects {
			fmt.Fprintf(w, " %s |", s.name)
		}
		fmt.Fprintf(w, "\n|---|%s\n", strings.Repeat("---|", len(subjects)))
		for _, l := range loads {
			fmt.Fprintf(w, "| %s |", l)
			base := cells[cell{0, l}]
			for i := range subjects {
				runs := cells[cell{i, l}]
				fmt.Fprintf(w, " "+format, median(values(runs, value)))
				if ratios && i > 0 {
					fmt.Fprintf(w, " (%.2f)", median(ratiosOf(runs, base, value)))
				}
				fmt.Fprint(w, " |")
			}
			fmt.Fprintln(w)
		}
		fmt.Fprintln(w)
	}
	table("CPU of the agent, us per NOTIFY (ratio to the first column)", "%.2f", true, func(m measurement) float64 { return m.CPU })
	table("Throughput, thousand NOTIFY/s (ratio)", "%.0f", true, func(m measurement) float64 { return m.PerSecond / 1e3 })
	table("Latency p99, ms", "%.2f", false, func(m measurement) float64 { return m.Latency.P99 / 1e3 })
	fmt.Fprint(w, "Peak memory:")
	for i, s := range subjects {
		runs := cells[cell{i, loads[len(loads)-1]}]
		fmt.Fprintf(w, " %s %.1f MB;", s.name, runs[len(runs)-1].Memory/1e6)
	}
	fmt.Fprintln(w)
	for i, s := range subjects {
		for _, l := range loads {
			for round, m := range cells[cell{i, l}] {
				if len(m.Errors) > 0 {
					fmt.Fprintf(w, "Wrong or missing replies: %s, %s, round %d: %v\n", s.name, l, round+1, m.Errors)
				}
			}
		}
	}
}

func values(runs []measurement, value func(measurement) float64) []float64 {
	var list []float64
	for _, m := range runs {
		list = append(list, value(m))
	}
	return list
}

func ratiosOf(runs, base []measurement, value func(measurement) float64) []float64 {
	var list []float64
	for i, m := range runs {
		list = append(list, value(m)/value(base[i]))
	}
	return list
}

func median(list []float64) float64 {
	slices.Sort(list)
	n := len(list)
	return (list[(n-1)/2] + list[n/2]) / 2
}
