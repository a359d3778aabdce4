//go:build linux

package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/spoa-lua/spoa-lua/tests/bench/rig"
	"github.com/spoa-lua/spoa-lua/tests/haproxy"
)

// agents are the agents, which all HAProxies share.
type agents struct {
	null, spoaLua *rig.Agent
	socket        string // of spoaLua, as HAProxy writes it
}

func startAgents(ctx context.Context, dir string, o options) (*agents, error) {
	bin, err := rig.Build(ctx, dir, o.agent)
	if err != nil {
		return nil, err
	}
	a := &agents{}
	on := ""
	if o.cores.agent >= 0 {
		on = strconv.Itoa(o.cores.agent)
	}
	if a.null, err = rig.Start(ctx, on, nil, bin.Null, "-listen"); err != nil {
		return a, err
	}
	socket := filepath.Join(dir, "agent.sock")
	a.socket = "unix@" + socket
	policy := filepath.Join("tests", "bench", "haproxy", "policy.lua")
	a.spoaLua, err = rig.Start(ctx, on, nil, bin.SpoaLua, "run", "--timeout", "1s", "--scripts", policy,
		"--listen", "unix:"+socket, "--listen")
	return a, err
}

func (a *agents) stop() {
	for _, agent := range []*rig.Agent{a.null, a.spoaLua} {
		if agent != nil {
			agent.Stop()
		}
	}
}

// of returns the agent that a row asks, nil for none.
func (a *agents) of(r row) *rig.Agent {
	switch r.kind {
	case nullAgent:
		return a.null
	case spoaLua:
		return a.spoaLua
	}
	return nil
}

// subject is a row's HAProxy, and the agent that it asks.
type subject struct {
	row
	haproxy *haproxy.Process
	worker  int
	agent   *rig.Agent
}

func (a *agents) startHAProxy(r row, version string, o options) (*subject, error) {
	s := &subject{row: r, agent: a.of(r)}
	addr := ""
	switch {
	case r.unix:
		addr = a.socket
	case s.agent != nil:
		addr = s.agent.Addr
	}
	var err error
	if s.haproxy, err = haproxy.StartErr(r.config(version, addr)); err != nil {
		return nil, fmt.Errorf("%s: %w", r.name, err)
	}
	s.worker, err = s.haproxy.WorkerPID()
	if err == nil && o.cores.haproxy >= 0 {
		err = pin(s.worker, o.cores.haproxy)
	}
	if err != nil {
		s.stop()
		return nil, err
	}
	return s, nil
}

func (s *subject) stop() {
	s.haproxy.Stop()
	os.RemoveAll(s.haproxy.Dir())
}

// measurement is one round of a row. CPU is in microseconds a request.
type measurement struct {
	perSecond, haproxy, agent float64

	wrong int
	first error
}

func (m measurement) together() float64 { return m.haproxy + m.agent }

// want is what a request for path is answered.
func (s *subject) want(path string) string {
	if s.kind == nullAgent {
		return "5"
	}
	return path
}

// load loads the subject once.
func (s *subject) load(o options) (m measurement, err error) {
	l, err := newLoad(s.haproxy.Addr(), o.clients, s.want)
	if err != nil {
		return m, err
	}
	defer l.close()
	var from, to counters
	sample := func(answered int) error {
		from = to
		to, err = s.count(answered)
		return err
	}
	done := make(chan error)
	go func() { done <- l.run(o.cores.client, o.warmup, o.duration, sample) }()
	if err := <-done; err != nil {
		return m, fmt.Errorf("%s: %w\n%s", s.name, err, s.haproxy.Log())
	}
	m = from.until(to)
	m.wrong, m.first = l.wrong, l.first
	return m, nil
}

// counters are what has been used up to a moment.
type counters struct {
	at             time.Time
	answered       int
	haproxy, agent time.Duration
}

func (s *subject) count(answered int) (c counters, err error) {
	c = counters{at: time.Now(), answered: answered}
	if c.haproxy, err = cpuTime(s.worker); err != nil || s.agent == nil {
		return c, err
	}
	c.agent, err = cpuTime(s.agent.PID())
	return c, err
}

func (c counters) until(to counters) measurement {
	n := float64(to.answered - c.answered)
	us := func(d time.Duration) float64 { return float64(d) / 1e3 / n }
	return measurement{
		perSecond: n / to.at.Sub(c.at).Seconds(), haproxy: us(to.haproxy - c.haproxy), agent: us(to.agent - c.agent),
	}
}
