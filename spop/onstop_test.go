package spop_test

import (
	"context"
	"testing"
	"time"

	"github.com/spoa-lua/spoa-lua/spop"
	"github.com/spoa-lua/spoa-lua/spop/spoptest"
)

// TestOnStop tells a handler that waits when its time is over, also when it asks
// only then.
func TestOnStop(t *testing.T) {
	t.Parallel()
	late := make(chan bool, 1)
	a := spoptest.Start(t, spop.Config{Timeout: 5 * time.Millisecond, Handler: spop.HandlerFunc(func(x *spop.Exchange) error {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		x.OnStop(cancel)
		x.HandOver()
		<-ctx.Done()
		x.OnStop(nil)
		called := false
		x.OnStop(func() { called = true })
		late <- called && x.Stopped().Load()
		return nil
	})})
	p := a.Ready()
	id := spoptest.ID{Stream: 1, Frame: 1}
	p.Notify(id, spop.NewMessage("m"))
	p.WantAck(id)
	if !<-late {
		t.Error("a handler that asks too late is not told")
	}
}
