package spop_test

// The numbers in the names of the TestChecklist functions are those of the
// protocol guide's list of what an agent must do. Four of them ask something of
// HAProxy's configuration and not of this package:
//
//	06 HAProxy drops variables that no configuration names: tests of package
//	   tests that run the policies of folder scripts against real HAProxy.
//	17 HAProxy fails open: the same, with a policy that ends in an error.
//	18 "mode tcp" with option spop-check works in every version: the same.
//	19 A request's body reaches the agent only within tune.bufsize: the same,
//	   with the 9 kB body.
//
// What this package adds to them is in TestChecklist06 and TestChecklist17 to
// TestChecklist19 all the same.

import (
	"errors"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/spoa-lua/spoa-lua/spop"
	"github.com/spoa-lua/spoa-lua/spop/spoptest"
)

func TestChecklist02EveryNotifyIsAnsweredOnce(t *testing.T) {
	tests := []struct {
		name    string
		handler func(x *spop.Exchange) error
		want    string // with causeFallback; NOOP without any
	}{
		{"message that nobody handles", func(*spop.Exchange) error { return nil }, "noop"},
		{"error", func(*spop.Exchange) error { return errors.New("no") }, "set-var txn.error str:error"},
		{"error after actions", func(x *spop.Exchange) error { return errors.Join(setName(x), errors.New("no")) }, "set-var txn.error str:error"},
		{"panic", func(*spop.Exchange) error { panic("no") }, "set-var txn.error str:panic"},
		{"panic after hand-over", func(x *spop.Exchange) error { x.HandOver(); panic("no") }, "set-var txn.error str:panic"},
		{"error after hand-over", func(x *spop.Exchange) error { x.HandOver(); return errors.New("no") }, "set-var txn.error str:error"},
		{"hand-over twice", func(x *spop.Exchange) error { x.HandOver(); x.HandOver(); return setName(x) }, named("m")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := spoptest.Start(t, spop.Config{Handler: handlerWithFallback{tt.handler, causeFallback}})
			p := a.Ready()
			p.Notify(id(1), say("m"))
			if diff := cmp.Diff([]string{tt.want}, texts(p.WantAck(id(1)))); diff != "" {
				t.Errorf("actions (-want +got):\n%s", diff)
			}
			p.Settle()
		})
	}
	t.Run("no fallback", func(t *testing.T) {
		p := spoptest.Start(t, spop.Config{Handler: spop.HandlerFunc(func(*spop.Exchange) error { panic("no") })}).Ready()
		p.Notify(id(1), say("m"))
		if diff := cmp.Diff([]string{"noop"}, texts(p.WantAck(id(1)))); diff != "" {
			t.Errorf("actions (-want +got):\n%s", diff)
		}
		p.Settle()
	})
	t.Run("fallback that panics", func(t *testing.T) {
		o, trace := observe()
		h := handlerWithFallback{func(*spop.Exchange) error { panic("no") },
			func(*spop.Exchange, error, *spop.Ack) { panic("neither") }}
		p := spoptest.Start(t, spop.Config{Handler: h, Trace: trace}).Ready()
		p.Notify(id(1), say("m"))
		if diff := cmp.Diff([]string{"noop"}, texts(p.WantAck(id(1)))); diff != "" {
			t.Errorf("actions (-want +got):\n%s", diff)
		}
		p.Settle()
		if got := o.panicked.Load(); got != 2 {
			t.Errorf("Panicked was called %d times, want 2", got)
		}
	})
	t.Run("empty list", func(t *testing.T) {
		p := spoptest.Start(t, spop.Config{Handler: spop.HandlerFunc(setName)}).Ready()
		p.Notify(id(1))
		p.WantAck(id(1))
		p.Settle()
	})
}

func TestChecklist02TimeoutIsAnsweredOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, trace := observe()
		stopped := make(chan error, 1)
		stuck := func(x *spop.Exchange) error {
			for stop := x.Stopped(); !stop.Load(); {
				time.Sleep(time.Millisecond)
			}
			stopped <- x.Ack().SetVar(spop.ScopeTransaction, "late", spop.Bool(true))
			return nil
		}
		a := spoptest.Start(t, spop.Config{Handler: handlerWithFallback{stuck, causeFallback}, Timeout: 50 * time.Millisecond, Trace: trace})
		p := a.Ready()
		begin := time.Now()
		p.Notify(id(1), say("m"))
		got := texts(p.WantAck(id(1)))
		if diff := cmp.Diff([]string{"set-var txn.error str:timeout"}, got); diff != "" {
			t.Errorf("actions (-want +got):\n%s", diff)
		}
		if took := time.Since(begin); took < 50*time.Millisecond || took > 51*time.Millisecond {
			t.Errorf("the answer took %v, want 50 ms", took)
		}
		if err := <-stopped; err != nil {
			t.Error(err)
		}
		p.Settle()
		if n := o.timedOut.Load(); n != 1 {
			t.Errorf("TimedOut was called %d times, want 1", n)
		}
	})
}

func TestChecklist02TimeoutOfOneExchange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stuck := func(x *spop.Exchange) error {
			x.SetTimeout(10 * time.Millisecond)
			at, ok := x.Deadline()
			if left := time.Until(at); !ok || left != 10*time.Millisecond {
				t.Errorf("Deadline is in %v, %v, want 10 ms", left, ok)
			}
			time.Sleep(time.Second)
			if age := x.Age(); age != time.Second {
				t.Errorf("Age is %v, want 1 s", age)
			}
			return nil
		}
		a := spoptest.Start(t, spop.Config{Handler: handlerWithFallback{stuck, causeFallback}, Timeout: time.Hour})
		p := a.Ready()
		begin := time.Now()
		p.Notify(id(1), say("m"))
		p.WantAck(id(1))
		if took := time.Since(begin); took > 11*time.Millisecond {
			t.Errorf("the answer took %v, want 10 ms", took)
		}
		p.Settle()
	})
}

func TestChecklist03AckTooBig(t *testing.T) {
	for _, size := range []uint32{256, 300, 16380} {
		t.Run(strconv.FormatUint(uint64(size), 10), func(t *testing.T) {
			var sets int
			h := func(x *spop.Exchange) error {
				if firstName(x) == "small" {
					return setName(x)
				}
				for {
					err := x.Ack().SetVar(spop.ScopeTransaction, "v", spop.String(strings.Repeat("x", sets%40)))
					if err == nil {
						sets++
						continue
					}
					if !errors.Is(err, spop.ErrTooBig) {
						t.Errorf("SetVar: %v, want ErrTooBig", err)
					}
					return nil
				}
			}
			p := spoptest.Start(t, spop.Config{Handler: spop.HandlerFunc(h)}).Peer()
			hello := spoptest.Hello32()
			hello.MaxFrameSize = size
			p.Hello(hello)
			p.Expect(id(1))
			p.Send(spoptest.Notify(id(1), say("many")))
			f := p.ReadFrame()
			if got := len(f.Raw) - 4; got > int(size) || got < int(size)-50 {
				t.Errorf("the ACK takes %d bytes, want a little below %d", got, size)
			}
			if actions, err := spop.ParseActions(f.Payload); err != nil || len(actions) != sets {
				t.Errorf("the ACK holds %d actions, want %d; %v", len(actions), sets, err)
			}
			p.Notify(id(2), say("small"))
			p.WantAck(id(2))
		})
	}
}

func TestChecklist04VariableNames(t *testing.T) {
	long := strings.Repeat("n", 63-len("txn.p."))
	tests := []struct {
		name, full string
		ok         bool
	}{
		{"plain", "txn.score", true},
		{"all characters", "sess.aZ09._", true},
		{"longest", "txn." + long, true},
		{"too long", "txn.n" + long, false},
		{"longest for a scope of four letters", "sess." + long[1:], true},
		{"too long for a scope of four letters", "sess." + long, false},
		{"proc", "proc.x", true},
		{"req", "req.x", true},
		{"res", "res.x", true},
		{"blank", "txn.a b", false},
		{"dash", "txn.a-b", false},
		{"not ASCII", "txn.\xc3\xa4", false},
		{"nul", "txn.a\x00", false},
		{"nothing", "txn.", false},
		{"no scope", "score", false},
		{"unknown scope", "foo.score", false},
		{"scope alone", "txn", false},
		{"empty", "", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			scope, name, err := spop.ParseVarName(tt.full)
			if (err == nil) != tt.ok || err != nil && !errors.Is(err, spop.ErrVarName) {
				t.Fatalf("ParseVarName(%q): %v, want ok %v", tt.full, err, tt.ok)
			}
			if tt.ok && scope.String()+"."+name != tt.full {
				t.Errorf("ParseVarName(%q) = %v, %q", tt.full, scope, name)
			}
		})
	}
	ack := spop.NewAck(1000)
	for _, err := range []error{
		ack.SetVar(spop.ScopeTransaction, "a-b", spop.Bool(true)), ack.UnsetVar(spop.ScopeTransaction, ""),
		ack.SetVar(5, "a", spop.Bool(true)), ack.SetVar(spop.ScopeTransaction, "a-b", spop.Null()),
	} {
		if !errors.Is(err, spop.ErrVarName) {
			t.Errorf("Ack takes a bad name: %v", err)
		}
	}
	if ack.Actions() != 0 {
		t.Errorf("Ack holds %d actions after bad names, want 0", ack.Actions())
	}
}

