package spop_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spoa-lua/spoa-lua/spop"
	"github.com/spoa-lua/spoa-lua/spop/spoptest"
)

func TestChecklist13SeveralMessages(t *testing.T) {
	h := func(x *spop.Exchange) error {
		n := x.Notify()
		var m spop.Message
		for n.Next(&m) {
			mark := x.Ack().Mark()
			_ = x.Ack().SetVar(spop.ScopeTransaction, string(m.Name), spop.Int64(1))
			if string(m.Name) == "bad" {
				x.Ack().Rollback(mark)
			}
		}
		return nil
	}
	p := spoptest.Start(t, spop.Config{Handler: spop.HandlerFunc(h)}).Ready()
	p.Notify(id(1), say("a"), say("bad"), say("b"))
	want := []string{"set-var txn.a int64:1", "set-var txn.b int64:1"}
	if diff := cmp.Diff(want, texts(p.WantAck(id(1)))); diff != "" {
		t.Errorf("actions (-want +got):\n%s", diff)
	}
	p.Settle()
}

func TestChecklist13PayloadThatDoesNotParse(t *testing.T) {
	o, trace := observe()
	h := func(x *spop.Exchange) error {
		n := x.Notify()
		var m spop.Message
		for n.Next(&m) {
			_ = x.Ack().SetVar(spop.ScopeTransaction, string(m.Name), spop.Int64(1))
		}
		if err := n.Err(); err != nil {
			x.Malformed(err)
		}
		return nil
	}
	p := spoptest.Start(t, spop.Config{Handler: spop.HandlerFunc(h), Trace: trace}).Ready()
	a := say("a")
	broken := append(a.Append(nil), 1, 'b', 2, 1, 'k') // an argument without its value
	p.Expect(id(1), id(2), id(3))
	p.Send(append(append(spoptest.Notify(id(1), say("x")), spoptest.RawNotify(id(2), broken)...), spoptest.Notify(id(3), say("y"))...))
	got := p.WantAcks(id(1), id(2), id(3))
	if diff := cmp.Diff([]string{"set-var txn.a int64:1"}, texts(got[id(2)])); diff != "" {
		t.Errorf("actions (-want +got):\n%s", diff)
	}
	if err := receive(t, o.malformed, "Malformed"); !errors.Is(err, spop.ErrShort) {
		t.Errorf("Malformed was told %v, want ErrShort", err)
	}
	p.Settle()
}
