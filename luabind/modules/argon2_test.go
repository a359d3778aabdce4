package modules

import (
	"context"
	"errors"
	"runtime"
	"testing"
)

// TestTurns checks that as many work at once as there are processors, and that
// waiting for a turn ends with the message.
func TestTurns(t *testing.T) {
	t.Parallel()
	var tt turns
	n := runtime.GOMAXPROCS(0)
	started, leave, left := make(chan struct{}), make(chan struct{}), make(chan error, n)
	for range n {
		go func() {
			left <- tt.run(t.Context(), func() {
				started <- struct{}{}
				<-leave
			})
		}()
	}
	for range n {
		<-started
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if err := tt.run(ended, func() { t.Error("it ran out of turn") }); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the end of the context", err)
	}
	close(leave)
	for range n {
		if err := <-left; err != nil {
			t.Error(err)
		}
	}
	ran := false
	if err := tt.run(t.Context(), func() { ran = true }); err != nil || !ran {
		t.Errorf("a free turn: got %v", err)
	}
}
