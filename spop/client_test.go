package spop_test

import (
	"context"
	"errors"
	"io"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/spoa-lua/spoa-lua/spop"
	"github.com/spoa-lua/spoa-lua/spop/spoptest"
)

// brokenAgent answers a HELLO with hello, or with one that is right when that
// is nil, and the first NOTIFY with answer. Then it closes.
func brokenAgent(t *testing.T, hello, answer []byte) net.Conn {
	t.Helper()
	near, far := spoptest.Pipe()
	if hello == nil {
		h := spop.AgentHello{Version: "2.0", MaxFrameSize: 16380, Capabilities: "pipelining"}
		hello = h.Append(nil)
	}
	done := make(chan struct{})
	go func() { // ends with the connection
		defer close(done)
		defer far.Close()
		buf := make([]byte, 4096)
		if _, err := far.Read(buf); err != nil {
			return
		}
		_, _ = far.Write(hello)
		if answer == nil {
			return
		}
		if _, err := far.Read(buf); err != nil {
			return
		}
		_, _ = far.Write(answer)
	}()
	t.Cleanup(func() { near.Close(); <-done })
	return near
}

func TestClientChecksTheHello(t *testing.T) {
	fin := spop.Header{Type: spop.FrameAgentHello, Flags: spop.FlagFin}
	items := func(version string, size uint32, caps string) []byte {
		return spoptest.Pairs(spoptest.Pair{Key: "version", Value: spop.String(version)},
			spoptest.Pair{Key: "max-frame-size", Value: spop.Uint32(size)}, spoptest.Pair{Key: "capabilities", Value: spop.String(caps)})
	}
	good := items("2.0", 1000, "")
	tests := []struct {
		name  string
		hello []byte
		want  spop.Status
	}{
		{"ACK first", spoptest.Build(spop.Header{Type: spop.FrameAck, Flags: spop.FlagFin}, nil), spop.StatusInvalid},
		{"stream-id", spoptest.Build(spop.Header{Type: spop.FrameAgentHello, Flags: spop.FlagFin, StreamID: 1}, good), spop.StatusInvalid},
		{"frame-id", spoptest.Build(spop.Header{Type: spop.FrameAgentHello, Flags: spop.FlagFin, FrameID: 1}, good), spop.StatusInvalid},
		{"no FIN", spoptest.Build(spop.Header{Type: spop.FrameAgentHello}, good), spop.StatusFragmentation},
		{"version", spoptest.Build(fin, items("1.0", 1000, "")), spop.StatusBadVersion},
		{"small size", spoptest.Build(fin, items("2.0", 255, "")), spop.StatusBadFrameSize},
		{"large size", spoptest.Build(fin, items("2.0", 16381, "")), spop.StatusBadFrameSize},
		{"no items", spoptest.Build(fin, nil), spop.StatusNoVersion},
		{"no capabilities", spoptest.Build(fin, good[:len(good)-len("\x0ccapabilities")-2]), spop.StatusNoCapabilities},
		{"capability that was not offered", spoptest.Build(fin, items("2.0", 1000, "async")), spop.StatusInvalid},
		{"frame too big", []byte{0, 0, 0xFF, 0xFF}, spop.StatusTooBig},
		{"frame too small", []byte{0, 0, 0, 1, 101}, spop.StatusInvalid},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := spop.NewClient(t.Context(), brokenAgent(t, tt.hello, nil), spop.ClientConfig{})
			var e *spop.Error
			if !errors.As(err, &e) || e.Status != tt.want {
				t.Errorf("NewClient: %v, want status %d", err, tt.want)
			}
		})
	}
	t.Run("DISCONNECT", func(t *testing.T) {
		goodbye := spop.Disconnect{Status: spop.StatusResourceAllocation}.Append(nil, spop.FrameAgentDisconnect)
		_, err := spop.NewClient(t.Context(), brokenAgent(t, goodbye, nil), spop.ClientConfig{})
		var e *spop.DisconnectError
		if !errors.As(err, &e) || e.Disconnect.Status != spop.StatusResourceAllocation {
			t.Errorf("NewClient: %v, want the DISCONNECT", err)
		}
	})
	t.Run("end within a frame", func(t *testing.T) {
		_, err := spop.NewClient(t.Context(), brokenAgent(t, spoptest.Build(fin, good)[:20], nil), spop.ClientConfig{})
		if !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("NewClient: %v, want io.ErrUnexpectedEOF", err)
		}
	})
}

