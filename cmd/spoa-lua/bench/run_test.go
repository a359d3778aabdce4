package bench

import (
	"context"
	"encoding/json"
	"io"
	"maps"
	"net"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/spoa-lua/spoa-lua/spop"
	"github.com/spoa-lua/spoa-lua/spop/spoptest"
)

// forever is longer than any test lasts: the test ends its load by itself.
const forever = time.Hour

func testMessage() spop.Message {
	return spop.NewMessage("check", spop.NewArg("path", spop.String("/")))
}

// agentConfig returns a load on an agent in memory with that handler.
func agentConfig(t *testing.T, handler spop.HandlerFunc) Config {
	t.Helper()
	a := spoptest.Start(t, spop.Config{Handler: handler})
	return Config{
		Dial:     func(context.Context) (net.Conn, error) { return a.Conn(), nil },
		Duration: forever, Message: testMessage(),
	}
}

// runUntil runs a load until done is closed.
func runUntil(t *testing.T, cfg Config, done <-chan struct{}) *Result {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() {
		<-done
		cancel()
	}()
	result, err := Run(ctx, cfg)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// countdown closes done at the nth call.
type countdown struct {
	left atomic.Int64
	done chan struct{}
}

func newCountdown(n int64) *countdown {
	c := &countdown{done: make(chan struct{})}
	c.left.Store(n)
	return c
}

func (c *countdown) tick() {
	if c.left.Add(-1) == 0 {
		close(c.done)
	}
}

func TestRunCounts(t *testing.T) {
	for _, rate := range []float64{0, 50_000} {
		var handled atomic.Uint64
		enough := newCountdown(2000)
		cfg := agentConfig(t, func(x *spop.Exchange) error {
			handled.Add(1)
			enough.tick()
			return x.Ack().SetVar(spop.ScopeTransaction, "score", spop.Int32(5))
		})
		cfg.Connections, cfg.Depth, cfg.Rate = 3, 7, rate
		want, err := NewExpectation("txn.score", spop.Int64(5))
		if err != nil {
			t.Fatal(err)
		}
		cfg.Expect = []Expectation{want}
		got := runUntil(t, cfg, enough.done)
		if got.Sent != handled.Load() || got.Answered != got.Sent || got.ErrorCount() != 0 {
			t.Errorf("rate %g: sent %d, answered %d, handled %d, errors %v; want them equal, without errors", rate, got.Sent, got.Answered, handled.Load(), got.FirstErrors)
		}
		if got.Latency.Count == 0 || got.Latency.Count > got.Answered {
			t.Errorf("rate %g: %d latencies of %d replies", rate, got.Latency.Count, got.Answered)
		}
	}
}

func TestRunUnexpected(t *testing.T) {
	enough := newCountdown(100)
	var n atomic.Int32
	cfg := agentConfig(t, func(x *spop.Exchange) error {
		enough.tick()
		if n.Add(1) == 50 {
			return x.Ack().SetVar(spop.ScopeTransaction, "score", spop.Int32(6))
		}
		return x.Ack().SetVar(spop.ScopeTransaction, "score", spop.Int32(5))
	})
	want, _ := NewExpectation("txn.score", spop.Int64(5))
	cfg.Expect = []Expectation{want}
	got := runUntil(t, cfg, enough.done)
	if diff := cmp.Diff(map[string]uint64{KindUnexpected: 1}, got.Errors); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
	if text := "txn.score is int32:6, want int64:5"; got.FirstErrors[KindUnexpected] != text {
		t.Errorf("first error is %q, want %q", got.FirstErrors[KindUnexpected], text)
	}
}

// scripted is an agent that answers each NOTIFY with what reply returns, and
// closes the connection when that is nil.
func scripted(t *testing.T, reply func(n int, h spop.Header) []byte) func(context.Context) (net.Conn, error) {
	var count atomic.Int64
	return func(context.Context) (net.Conn, error) {
		client, agent := spoptest.Pipe()
		t.Cleanup(func() { client.Close() })
		go func() { // ends with the connection
			defer agent.Close()
			s := &input{}
			for {
				frame, err := s.frame(1 << 20)
				if err != nil {
					return
				}
				if frame == nil {
					if s.fill(agent) != nil {
						return
					}
					continue
				}
				h, _, _ := spop.ParseHeader(frame)
				var out []byte
				switch h.Type {
				case spop.FrameHaproxyHello:
					hello := spop.AgentHello{Version: spop.Version, MaxFrameSize: frameSize, Capabilities: spop.CapPipelining}
					out = hello.Append(nil)
				case spop.FrameNotify:
					out = reply(int(count.Add(1)), h)
				}
				if out == nil {
					return
				}
				if _, err := agent.Write(out); err != nil {
					return
				}
			}
		}()
		return client, nil
	}
}

func ack(stream, frame uint64, payload ...byte) []byte {
	b := spop.BeginFrame(nil, spop.Header{Type: spop.FrameAck, Flags: spop.FlagFin, StreamID: stream, FrameID: frame})
	return spop.EndFrame(append(b, payload...), 0)
}

func TestRunErrors(t *testing.T) {
	goodbye := spop.Disconnect{Status: spop.StatusTimeout, Message: "bye"}
	for _, tt := range []struct {
		name  string
		reply func(h spop.Header) []byte // the answer to the tenth NOTIFY
		want  map[string]uint64
	}{
		{"wrong stream", func(h spop.Header) []byte { return append(ack(h.StreamID+2, 1), ack(h.StreamID, 1)...) }, map[string]uint64{KindWrongID: 1}},
		{"wrong frame", func(h spop.Header) []byte { return append(ack(h.StreamID, 2), ack(h.StreamID, 1)...) }, map[string]uint64{KindWrongID: 1}},
		{"answered twice", func(h spop.Header) []byte { return append(ack(h.StreamID, 1), ack(h.StreamID, 1)...) }, map[string]uint64{KindWrongID: 1}},
		{"unknown action", func(h spop.Header) []byte { return ack(h.StreamID, 1, 9, 0) }, map[string]uint64{KindMalformed: 1}},
		{"cut action", func(h spop.Header) []byte { return ack(h.StreamID, 1, 1, 3, 2, 5, 'a') }, map[string]uint64{KindMalformed: 1}},
		{"closed", func(spop.Header) []byte { return nil }, map[string]uint64{KindDisconnect: 1, KindUnanswered: 1}},
		{"disconnect", func(spop.Header) []byte { return goodbye.Append(nil, spop.FrameAgentDisconnect) }, map[string]uint64{KindDisconnect: 1, KindUnanswered: 1}},
		{"no frame", func(spop.Header) []byte { return []byte("HTTP/1.1 400 Bad Request\r\n\r\n") }, map[string]uint64{KindProtocol: 1, KindUnanswered: 1}},
		{"unfinished", func(h spop.Header) []byte {
			return spop.EndFrame(spop.BeginFrame(nil, spop.Header{Type: spop.FrameAck, StreamID: h.StreamID, FrameID: 1}), 0)
		}, map[string]uint64{KindProtocol: 1, KindUnanswered: 1}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			enough := newCountdown(30)
			cfg := Config{Duration: forever, Message: testMessage(), Dial: scripted(t, func(n int, h spop.Header) []byte {
				enough.tick()
				if n == 10 {
					return tt.reply(h)
				}
				return ack(h.StreamID, h.FrameID, 0, 0)
			})}
			got := runUntil(t, cfg, enough.done)
			if diff := cmp.Diff(tt.want, got.Errors); diff != "" {
				t.Errorf("errors (-want +got):\n%s\n%v", diff, got.FirstErrors)
			}
			if lost := got.Errors[KindUnanswered]; got.Answered+lost != got.Sent {
				t.Errorf("sent %d, answered %d, lost %d", got.Sent, got.Answered, lost)
			}
		})
	}
}

