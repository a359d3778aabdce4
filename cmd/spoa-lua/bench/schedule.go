package bench

// schedule tells when the NOTIFYs of a connection are due, on the run's clock.
type schedule struct {
	step float64 // between two of them; 0 in a closed loop
	from float64 // when the first is due
	done uint64  // how many have been sent
}

// scheduleOf returns the schedule of the connection at index: in an open loop
// the connections take turns.
func (r *run) scheduleOf(index int) schedule {
	if r.cfg.Rate == 0 {
		return schedule{}
	}
	step := 1e9 / r.cfg.Rate
	return schedule{step: step * float64(r.cfg.Connections), from: step * float64(index)}
}

// next returns when the next NOTIFY was due. due is false when that is later
// than now.
func (s *schedule) next(now int64) (at int64, due bool) {
	if s.step == 0 {
		return now, true
	}
	at = int64(s.from + float64(s.done)*s.step)
	if at > now {
		return 0, false
	}
	s.done++
	return at, true
}