func TestClientChecksTheAnswer(t *testing.T) {
	ack := func(stream, frame uint64, flags spop.Flags) []byte {
		return spoptest.Build(spop.Header{Type: spop.FrameAck, Flags: flags, StreamID: stream, FrameID: frame}, []byte{0, 0})
	}
	good := ack(1, 1, spop.FlagFin)
	hello := spop.AgentHello{Version: "2.0", MaxFrameSize: 1000}
	tests := []struct {
		name   string
		answer []byte
		want   spop.Status
	}{
		{"no FIN", ack(1, 1, 0), spop.StatusFragmentation},
		{"stream 0", ack(0, 1, spop.FlagFin), spop.StatusInvalid},
		{"frame 0", ack(1, 0, spop.FlagFin), spop.StatusFrameIDNotFound},
		{"stream above the highest", ack(3, 1, spop.FlagFin), spop.StatusInvalid},
		{"frame above the stream's", ack(1, 2, spop.FlagFin), spop.StatusFrameIDNotFound},
		{"second ACK", append(slices.Clip(good), good...), spop.StatusInvalid},
		{"unknown type on stream 0", spoptest.Build(spop.Header{Type: 77, Flags: spop.FlagFin}, nil), spop.StatusInvalid},
		{"second HELLO", hello.Append(nil), spop.StatusInvalid},
		{"too big", []byte{0, 0, 0x3F, 0xFD}, spop.StatusTooBig},
		{"DISCONNECT on a stream", spoptest.Build(spop.Header{Type: spop.FrameAgentDisconnect, Flags: spop.FlagFin, StreamID: 1}, nil), spop.StatusInvalid},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			conn, err := spop.NewClientConn(t.Context(), brokenAgent(t, nil, tt.answer), spop.ClientConfig{})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := conn.Send(nil); err != nil {
				t.Fatal(err)
			}
			_, err = conn.Receive()
			if tt.name == "second ACK" && err == nil {
				_, err = conn.Receive()
			}
			var e *spop.Error
			if !errors.As(err, &e) || e.Status != tt.want {
				t.Errorf("Receive: %v, want status %d", err, tt.want)
			}
		})
	}
	t.Run("unknown type on a known stream", func(t *testing.T) {
		answer := append(spoptest.Build(spop.Header{Type: 77, Flags: spop.FlagFin, StreamID: 1, FrameID: 1}, nil), good...)
		c, err := spop.NewClient(t.Context(), brokenAgent(t, nil, answer), spop.ClientConfig{})
		if err != nil {
			t.Fatal(err)
		}
		actions, err := c.Notify(t.Context(), say("m"))
		if diff := cmp.Diff([]string{"noop"}, texts(actions)); diff != "" || err != nil {
			t.Errorf("Notify: %v (-want +got):\n%s", err, diff)
		}
		if err := c.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	t.Run("action that HAProxy does not know", func(t *testing.T) {
		answer := spoptest.Build(spop.Header{Type: spop.FrameAck, Flags: spop.FlagFin, StreamID: 1, FrameID: 1}, []byte{9, 0})
		c, err := spop.NewClient(t.Context(), brokenAgent(t, nil, answer), spop.ClientConfig{})
		if err != nil {
			t.Fatal(err)
		}
		if actions, err := c.Notify(t.Context(), say("m")); err == nil {
			t.Errorf("Notify = %v, want an error", actions)
		}
	})
}

func TestClientPipelines(t *testing.T) {
	g := newGates()
	a := spoptest.Start(t, spop.Config{Handler: g})
	c, err := spop.NewClient(t.Context(), a.Conn(), spop.ClientConfig{EngineID: "e", MaxInFlight: 3})
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		if actions, err := c.Notify(t.Context(), say("block")); err != nil || actions[0].String() != named("block") {
			t.Errorf("Notify = %v, %v", actions, err)
		}
	})
	receive(t, g.started, "the handler")
	for range 100 {
		if actions, err := c.Notify(t.Context(), say("fast")); err != nil || actions[0].String() != named("fast") {
			t.Fatalf("Notify = %v, %v", actions, err)
		}
	}
	close(g.open)
	wg.Wait()
	if err := c.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	if _, err := c.Notify(t.Context(), say("fast")); err == nil {
		t.Error("Notify works after Close")
	}
}

