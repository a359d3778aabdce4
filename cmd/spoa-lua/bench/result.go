package bench

import (
	"fmt"
	"strconv"
	"time"
)

// Result is what a run has measured. Times are in microseconds.
type Result struct {
	Connections int     `json:"connections"`
	Depth       int     `json:"depth"`
	Seconds     float64 `json:"seconds"`
	// Rate is the rate that was asked for, 0 for a closed loop.
	Rate float64 `json:"rate,omitempty"`

	// Sent and Answered count the NOTIFYs of the whole run, the warmup too.
	Sent     uint64 `json:"sent"`
	Answered uint64 `json:"answered"`
	// Expected counts the variables that each reply had to set.
	Expected int `json:"expected"`
	// PerSecond is how many were answered a second in the time measured.
	PerSecond float64 `json:"notify_per_second"`
	Latency   Latency `json:"latency_us"`

	// Errors counts errors by kind, those of the warmup too; FirstErrors has
	// the text of the first of each kind.
	Errors      map[string]uint64 `json:"errors"`
	FirstErrors map[string]string `json:"first_errors,omitempty"`

	// GeneratorCPU is what this process used for a NOTIFY, nil where the
	// system does not tell.
	GeneratorCPU *float64 `json:"generator_cpu_us_per_notify,omitempty"`
	// AgentCPU is what the agent used for a NOTIFY, nil when it is not known.
	AgentCPU *float64 `json:"agent_cpu_us_per_notify,omitempty"`
	// AgentCores is how many cores the agent kept busy.
	AgentCores *float64 `json:"agent_cores,omitempty"`
	// AgentPeakMemory is the most memory that the agent has had since it was
	// started, in bytes.
	AgentPeakMemory uint64 `json:"agent_peak_memory_bytes,omitempty"`
	// AgentError says why nothing is known of the agent's process.
	AgentError string `json:"agent_error,omitempty"`
}

// Latency is the time from the moment at which a NOTIFY was due to its reply.
type Latency struct {
	Count uint64  `json:"count"`
	Mean  float64 `json:"mean"`
	P50   float64 `json:"p50"`
	P90   float64 `json:"p90"`
	P99   float64 `json:"p99"`
	P999  float64 `json:"p99.9"`
	Max   float64 `json:"max"`
}

// newResult returns what two samples tell.
func (r *run) newResult(from, to sample) *Result {
	seconds := float64(to.at-from.at) / 1e9
	count := float64(to.answered - from.answered)
	out := &Result{
		Connections: r.cfg.Connections, Depth: r.cfg.Depth, Rate: r.cfg.Rate, Expected: len(r.cfg.Expect),
		Seconds: seconds, PerSecond: count / seconds,
	}
	if to.selfErr == nil {
		out.GeneratorCPU = perNotify(to.self-from.self, count)
	}
	if r.cfg.AgentPID == 0 {
		return out
	}
	if to.agentErr != nil {
		out.AgentError = to.agentErr.Error()
		return out
	}
	out.AgentCPU = perNotify(to.agent-from.agent, count)
	cores := (to.agent - from.agent).Seconds() / seconds
	out.AgentCores = &cores
	peak, err := peakMemory(strconv.Itoa(r.cfg.AgentPID))
	if err != nil {
		out.AgentError = err.Error()
	}
	out.AgentPeakMemory = peak
	if to.agent == from.agent && count > enoughForCPU {
		out.AgentError = fmt.Sprintf("process %d has used no CPU: is it the agent?", r.cfg.AgentPID)
		out.AgentCPU, out.AgentCores = nil, nil
	}
	return out
}

// enoughForCPU is how many NOTIFYs show in an agent's CPU time, were it to take
// a fifth of a microsecond for each: less than any does.
const enoughForCPU = float64(5 * tick / time.Microsecond)

func perNotify(cpu time.Duration, count float64) *float64 {
	if count == 0 {
		return nil
	}
	us := float64(cpu) / 1e3 / count
	return &us
}

// fill adds what is known when every session has ended.
func (r *run) fill(out *Result) {
	out.Answered, out.Sent = r.totals()
	out.Errors, out.FirstErrors = r.errors.count, r.errors.first
	if out.Errors == nil {
		out.Errors = map[string]uint64{}
	}
	h := r.latencies.merged()
	us := func(p float64) float64 { return float64(h.ValueAtQuantile(p)) / 1e3 }
	out.Latency = Latency{
		Count: uint64(h.TotalCount()), Mean: h.Mean() / 1e3,
		P50: us(50), P90: us(90), P99: us(99), P999: us(99.9), Max: float64(h.Max()) / 1e3,
	}
}

// ErrorCount returns how many errors there were.
func (r *Result) ErrorCount() (n uint64) {
	for _, count := range r.Errors {
		n += count
	}
	return n
}
