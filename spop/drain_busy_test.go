package spop_test

import (
	"bytes"
	"context"
	"os"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/spoa-lua/spoa-lua/spop"
	"github.com/spoa-lua/spoa-lua/spop/spoptest"
)

// lateConn is a connection of a process that got no processor: a read notices
// its deadline before the bytes that have come in time.
type lateConn struct {
	*spoptest.PipeConn
	late atomic.Bool
}

func (c *lateConn) Read(b []byte) (int, error) {
	if c.late.Load() {
		time.Sleep(150 * time.Millisecond) // of the bubble: longer than a connection has to be silent
		c.late.Store(false)
		return 0, os.ErrDeadlineExceeded
	}
	return c.PipeConn.Read(b)
}

// TestChecklist15LateReadLosesNothing sends a message to a connection that drains
// while its process stands still.
func TestChecklist15LateReadLosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far := spoptest.Pipe()
		late := &lateConn{PipeConn: far}
		a := spoptest.Start(t, spop.Config{Handler: spop.HandlerFunc(setName)})
		if err := a.Listener.Offer(late); err != nil {
			t.Fatal(err)
		}
		p := spoptest.NewPeer(t, near)
		p.Hello(spoptest.Hello32())
		synctest.Wait() // it waits in a read, which drain ends
		late.late.Store(true)
		stopped := shutdown(a)
		time.Sleep(50 * time.Millisecond)
		p.Notify(id(1), say("m"))
		p.WantAck(id(1))
		p.WantDisconnect(spop.StatusNormal)
		if err := <-stopped; err != nil {
			t.Errorf("shutdown: %v", err)
		}
	})
}

// TestChecklist15BusyConnectionEndsWithAnAnswer shows that a connection that is
// never silent for long gets its goodbye in one write with its last answer.
func TestChecklist15BusyConnectionEndsWithAnAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far := spoptest.Pipe()
		log := &writeLog{PipeConn: far}
		a := spoptest.Start(t, spop.Config{Handler: spop.HandlerFunc(setName)})
		if err := a.Listener.Offer(log); err != nil {
			t.Fatal(err)
		}
		p := spoptest.NewPeer(t, near)
		p.Hello(spoptest.Hello32())
		p.Notify(id(1), say("first"))
		p.WantAck(id(1))
		stopped := make(chan error, 1)
		go func() { stopped <- a.Server.Shutdown(context.Background()) }()
		last := 1
		for began := time.Now(); time.Since(began) < 2*time.Second; { // as long as the drain is patient
			last++
			time.Sleep(50 * time.Millisecond)
			p.Notify(id(last), say("busy"))
			p.WantAck(id(last))
		}
		time.Sleep(50 * time.Millisecond)
		p.Notify(id(last+1), say("last"))
		p.WantAck(id(last + 1))
		p.WantDisconnect(spop.StatusNormal)
		near.Close()
		if err := <-stopped; err != nil {
			t.Errorf("shutdown: %v", err)
		}
		log.mu.Lock()
		defer log.mu.Unlock()
		w := log.writes[len(log.writes)-1]
		if !bytes.Contains(w, []byte("last")) || !bytes.Contains(w, []byte("status-code")) {
			t.Errorf("the last write is %q, want the answer and the goodbye", w)
		}
	})
}
