package spop_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/spoa-lua/spoa-lua/spop"
	"github.com/spoa-lua/spoa-lua/spop/spoptest"
)

// erratic is a handler that behaves in every way a handler may, by chance.
func erratic(x *spop.Exchange) error {
	switch rand.IntN(12) {
	case 0:
		x.HandOver()
	case 1:
		x.HandOver()
		time.Sleep(time.Duration(rand.IntN(300)) * time.Microsecond)
	case 2: // beyond HandOverAfter
		time.Sleep(time.Duration(rand.IntN(1000)) * time.Microsecond)
	case 3: // around Timeout, where handler and server race for the answer
		at, _ := x.Deadline()
		time.Sleep(time.Until(at) + time.Duration(rand.IntN(400)-200)*time.Microsecond)
	case 4:
		panic("erratic")
	case 5:
		x.HandOver()
		panic("erratic")
	case 6:
		return errors.New("erratic")
	}
	return x.Ack().SetVar(spop.ScopeTransaction, "stream", spop.Uint64(x.StreamID()))
}

// hammerConn sends bursts and reads the ACKs until the agent says goodbye.
// ClientConn finds an ACK too many, a wrong id and interleaved frames.
func hammerConn(ctx context.Context, nc *spop.ClientConn) (answered int, err error) {
	payload := spop.AppendMessage(nil, "m", spop.NewArg("k", spop.String("some bytes to carry")))
	for ctx.Err() == nil {
		burst := make([][]byte, 1+rand.IntN(20))
		for i := range burst {
			burst[i] = payload
		}
		if _, err := nc.Send(burst...); err != nil {
			return answered, err
		}
		for range burst {
			reply, err := nc.Receive()
			if err != nil {
				return answered, fmt.Errorf("%w (%d answers)", err, answered)
			}
			if err := checkErratic(reply); err != nil {
				return answered, err
			}
			answered++
		}
	}
	return answered, nil
}

// checkErratic checks that an answer is whole and belongs to its stream.
func checkErratic(reply spop.Reply) error {
	actions, err := spop.ParseActions(reply.Payload)
	switch {
	case err != nil:
		return err
	case len(actions) != 1:
		return fmt.Errorf("stream %d: %d actions", reply.StreamID, len(actions))
	case actions[0].Name == "stream" && actions[0].Value.Uint64() != reply.StreamID:
		return fmt.Errorf("stream %d has the answer of stream %d", reply.StreamID, actions[0].Value.Uint64())
	case actions[0].Name != "stream" && actions[0].Name != "error":
		return fmt.Errorf("stream %d: %v", reply.StreamID, actions[0])
	}
	return nil
}

func TestHammerEveryNotifyIsAnsweredOnce(t *testing.T) {
	o, trace := observe()
	a := spoptest.StartTCP(t, spop.Config{Handler: handlerWithFallback{erratic, causeFallback}, Trace: trace, Timeout: 3 * time.Millisecond, MaxInFlight: 7})
	ctx, cancel := context.WithTimeout(t.Context(), 1500*time.Millisecond)
	defer cancel()
	var wg sync.WaitGroup
	var total atomic.Int64
	for range 12 {
		conn := hammerDial(t, a)
		wg.Go(func() {
			n, err := hammerConn(ctx, conn)
			total.Add(int64(n))
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if total.Load() == 0 || o.handed.Load() == 0 || o.timedOut.Load() == 0 || o.panicked.Load() == 0 {
		t.Errorf("%d answers, %d hand-overs, %d timeouts, %d panics; want some of each",
			total.Load(), o.handed.Load(), o.timedOut.Load(), o.panicked.Load())
	}
}

func hammerDial(t *testing.T, a *spoptest.Agent) *spop.ClientConn {
	t.Helper()
	conn, err := spop.NewClientConn(t.Context(), a.Conn(), spop.ClientConfig{})
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.SetDeadline(time.Now().Add(guard))
	return conn
}

// With Shutdown in the middle, every connection ends with the goodbye, and none
// has lost an answer to what it had sent before: the peers go on for a while when
// the drain has begun. Time is that of a bubble: a peer that gets no processor
// would look silent.
func TestHammerShutdownLosesNoAnswer(t *testing.T) {
	for round := range 5 {
		t.Run(strconv.Itoa(round), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o, trace := observe()
				a := spoptest.Start(t, spop.Config{Handler: handlerWithFallback{erratic, causeFallback}, Trace: trace, Timeout: 3 * time.Millisecond})
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				var wg sync.WaitGroup
				for range 8 {
					conn := hammerDial(t, a)
					wg.Go(func() {
						if _, err := hammerConn(ctx, conn); err != nil {
							t.Errorf("before the goodbye: %v", err)
							return
						}
						wantGoodbye(t, conn)
					})
				}
				for o.timedOut.Load() == 0 { // busy by now
					time.Sleep(time.Millisecond)
				}
				done := shutdown(a)
				time.AfterFunc(50*time.Millisecond, cancel)
				if err := receive(t, done, "Shutdown"); err != nil {
					t.Error(err)
				}
				wg.Wait()
				for range 8 {
					o.wantCause(t, spop.CloseDrain)
				}
			})
		})
	}
}

func wantGoodbye(t *testing.T, conn *spop.ClientConn) {
	_, err := conn.Receive()
	var goodbye *spop.DisconnectError
	if !errors.As(err, &goodbye) || goodbye.Disconnect.Status != spop.StatusNormal {
		t.Errorf("the end is %v, want a DISCONNECT with status 0", err)
	}
}

// The same over TCP, with what is under way when Shutdown is called.
func TestHammerShutdownOverTCP(t *testing.T) {
	for range 10 {
		o, trace := observe()
		a := spoptest.StartTCP(t, spop.Config{Handler: handlerWithFallback{erratic, causeFallback}, Trace: trace, Timeout: 3 * time.Millisecond})
		burst := make([][]byte, 20)
		var conns []*spop.ClientConn
		for range 8 {
			conns = append(conns, hammerDial(t, a))
		}
		for _, conn := range conns {
			if _, err := conn.Send(burst...); err != nil {
				t.Fatal(err)
			}
		}
		done := shutdown(a)
		for _, conn := range conns {
			for n := range burst {
				reply, err := conn.Receive()
				if err == nil {
					err = checkErratic(reply)
				}
				if err != nil {
					t.Fatalf("answer %d of %d: %v", n+1, len(burst), err)
				}
			}
			wantGoodbye(t, conn)
			conn.Close()
		}
		if err := receive(t, done, "Shutdown"); err != nil {
			t.Error(err)
		}
		for range conns {
			o.wantCause(t, spop.CloseDrain)
		}
	}
}

// Close in the middle leaves no goroutine: TestMain looks for them.
func TestHammerClose(t *testing.T) {
	for range 10 {
		a := spoptest.StartTCP(t, spop.Config{Handler: handlerWithFallback{erratic, causeFallback}, Timeout: 3 * time.Millisecond})
		var wg sync.WaitGroup
		var answered atomic.Int64
		for range 6 {
			conn := hammerDial(t, a)
			wg.Go(func() {
				n, err := hammerConn(t.Context(), conn)
				answered.Add(int64(n))
				if _, ok := errors.AsType[*spop.Error](err); ok {
					t.Error(err)
				}
			})
		}
		time.Sleep(time.Duration(rand.IntN(20)) * time.Millisecond)
		a.Server.Close()
		wg.Wait()
	}
}
