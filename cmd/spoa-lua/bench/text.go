package bench

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// Write prints r for people.
func (r *Result) Write(w io.Writer) error {
	var b strings.Builder
	line := func(name, format string, args ...any) {
		fmt.Fprintf(&b, "%-12s"+format+"\n", append([]any{name}, args...)...)
	}
	loop := "closed loop"
	if r.Rate > 0 {
		loop = fmt.Sprintf("open loop, %g NOTIFY/s", r.Rate)
	}
	line("load", "%d connections, depth %d, %s, %.1f s", r.Connections, r.Depth, loop, r.Seconds)
	line("throughput", "%.0f NOTIFY/s", r.PerSecond)
	l := r.Latency
	line("latency", "p50 %s  p90 %s  p99 %s  p99.9 %s  max %s", us(l.P50), us(l.P90), us(l.P99), us(l.P999), us(l.Max))
	if r.AgentCPU != nil {
		line("agent", "%.2f us of CPU a NOTIFY, %.2f cores, peak memory %.1f MB",
			*r.AgentCPU, *r.AgentCores, float64(r.AgentPeakMemory)/1e6)
	}
	if r.AgentError != "" {
		line("agent", "%s", r.AgentError)
	}
	if r.GeneratorCPU != nil {
		line("generator", "%.2f us of CPU a NOTIFY", *r.GeneratorCPU)
	}
	switch {
	case len(r.Errors) > 0:
	case r.Expected == 0:
		line("errors", "none: all %d replies came; what they set is checked with --expect", r.Answered)
	default:
		line("errors", "none: all %d replies were right", r.Answered)
	}
	for _, kind := range slices.Sorted(maps.Keys(r.Errors)) {
		line("errors", "%d %s; the first: %s", r.Errors[kind], kind, r.FirstErrors[kind])
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// us returns microseconds with the unit that suits them.
func us(v float64) string {
	switch {
	case v < 1e3:
		return fmt.Sprintf("%.0fus", v)
	case v < 1e6:
		return fmt.Sprintf("%.2fms", v/1e3)
	default:
		return fmt.Sprintf("%.2fs", v/1e6)
	}
}

// String returns p as one line.
func (p Progress) String() string {
	phase := "measuring"
	if p.Warmup {
		phase = "warming up"
	}
	return fmt.Sprintf("%4.0f s  %-10s  %9.0f NOTIFY/s  %d errors", p.Elapsed.Seconds(), phase, p.PerSecond, p.Errors)
}
