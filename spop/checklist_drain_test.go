package spop_test

import (
	"context"
	"errors"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/spoa-lua/spoa-lua/spop"
	"github.com/spoa-lua/spoa-lua/spop/spoptest"
)

func TestChecklist14AcceptGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, trace := observe()
		a := spoptest.Start(t, spop.Config{Handler: spop.HandlerFunc(setName), Trace: trace})
		var pauses []time.Duration
		last := time.Now()
		for range 10 {
			a.Listener.Fail(syscall.EMFILE)
			if err := <-o.accepts; !errors.Is(err, syscall.EMFILE) {
				t.Fatalf("AcceptError was told %v", err)
			}
			pauses = append(pauses, time.Since(last))
			last = time.Now()
		}
		ms := time.Millisecond
		want := []time.Duration{0, 5 * ms, 10 * ms, 20 * ms, 40 * ms, 80 * ms, 160 * ms, 320 * ms, 640 * ms, time.Second}
		if diff := cmp.Diff(want, pauses); diff != "" {
			t.Errorf("pauses (-want +got):\n%s", diff)
		}
		p := a.Ready()
		p.Notify(id(1), say("m"))
		p.WantAck(id(1))
		p.Settle()
	})
}

// A reload of HAProxy opens all its connections anew while the old ones drain.
func TestChecklist14Burst(t *testing.T) {
	a := spoptest.StartTCP(t, spop.Config{Handler: spop.HandlerFunc(setName)})
	var old, fresh []*spoptest.Peer
	for range 100 {
		old = append(old, a.Ready())
	}
	for _, p := range old {
		p.Notify(id(1), say("old"))
		fresh = append(fresh, a.Peer())
	}
	for i, p := range fresh {
		p.Hello(spoptest.Hello26())
		p.Notify(spoptest.ID{Stream: 0, Frame: 1}, say("new")) // stream 0 is one in 2.6
		p.Settle()
		old[i].Settle()
	}
}

func TestChecklist14ListenerClosedByItsOwner(t *testing.T) {
	srv := spop.NewServer(spop.Config{Handler: spop.HandlerFunc(setName)})
	defer srv.Close()
	l := spoptest.NewListener()
	done := make(chan error, 1)
	go func() { done <- srv.Serve(l) }()
	l.Close()
	if err := receive(t, done, "Serve"); err == nil || errors.Is(err, spop.ErrServerClosed) {
		t.Errorf("Serve returned %v, want the listener's error", err)
	}
}

// shutdown starts Shutdown and returns what it will return.
func shutdown(a *spoptest.Agent) <-chan error {
	done := make(chan error, 1)
	go func() { done <- a.Server.Shutdown(context.Background()) }()
	return done
}

func TestChecklist15DrainIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, trace := observe()
		a := spoptest.Start(t, spop.Config{Handler: spop.HandlerFunc(setName), Trace: trace})
		p, begin := a.Ready(), time.Now()
		done := shutdown(a)
		p.WantDisconnect(spop.StatusNormal)
		if err := <-done; err != nil {
			t.Error(err)
		}
		if took := time.Since(begin); took > time.Second {
			t.Errorf("took %v", took)
		}
		o.wantCause(t, spop.CloseDrain)
		if _, err := a.Listener.Dial(); err == nil {
			t.Error("the listener is open after Shutdown")
		}
		if err := a.Server.Serve(spoptest.NewListener()); err != spop.ErrServerClosed {
			t.Errorf("Serve after Shutdown: %v, want ErrServerClosed", err)
		}
	})
}

