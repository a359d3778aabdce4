package haproxy

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// Sample is what became of one request.
type Sample struct {
	N     int       // its number, counted from 0
	Due   time.Time // when it was meant to go; equals Start without a rate
	Start time.Time // when it went
	End   time.Time // when its answer was complete, or had failed

	// Status and Values, the headers of Load.Record in their order, are those of
	// a complete answer. Err is why there is none.
	Status int
	Values []string
	Err    error

	// Reused says that the connection had carried a request before: then a
	// failure may be the server closing an idle connection at that moment.
	Reused bool
}

// Took returns the time from sending the request to its complete answer.
func (s Sample) Took() time.Duration { return s.End.Sub(s.Start) }

// Report holds every request of a Load, in the order in which they were sent.
type Report struct {
	Samples []Sample
	Start   time.Time
	Took    time.Duration
}

func newReport(start time.Time, clients [][]Sample) *Report {
	r := &Report{Start: start, Took: time.Since(start), Samples: slices.Concat(clients...)}
	slices.SortFunc(r.Samples, func(a, b Sample) int { return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.N, b.N)) })
	return r
}

// Select returns the samples for which keep says true.
func (r *Report) Select(keep func(Sample) bool) []Sample {
	var kept []Sample
	for _, s := range r.Samples {
		if keep(s) {
			kept = append(kept, s)
		}
	}
	return kept
}

// Failed returns the requests that got no complete answer.
func (r *Report) Failed() []Sample {
	return r.Select(func(s Sample) bool { return s.Err != nil })
}

// Rate returns the answered requests per second.
func (r *Report) Rate() float64 {
	if r.Took <= 0 {
		return 0
	}
	return float64(len(r.Samples)-len(r.Failed())) / r.Took.Seconds()
}

// Quantile returns the time within which the fraction q, from 0 to 1, of the
// answered requests had their answers. Without answers it returns 0.
func (r *Report) Quantile(q float64) time.Duration {
	var took []time.Duration
	for _, s := range r.Samples {
		if s.Err == nil {
			took = append(took, s.Took())
		}
	}
	if len(took) == 0 {
		return 0
	}
	slices.Sort(took)
	return took[min(max(int(q*float64(len(took))), 0), len(took)-1)]
}

// String sums the report up in one line, and quotes the first failure.
func (r *Report) String() string {
	failed := r.Failed()
	line := fmt.Sprintf("%d requests in %s, %.0f/s, %d without an answer, median %s, 99%% %s, max %s",
		len(r.Samples), r.Took.Round(time.Millisecond), r.Rate(), len(failed),
		r.Quantile(0.5), r.Quantile(0.99), r.Quantile(1))
	if len(failed) > 0 {
		line += fmt.Sprintf("; first failure: request %d (connection reused: %t): %v", failed[0].N, failed[0].Reused, failed[0].Err)
	}
	return line
}