func TestClientGivesUpOneNotify(t *testing.T) {
	g := newGates()
	a := spoptest.Start(t, spop.Config{Handler: g})
	c, err := spop.NewClient(t.Context(), a.Conn(), spop.ClientConfig{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-g.started; cancel() }()
	if _, err := c.Notify(ctx, say("block")); !errors.Is(err, context.Canceled) {
		t.Errorf("Notify: %v, want context.Canceled", err)
	}
	close(g.open) // the late ACK must not disturb
	if _, err := c.Notify(t.Context(), say("fast")); err != nil {
		t.Error(err)
	}
	if err := c.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
}

func TestClientWithoutPipelining(t *testing.T) {
	o, trace := observe()
	a := spoptest.Start(t, spop.Config{Handler: spop.HandlerFunc(setName), Trace: trace})
	c, err := spop.NewClient(t.Context(), a.Conn(), spop.ClientConfig{NoPipelining: true, EngineID: "e", MaxFrameSize: 300})
	if err != nil {
		t.Fatal(err)
	}
	want := spop.AgentHello{Version: "2.0", MaxFrameSize: 300}
	if diff := cmp.Diff(want, c.Hello()); diff != "" {
		t.Errorf("Hello (-want +got):\n%s", diff)
	}
	big := spop.NewMessage("m", spop.NewArg("k", spop.Binary(make([]byte, 300))))
	if _, err := c.Notify(t.Context(), big); !errors.Is(err, spop.ErrTooBig) {
		t.Errorf("Notify of a large message: %v, want ErrTooBig", err)
	}
	if _, err := c.Notify(t.Context(), say("m")); err != nil {
		t.Error(err)
	}
	if err := c.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	got := receive(t, o.endings, "ConnClosed").info
	if got.EngineID != "e" || got.MaxFrameSize != 300 || got.Pipelining || got.ID != 1 {
		t.Errorf("ConnInfo is %+v", got)
	}
}

func TestClientHelloEndsWithItsContext(t *testing.T) {
	near, far := spoptest.Pipe()
	defer far.Close()
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if _, err := spop.NewClient(ctx, near, spop.ClientConfig{}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("NewClient: %v, want the context's error", err)
	}
}

func TestListenUnix(t *testing.T) {
	address := "unix:" + t.TempDir() + "/agent.sock"
	l, err := spop.Listen(address)
	if err != nil {
		t.Fatal(err)
	}
	l.(*net.UnixListener).SetUnlinkOnClose(false)
	if _, err := spop.Listen(address); err == nil {
		t.Error("Listen takes a socket that is in use")
	}
	l.Close() // leaves the file behind, as a killed agent does
	if l, err = spop.Listen(address); err != nil {
		t.Fatalf("Listen on what a dead agent left: %v", err)
	}
	srv := spop.NewServer(spop.Config{Handler: spop.HandlerFunc(setName)})
	done := make(chan error, 1)
	go func() { done <- srv.Serve(l) }()
	if _, err := spop.Ping(t.Context(), address); err != nil {
		t.Errorf("Ping: %v", err)
	}
	srv.Close()
	receive(t, done, "Serve")
	if _, err := spop.Ping(t.Context(), address); err == nil {
		t.Error("Ping works without an agent")
	}
}
