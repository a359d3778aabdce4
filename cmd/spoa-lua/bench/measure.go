package bench

import (
	"context"
	"strconv"
	"time"
)

// sample is what the counters say at one moment.
type sample struct {
	at             int64
	answered, sent uint64
	self, agent    time.Duration
	selfErr        error // there is no /proc
	agentErr       error
}

func (r *run) sample() sample {
	s := sample{at: r.now()}
	s.answered, s.sent = r.totals()
	s.self, s.selfErr = cpuTime("self")
	if r.cfg.AgentPID > 0 {
		s.agent, s.agentErr = cpuTime(strconv.Itoa(r.cfg.AgentPID))
	}
	return s
}

func (r *run) totals() (answered, sent uint64) {
	for _, s := range r.sessions {
		answered += s.answered.Load()
		sent += s.sent.Load()
	}
	return answered, sent
}

// measure waits for the warmup and then for the time that counts.
func (r *run) measure(ctx context.Context) *Result {
	r.sit(ctx, r.cfg.Warmup, true)
	from := r.sample()
	r.begin.Store(from.at)
	r.sit(ctx, r.cfg.Duration, false)
	to := r.sample()
	r.end.Store(to.at)
	return r.newResult(from, to)
}

// sit waits for d, or until ctx ends, and tells of the progress.
func (r *run) sit(ctx context.Context, d time.Duration, warmup bool) {
	over := time.NewTimer(d)
	defer over.Stop()
	second := time.NewTicker(time.Second)
	defer second.Stop()
	last, _ := r.totals()
	at := r.now()
	for {
		select {
		case <-over.C:
			return
		case <-ctx.Done():
			return
		case <-second.C:
		}
		if r.cfg.Progress == nil {
			continue
		}
		now := r.now()
		answered, _ := r.totals()
		r.cfg.Progress(Progress{
			Elapsed: time.Duration(now), Warmup: warmup, Errors: r.errors.sum(),
			PerSecond: float64(answered-last) / (float64(now-at) / 1e9),
		})
		last, at = answered, now
	}
}
