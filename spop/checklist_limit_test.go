package spop_test

import (
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/spoa-lua/spoa-lua/spop"
	"github.com/spoa-lua/spoa-lua/spop/spoptest"
)

func TestChecklist16PeerThatNeverReads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, trace := observe()
		p := spoptest.Start(t, spop.Config{Handler: spop.HandlerFunc(setName), Trace: trace}).Ready()
		frame := spoptest.Notify(id(1), say(strings.Repeat("m", 1000)))
		_ = p.Conn.SetWriteDeadline(time.Time{})
		begin := time.Now()
		taken := 0
		for {
			n, err := p.Conn.Write(frame)
			taken += n
			if err != nil {
				break
			}
		}
		if took := time.Since(begin); took < 5*time.Second || took > 8*time.Second {
			t.Errorf("the connection was closed after %v, want a little more than 5 s", took)
		}
		if taken > 2<<20 {
			t.Errorf("the server read %d bytes from a peer that reads nothing", taken)
		}
		o.wantCause(t, spop.CloseWrite)
	})
}

func TestChecklist16PeerThatNeverReadsAndSlowHandlers(t *testing.T) {
	o, trace := observe()
	h := func(x *spop.Exchange) error { x.HandOver(); return setName(x) }
	cfg := spop.Config{Handler: spop.HandlerFunc(h), Trace: trace, WriteTimeout: time.Second, MaxInFlight: 8}
	p := spoptest.Start(t, cfg).Ready()
	before := runtime.NumGoroutine()
	most := 0
	frame := spoptest.Notify(id(1), say(strings.Repeat("m", 1000)))
	for {
		if _, err := p.Conn.Write(frame); err != nil {
			break
		}
		most = max(most, runtime.NumGoroutine())
	}
	if most-before > 16 {
		t.Errorf("%d goroutines for one connection with 8 in flight", most-before)
	}
	o.wantCause(t, spop.CloseWrite)
}

func TestChecklist16Limits(t *testing.T) {
	tests := []struct {
		name  string
		ready bool
		send  []byte
		cause spop.CloseCause
		after time.Duration
	}{
		{"no HELLO", false, nil, spop.CloseHello, 5 * time.Second},
		{"half a HELLO", false, []byte{0, 0, 0, 99, 1}, spop.CloseHello, 5 * time.Second},
		{"half a NOTIFY", true, []byte{0, 0, 0, 99, 3}, spop.CloseFrame, 5 * time.Second},
		{"half a length", true, []byte{0, 0}, spop.CloseFrame, 5 * time.Second},
		{"silence", true, nil, spop.CloseIdle, 5 * time.Minute},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o, trace := observe()
				cfg := spop.Config{Handler: spop.HandlerFunc(setName), Trace: trace}
				if tt.cause == spop.CloseHello {
					cfg.FrameTimeout = time.Minute
				}
				p := spoptest.Start(t, cfg).Peer()
				p.Timeout = time.Hour
				if tt.ready {
					p.Hello(spoptest.Hello32())
				}
				begin := time.Now()
				p.Send(tt.send)
				p.WantDisconnect(spop.StatusTimeout)
				if took := time.Since(begin); took < tt.after || took > tt.after+3*time.Second {
					t.Errorf("ended after %v, want a little more than %v", took, tt.after)
				}
				o.wantCause(t, tt.cause)
			})
		})
	}
}

func TestFrameTimeoutCountsFromTheFrame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, trace := observe()
		p := spoptest.Start(t, spop.Config{Handler: spop.HandlerFunc(setName), Trace: trace}).Ready()
		for n := 1; n <= 5; n++ { // each read ends within the next frame
			frame := append(spoptest.Notify(id(n), say("m")), 0, 0)
			if n > 1 {
				frame = frame[2:]
			}
			p.Expect(id(n))
			p.Send(frame)
			p.WantAck(id(n))
			time.Sleep(3 * time.Second)
		}
		p.WantDisconnect(spop.StatusTimeout)
		o.wantCause(t, spop.CloseFrame)
	})
}

func TestConnectionLimit(t *testing.T) {
	o, trace := observe()
	a := spoptest.StartTCP(t, spop.Config{Handler: spop.HandlerFunc(setName), Trace: trace, MaxConns: 1})
	first := a.Ready()
	a.Peer().WantDisconnect(spop.StatusResourceAllocation)
	first.Notify(id(1), say("m"))
	first.WantAck(id(1))
	first.Settle()
	o.wantCause(t, spop.ClosePeer)
	a.Ready().Settle()
	if o.refused.Load() != 1 || o.opened.Load() != 2 || o.ready.Load() != 2 {
		t.Errorf("refused %d, opened %d, ready %d; want 1, 2, 2", o.refused.Load(), o.opened.Load(), o.ready.Load())
	}
}