func TestChecklist05NilIsUnset(t *testing.T) {
	h := func(x *spop.Exchange) error { return x.Ack().SetVar(spop.ScopeTransaction, "x", spop.Null()) }
	p := spoptest.Start(t, spop.Config{Handler: spop.HandlerFunc(h)}).Ready()
	p.Expect(id(1))
	p.Send(spoptest.Notify(id(1), say("m")))
	want := []byte{2, 2, 2, 1, 'x'} // and nothing after the name
	if diff := cmp.Diff(want, p.ReadFrame().Payload); diff != "" {
		t.Errorf("payload (-want +got):\n%s", diff)
	}
}

func TestChecklist06ProcVariablesGoOut(t *testing.T) {
	h := func(x *spop.Exchange) error { return x.Ack().SetVar(spop.ScopeProcess, "x", spop.Bool(true)) }
	p := spoptest.Start(t, spop.Config{Handler: spop.HandlerFunc(h)}).Ready()
	p.Notify(id(1), say("m"))
	if diff := cmp.Diff([]string{"set-var proc.x bool:true"}, texts(p.WantAck(id(1)))); diff != "" {
		t.Errorf("actions (-want +got):\n%s", diff)
	}
}

func TestChecklist17ErrorIsAnAnswerLikeAnyOther(t *testing.T) {
	p := spoptest.Start(t, spop.Config{Handler: spop.HandlerFunc(func(*spop.Exchange) error { return errors.New("no") })}).Ready()
	for n := 1; n <= 50; n++ {
		p.Notify(id(n), say("m"))
		p.WantAck(id(n))
	}
	p.Settle()
}

func TestChecklist19BodyUpToTheLimit(t *testing.T) {
	p := spoptest.Start(t, spop.Config{Handler: spop.HandlerFunc(setName)}).Ready()
	m := spop.NewMessage("body-check", spop.NewArg("body", spop.Binary(make([]byte, 16380-40))))
	p.Notify(id(1), m)
	if diff := cmp.Diff([]string{named("body-check")}, texts(p.WantAck(id(1)))); diff != "" {
		t.Errorf("actions (-want +got):\n%s", diff)
	}
	p.Settle()
}

func TestChecklist20LargeFrames(t *testing.T) {
	h := func(x *spop.Exchange) error {
		n := x.Notify()
		var m spop.Message
		n.Next(&m)
		v, _ := m.Arg("body")
		return x.Ack().SetVar(spop.ScopeTransaction, "copy", v)
	}
	p := spoptest.StartTCP(t, spop.Config{Handler: spop.HandlerFunc(h)}).Peer()
	hello := spoptest.Hello32()
	hello.MaxFrameSize = 1 << 20
	if answer := p.Hello(hello); answer.MaxFrameSize != 1<<20 {
		t.Fatalf("max-frame-size is %d, want %d", answer.MaxFrameSize, 1<<20)
	}
	for n, size := range []int{700 << 10, 10, 300 << 10} {
		body := strings.Repeat("b", size)
		p.Notify(id(n+1), spop.NewMessage("m", spop.NewArg("body", spop.String(body))))
		if diff := cmp.Diff([]string{"set-var txn.copy str:" + body}, texts(p.WantAck(id(n+1)))); diff != "" {
			t.Errorf("%d bytes: the copy differs", size)
		}
	}
	p.Settle()
}
