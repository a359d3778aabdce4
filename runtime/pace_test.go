package runtime

import (
	"testing"
	"testing/synctest"
	"time"
)

// TestPace shows when a load pauses: when it has run for paceRun, and no longer
// than paceMax in all.
func TestPace(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPace()
		paused := func() time.Duration {
			began := time.Now()
			p.look()
			return time.Since(began)
		}
		if got := paused(); got != 0 {
			t.Errorf("paused for %s at once, want not at all", got)
		}
		time.Sleep(paceRun)
		if got := paused(); got != pacePause {
			t.Errorf("paused for %s after %s, want %s", got, paceRun, pacePause)
		}
		if got := paused(); got != 0 {
			t.Errorf("paused for %s behind a pause, want not at all", got)
		}
		total := pacePause
		for range 2 * paceMax / pacePause {
			time.Sleep(paceRun)
			total += paused()
		}
		if total != paceMax {
			t.Errorf("paused for %s in all, want %s", total, paceMax)
		}
	})
}
