package spop_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spoa-lua/spoa-lua/spop"
	"github.com/spoa-lua/spoa-lua/spop/spoptest"
)

// stepper commits a first step and then does what its message says. Its
// Fallback sets what it is told.
type stepper struct {
	at   chan *spop.Exchange
	open chan struct{}
}

var errStep = errors.New("second step failed")

func (s *stepper) HandleNotify(x *spop.Exchange) error {
	if err := x.Ack().SetVar(spop.ScopeTransaction, "first", spop.Bool(true)); err != nil {
		return err
	}
	x.Commit(1, s)
	if err := x.Ack().SetVar(spop.ScopeTransaction, "second", spop.Bool(true)); err != nil {
		return err
	}
	switch firstName(x) {
	case "error":
		return errStep
	case "panic":
		panic("second step")
	case "stuck":
		s.at <- x
		<-s.open
	}
	return nil
}

func (s *stepper) Fallback(x *spop.Exchange, cause error, ack *spop.Ack) {
	step, plan := x.Step()
	if plan != s {
		_ = ack.SetVar(spop.ScopeTransaction, "plan", spop.Null())
	}
	_ = ack.SetVar(spop.ScopeTransaction, "step", spop.Int64(int64(step)))
	_ = ack.SetVar(spop.ScopeTransaction, "cause", spop.String(cause.Error()))
}

func TestCommitKeepsWhatWasDone(t *testing.T) {
	for _, tt := range []struct {
		name string
		want []string
	}{
		{"ok", []string{"set-var txn.first bool:true", "set-var txn.second bool:true"}},
		{"error", []string{"set-var txn.first bool:true", "set-var txn.step int64:1", "set-var txn.cause str:second step failed"}},
		{"panic", []string{"set-var txn.first bool:true", "set-var txn.step int64:1", "set-var txn.cause str:panic: second step"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := spoptest.Start(t, spop.Config{Handler: &stepper{}}).Ready()
			for n := 1; n <= 3; n++ { // the reader's exchange is used again
				p.Notify(id(n), say(tt.name))
				if diff := cmp.Diff(tt.want, texts(p.WantAck(id(n)))); diff != "" {
					t.Errorf("ACK (-want +got):\n%s", diff)
				}
			}
		})
	}
}

func TestAbandon(t *testing.T) {
	s := &stepper{at: make(chan *spop.Exchange), open: make(chan struct{})}
	p := spoptest.Start(t, spop.Config{Handler: s}).Ready()
	p.Notify(id(1), say("stuck"))
	x := <-s.at
	x.Abandon(x.Serial()+1, errors.New("another exchange")) // which there is not
	x.Abandon(x.Serial(), errors.New("no memory"))
	want := []string{"set-var txn.first bool:true", "set-var txn.step int64:1", "set-var txn.cause str:no memory"}
	if diff := cmp.Diff(want, texts(p.WantAck(id(1)))); diff != "" {
		t.Errorf("ACK (-want +got):\n%s", diff)
	}
	if !x.Stopped().Load() {
		t.Error("the handler was not told to stop")
	}
	p.Notify(id(2), say("ok"))
	p.WantAck(id(2))
	close(s.open)
	p.Settle()
}
