package runtime

import "time"

const (
	// paceRun is how long scripts that are loaded beside a Generation that answers
	// run before they pause for pacePause: so messages wait no longer for a
	// processor, however long a load takes.
	paceRun   = 200 * time.Microsecond
	pacePause = 100 * time.Microsecond
	// paceMax bounds all pauses of a load. A pause takes a millisecond when the
	// processor has nothing else to do.
	paceMax = 500 * time.Millisecond
)

// pace makes one VM's load pause now and then.
type pace struct {
	ran    time.Time // the end of the newest pause
	paused time.Duration
}

func newPace() *pace { return &pace{ran: time.Now()} }

// look pauses when it is time.
func (p *pace) look() {
	if p.paused >= paceMax || time.Since(p.ran) < paceRun {
		return
	}
	began := time.Now()
	time.Sleep(pacePause)
	p.ran = time.Now()
	p.paused += p.ran.Sub(began)
}