func TestRunCannotBegin(t *testing.T) {
	closed := func(context.Context) (net.Conn, error) { return nil, os.ErrPermission }
	silent := func(context.Context) (net.Conn, error) {
		client, agent := net.Pipe()
		agent.Close()
		return client, nil
	}
	noPipelining := func(context.Context) (net.Conn, error) {
		client, agent := spoptest.Pipe()
		hello := spop.AgentHello{Version: spop.Version, MaxFrameSize: frameSize}
		_, err := agent.Write(hello.Append(nil))
		return client, err
	}
	for _, tt := range []struct {
		name string
		cfg  Config
		want string
	}{
		{"no agent", Config{Dial: closed, Duration: 1}, "permission denied"},
		{"no HELLO", Config{Dial: silent, Duration: 1}, "HELLO: "},
		{"no pipelining", Config{Dial: noPipelining, Duration: 1, Depth: 2}, "only a depth of 1"},
		{"no duration", Config{Dial: closed}, "duration 0s"},
		{"no dial", Config{Duration: 1}, "Dial is nil"},
		{"depth", Config{Dial: closed, Duration: 1, Depth: MaxDepth + 1}, "depth 4097"},
		{"connections", Config{Dial: closed, Duration: 1, Connections: MaxConnections + 1}, "20001 connections"},
	} {
		_, err := Run(t.Context(), tt.cfg)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got error %v, want one with %q", tt.name, err, tt.want)
		}
	}
}

func TestResultJSON(t *testing.T) {
	enough := newCountdown(100)
	cfg := agentConfig(t, func(*spop.Exchange) error {
		enough.tick()
		return nil
	})
	cfg.AgentPID = os.Getpid()
	text, err := json.Marshal(runUntil(t, cfg, enough.done))
	if err != nil {
		t.Fatal(err)
	}
	var fields map[string]any
	if err := json.Unmarshal(text, &fields); err != nil {
		t.Fatal(err)
	}
	got := slices.Sorted(maps.Keys(fields))
	want := []string{"agent_cores", "agent_cpu_us_per_notify", "agent_peak_memory_bytes", "answered", "connections", "depth", "errors", "expected",
		"generator_cpu_us_per_notify", "latency_us", "notify_per_second", "seconds", "sent"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
	latency := slices.Sorted(maps.Keys(fields["latency_us"].(map[string]any)))
	if diff := cmp.Diff([]string{"count", "max", "mean", "p50", "p90", "p99", "p99.9"}, latency); diff != "" {
		t.Errorf("latency (-want +got):\n%s", diff)
	}
	var r Result
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatal(err)
	}
	if err := r.Write(io.Discard); err != nil {
		t.Fatal(err)
	}
}
