// Package wallclock has times as programs read them whose clock somebody sets.
package wallclock

import (
	"testing"
	"time"
	"unsafe"
)

// SetBack is at, a time of time.Now, as it is read when the clock was set back by d:
// another time of day, and the same time for what is measured. d is whole seconds.
func SetBack(t *testing.T, at time.Time, d time.Duration) time.Time {
	t.Helper()
	const secondBits = 30 // of time.Time's first word, where nanoseconds end
	back := at
	*(*uint64)(unsafe.Pointer(&back)) -= uint64(d/time.Second) << secondBits
	if back.UnixNano() != at.Add(-d).UnixNano() || back.Sub(at) != 0 {
		t.Fatalf("time.Time is made otherwise: %v of %v", back, at)
	}
	return back
}