func TestChecklist15DrainWaitsForAnswers(t *testing.T) {
	for _, kind := range []string{"block", "handover"} {
		t.Run(kind, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := newGates()
				a := spoptest.Start(t, spop.Config{Handler: g})
				p := a.Ready()
				p.Notify(id(1), say(kind))
				<-g.started
				done := shutdown(a)
				for n := 2; n <= 50; n++ { // the connection stays busy
					time.Sleep(50 * time.Millisecond)
					p.Notify(id(n), say("fast"))
					p.WantAck(id(n))
				}
				time.Sleep(3 * time.Second)
				close(g.open)
				p.WantAck(id(1))
				p.WantDisconnect(spop.StatusNormal)
				if err := <-done; err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// A NOTIFY that crosses the drain is answered as long as the DISCONNECT is not
// out, on a connection that is never silent for long too.
func TestChecklist15NotifyCrossesTheDrain(t *testing.T) {
	for _, every := range []time.Duration{100 * time.Microsecond, 900 * time.Microsecond, 20 * time.Millisecond, 99 * time.Millisecond} {
		t.Run(every.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a := spoptest.Start(t, spop.Config{Handler: spop.HandlerFunc(setName)})
				p := a.Ready()
				done := shutdown(a)
				answered := 0
				for n := 1; n <= 100; n++ {
					p.Expect(id(n))
					time.Sleep(every)
					if _, err := p.Conn.Write(spoptest.Notify(id(n), say("m"))); err != nil {
						break
					}
					f := p.ReadFrame()
					if f.Type == spop.FrameAgentDisconnect {
						break
					}
					if f.ID() != id(n) {
						t.Fatalf("frame for %v, want %v", f.ID(), id(n))
					}
					answered++
				}
				if err := p.Conn.Close(); err != nil {
					t.Error(err)
				}
				if err := <-done; err != nil {
					t.Error(err)
				}
				if want := min(100, int(2*time.Second/every)); answered < want {
					t.Errorf("%d NOTIFYs were answered, want %d at least", answered, want)
				}
			})
		})
	}
}

func TestChecklist15HelloCrossesTheDrain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := spoptest.Start(t, spop.Config{Handler: spop.HandlerFunc(setName)})
		p, silent := a.Peer(), a.Peer()
		synctest.Wait() // both are accepted
		done := shutdown(a)
		time.Sleep(10 * time.Millisecond)
		p.Hello(spoptest.Hello32())
		p.Notify(id(1), say("m"))
		p.WantAck(id(1))
		p.WantDisconnect(spop.StatusNormal)
		silent.WantDisconnect(spop.StatusNormal)
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func TestChecklist15DrainKeepsItsLimits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, trace := observe()
		a := spoptest.Start(t, spop.Config{Handler: spop.HandlerFunc(setName), Trace: trace})
		deaf, half := a.Ready(), a.Ready()
		half.Send([]byte{0, 0, 0, 99, 3})
		go func() { // ends when the server closes the connection
			_ = deaf.Conn.SetWriteDeadline(time.Time{})
			for frame := spoptest.Notify(id(1), say("m")); ; {
				if _, err := deaf.Conn.Write(frame); err != nil {
					return
				}
			}
		}()
		time.Sleep(time.Second)
		begin := time.Now()
		if err := <-shutdown(a); err != nil {
			t.Error(err)
		}
		if took := time.Since(begin); took > 10*time.Second {
			t.Errorf("Shutdown took %v with a peer that does not read, want some 5 s", took)
		}
		got := map[spop.CloseCause]bool{(<-o.endings).cause: true, (<-o.endings).cause: true}
		if !got[spop.CloseWrite] || !got[spop.CloseFrame] {
			t.Errorf("ended by %v, want write_timeout and frame_timeout", got)
		}
	})
}

func TestChecklist15ShutdownGivesUpWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, trace := observe()
		stopped := make(chan bool, 1)
		h := func(x *spop.Exchange) error {
			x.HandOver()
			for stop := x.Stopped(); !stop.Load(); {
				time.Sleep(time.Millisecond)
			}
			stopped <- true
			return nil
		}
		a := spoptest.Start(t, spop.Config{Handler: spop.HandlerFunc(h), Trace: trace})
		p := a.Ready()
		p.Notify(id(1), say("m"))
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		if err := a.Server.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Shutdown returned %v, want the context's error", err)
		}
		<-stopped
		o.wantCause(t, spop.CloseForced)
		p.WantEnd()
	})
}

func TestCloseStopsHandlers(t *testing.T) {
	for _, handOver := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			o, trace := observe()
			started := make(chan struct{}, 100)
			h := func(x *spop.Exchange) error {
				if handOver {
					x.HandOver()
				}
				started <- struct{}{}
				for stop := x.Stopped(); !stop.Load(); {
					time.Sleep(10 * time.Microsecond)
				}
				return nil
			}
			a := spoptest.Start(t, spop.Config{Handler: spop.HandlerFunc(h), Trace: trace, MaxInFlight: 3})
			p := a.Ready()
			for n := 1; n <= 50; n++ { // most wait in the server's buffer
				p.Notify(id(n), say("m"))
			}
			<-started
			if err := a.Server.Close(); err != nil {
				t.Error(err)
			}
			o.wantCause(t, spop.CloseForced)
			p.WantEnd()
			if err := a.Server.Shutdown(t.Context()); err != nil {
				t.Error(err)
			}
			if got := len(started) + 1; got > 3 {
				t.Errorf("%d handlers ran, want 3 at most", got)
			}
		})
	}
}
