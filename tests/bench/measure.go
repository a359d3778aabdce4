package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"time"
)

// measurement is one run, from the JSON of spoa-lua bench.
type measurement struct {
	PerSecond float64 `json:"notify_per_second"`
	CPU       float64 `json:"agent_cpu_us_per_notify"`
	Memory    float64 `json:"agent_peak_memory_bytes"`
	Latency   struct {
		P50  float64 `json:"p50"`
		P99  float64 `json:"p99"`
		P999 float64 `json:"p99.9"`
	} `json:"latency_us"`
	Errors map[string]uint64 `json:"errors"`
}

// round loads each column once.
func (b *bench) round(ctx context.Context, l load) error {
	for i, c := range b.columns {
		m, err := b.measure(ctx, c, l)
		if err != nil {
			return fmt.Errorf("%s, load %s: %w", c.name, l, err)
		}
		at := cell{column: i, load: l}
		b.cells[at] = append(b.cells[at], m)
	}
	return nil
}

// measure loads c as fast as it answers, and in some modes again, at half of
// the rate that its base has reached in the first round: the latency is that of
// the second part then.
func (b *bench) measure(ctx context.Context, c *column, l load) (measurement, error) {
	if c.saved != "" {
		done := make(chan struct{})
		saver := saveEverySecond(c.saved, done)
		defer func() {
			close(done)
			<-saver
		}()
	}
	m, err := b.generate(ctx, c, l, 0)
	if err != nil || !b.paced() {
		return m, err
	}
	base := cell{column: c.base, load: l}
	if b.halves[base] == 0 { // the base comes first
		b.halves[base] = m.PerSecond / 2
	}
	paced, err := b.generate(ctx, c, l, b.halves[base])
	m.Latency, m.Memory = paced.Latency, paced.Memory
	for kind, n := range paced.Errors {
		m.Errors[kind] += n
	}
	return m, err
}

// generate runs the load generator once; a rate of 0 is a closed loop.
func (b *bench) generate(ctx context.Context, c *column, l load, rate float64) (m measurement, err error) {
	args := []string{
		"-c", c.generator, b.bin.SpoaLua, "bench", "--json", "--agent", c.agent.Addr, "--agent-pid", strconv.Itoa(c.agent.PID()),
		"--connections", strconv.Itoa(l.connections), "--depth", strconv.Itoa(l.depth),
		"--duration", b.duration.String(), "--warmup", b.warmup.String(), "--rate", strconv.FormatFloat(rate, 'f', 0, 64),
	}
	for _, e := range c.expect {
		args = append(args, "--expect", e)
	}
	out, err := exec.CommandContext(ctx, "taskset", args...).Output()
	if len(out) == 0 { // with wrong replies it ends with code 1, and tells all the same
		return m, err
	}
	return m, json.Unmarshal(out, &m)
}

// saveEverySecond saves the script at path, as editors do, with one more empty
// line each second until done is closed; then it closes what it returns.
func saveEverySecond(path string, done chan struct{}) (ended chan struct{}) {
	ended = make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
			}
			if err := save(path); err != nil {
				fmt.Fprintln(os.Stderr, "bench: cannot save the policy:", err)
				return
			}
		}
	}()
	return ended
}

func save(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := os.WriteFile(path+".new", append(text, '\n'), 0o644); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}
