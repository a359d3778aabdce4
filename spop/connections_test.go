package spop_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/spoa-lua/spoa-lua/spop"
	"github.com/spoa-lua/spoa-lua/spop/spoptest"
)

func TestConnections(t *testing.T) {
	g := newGates()
	var server *spop.Server
	p := spoptest.Start(t, spop.Config{Handler: spop.HandlerFunc(func(x *spop.Exchange) error {
		server = x.Server()
		return g.HandleNotify(x)
	})}).Ready()
	p.Notify(id(1), say("fast"))
	p.WantAck(id(1))
	p.Notify(id(2), say("block"))
	receive(t, g.started, "the fast handler")
	receive(t, g.started, "the blocked handler")
	got := server.Connections()
	want := []spop.ConnStatus{{Info: spop.ConnInfo{ID: 1, MaxFrameSize: 16380, Pipelining: true}, Notifies: 2, InFlight: 1}}
	ignore := cmp.Options{cmpopts.IgnoreFields(spop.ConnStatus{}, "Age", "Silent"), cmpopts.IgnoreFields(spop.ConnInfo{}, "Remote", "EngineID")}
	if diff := cmp.Diff(want, got, ignore); diff != "" {
		t.Errorf("connections (-want +got):\n%s", diff)
	}
	close(g.open)
	p.Settle()
}
