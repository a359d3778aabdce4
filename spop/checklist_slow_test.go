package spop_test

import (
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/spoa-lua/spoa-lua/spop"
	"github.com/spoa-lua/spoa-lua/spop/spoptest"
)

// gates is a handler whose messages called "block..." wait for open. Those
// called "handover..." do so too, but say so first.
type gates struct {
	mu      sync.Mutex
	ran     []string
	started chan string
	open    chan struct{}
}

func newGates() *gates {
	return &gates{started: make(chan string, 1000), open: make(chan struct{})}
}

func (g *gates) HandleNotify(x *spop.Exchange) error {
	name := firstName(x)
	g.mu.Lock()
	g.ran = append(g.ran, name)
	g.mu.Unlock()
	if strings.HasPrefix(name, "handover") {
		x.HandOver()
	}
	g.started <- name
	if name != "fast" {
		<-g.open
	}
	return setName(x)
}

func TestChecklist10SlowExchangeDelaysNoOther(t *testing.T) {
	for _, name := range []string{"handover", "block"} {
		t.Run(name, func(t *testing.T) {
			o, trace := observe()
			g := newGates()
			p := spoptest.Start(t, spop.Config{Handler: g, Trace: trace}).Ready()
			var burst []byte
			for n := 1; n <= 19; n++ {
				kind := "fast"
				if n%4 == 2 { // 2, 6, 10, 14 and 18, with fast ones in front and behind
					kind = name
				}
				p.Expect(id(n))
				burst = append(burst, spoptest.Notify(id(n), say(kind))...)
			}
			p.Send(burst)
			for range 14 {
				got, actions := p.ReadAck()
				if diff := cmp.Diff([]string{named("fast")}, texts(actions)); diff != "" {
					t.Fatalf("ACK for %v (-want +got):\n%s", got, diff)
				}
			}
			p.Notify(id(20), say("fast")) // the reader reads on
			p.WantAck(id(20))
			close(g.open)
			p.WantAcks(id(2), id(6), id(10), id(14), id(18))
			p.Settle()
			if got := o.handed.Load(); got < 5 {
				t.Errorf("HandedOver was called %d times, want 5 at least", got)
			}
		})
	}
}

func TestChecklist10StuckConnectionDelaysNoOther(t *testing.T) {
	g := newGates()
	a := spoptest.StartTCP(t, spop.Config{Handler: g})
	stuck, other := a.Ready(), a.Ready()
	stuck.Notify(id(1), say("block"))
	receive(t, g.started, "the handler")
	for n := 1; n <= 100; n++ {
		other.Notify(id(n), say("fast"))
		other.WantAck(id(n))
	}
	close(g.open)
	stuck.Settle()
	other.Settle()
}

func TestChecklist10AnswersBehindASlowOneGoOutAtTheLimit(t *testing.T) {
	g := newGates()
	p := spoptest.Start(t, spop.Config{Handler: g, MaxInFlight: 1}).Ready()
	p.Expect(id(1), id(2), id(3))
	p.Send(append(append(spoptest.Notify(id(1), say("fast")), spoptest.Notify(id(2), say("block"))...),
		spoptest.Notify(id(3), say("fast"))...))
	p.WantAck(id(1)) // while the second is blocked and nothing more is read
	close(g.open)
	p.WantAck(id(2))
	p.WantAck(id(3))
	p.Settle()
}

func TestChecklist10MaxInFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const limit = 4
		g := newGates()
		p := spoptest.Start(t, spop.Config{Handler: g, MaxInFlight: limit}).Ready()
		var ids []spoptest.ID
		for n := 1; n <= 10; n++ {
			p.Notify(id(n), say("block"))
			ids = append(ids, id(n))
		}
		time.Sleep(time.Second) // of the bubble: whatever can start has started
		synctest.Wait()
		if got := len(g.started); got != limit {
			t.Errorf("%d handlers run, want %d", got, limit)
		}
		close(g.open)
		p.WantAcks(ids...)
		p.Settle()
	})
}

func TestChecklist09LateWorkIsNotBegun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, trace := observe()
		g := newGates()
		h := handlerWithFallback{g.HandleNotify, causeFallback}
		p := spoptest.Start(t, spop.Config{Handler: h, MaxInFlight: 1, Timeout: 50 * time.Millisecond, Trace: trace}).Ready()
		p.Expect(id(1), id(2), id(3))
		p.Send(append(append(spoptest.Notify(id(1), say("block")), spoptest.Notify(id(2), say("late"))...),
			spoptest.Notify(id(3), say("late"))...))
		want := []string{"set-var txn.error str:timeout"}
		for ack, actions := range p.WantAcks(id(1), id(2), id(3)) {
			if diff := cmp.Diff(want, texts(actions)); diff != "" {
				t.Errorf("ACK for %v (-want +got):\n%s", ack, diff)
			}
		}
		p.Notify(id(4), say("fast"))
		if diff := cmp.Diff([]string{named("fast")}, texts(p.WantAck(id(4)))); diff != "" {
			t.Errorf("ACK for a new NOTIFY (-want +got):\n%s", diff)
		}
		close(g.open)
		p.Settle()
		g.mu.Lock()
		defer g.mu.Unlock()
		if diff := cmp.Diff([]string{"block", "fast"}, g.ran); diff != "" {
			t.Errorf("handlers that ran (-want +got):\n%s", diff)
		}
		if got := o.timedOut.Load(); got != 3 {
			t.Errorf("TimedOut was called %d times, want 3", got)
		}
	})
}
