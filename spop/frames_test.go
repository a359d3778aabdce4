package spop

import (
	"errors"
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNoopAckBytes(t *testing.T) {
	var a Ack
	a.begin(nil, Header{StreamID: 3, FrameID: 1}, 256)
	want := []byte{0, 0, 0, 9, 103, 0, 0, 0, 1, 3, 1, 0, 0}
	if diff := cmp.Diff(want, a.frame()); diff != "" {
		t.Errorf("ACK without actions (-want +got):\n%s", diff)
	}
}

func TestActionVectors(t *testing.T) {
	tests := []struct {
		name string
		add  func(*Ack) error
		want []byte
	}{
		{"set-var", func(a *Ack) error { return a.SetVar(ScopeTransaction, "ip", IP(netip.MustParseAddr("192.0.2.1"))) },
			[]byte{1, 3, 2, 2, 'i', 'p', 6, 192, 0, 2, 1}},
		{"int32 -1", func(a *Ack) error { return a.SetVar(ScopeSession, "n", Int32(-1)) },
			[]byte{1, 3, 1, 1, 'n', 2, 0xFF, 0xF0, 0xFE, 0xFE, 0xFE, 0xFE, 0xFE, 0xFE, 0xFE, 0x0E}},
		{"unset-var", func(a *Ack) error { return a.UnsetVar(ScopeResponse, "n") }, []byte{2, 2, 4, 1, 'n'}},
		{"null", func(a *Ack) error { return a.SetVar(ScopeRequest, "n", Null()) }, []byte{2, 2, 3, 1, 'n'}},
		{"none", func(*Ack) error { return nil }, []byte{0, 0}},
		{"taken back", func(a *Ack) error { defer a.Reset(); return a.SetVar(ScopeProcess, "n", Bool(true)) }, []byte{0, 0}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := NewAck(256)
			if err := tt.add(a); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, a.Payload()); diff != "" {
				t.Errorf("payload (-want +got):\n%s", diff)
			}
			actions, err := ParseActions(a.Payload())
			if err != nil || len(actions) != 1 {
				t.Fatalf("ParseActions = %v, %v", actions, err)
			}
			for i := 1; i < len(tt.want); i++ {
				if _, err := ParseActions(tt.want[:i:i]); !errors.Is(err, ErrShort) {
					t.Errorf("ParseActions of %d bytes: %v, want ErrShort", i, err)
				}
			}
		})
	}
}

func TestAckFillsItsLimitToTheByte(t *testing.T) {
	for limit := 40; limit < 80; limit++ {
		a := NewAck(limit)
		head := len(a.frame()) - lengthSize - 2 // NOOP
		a.Reset()
		room := limit - head - len("\x01\x03\x02\x01n\x08\x00")
		if err := a.SetVar(ScopeTransaction, "n", String(string(make([]byte, room)))); err != nil {
			t.Fatalf("limit %d: %v", limit, err)
		}
		if got := len(a.frame()) - lengthSize; got != limit {
			t.Errorf("limit %d: the frame takes %d bytes", limit, got)
		}
		a.Reset()
		if err := a.SetVar(ScopeTransaction, "n", String(string(make([]byte, room+1)))); !errors.Is(err, ErrTooBig) {
			t.Errorf("limit %d: a byte more gives %v, want ErrTooBig", limit, err)
		}
		if a.Actions() != 0 || len(a.Payload()) != 2 {
			t.Errorf("limit %d: something of the action stayed", limit)
		}
	}
}

func TestParseActionsErrors(t *testing.T) {
	for _, b := range [][]byte{{3, 0}, {1, 2, 2, 1, 'n', 0}, {2, 3, 2, 1, 'n'}, {0, 1}, {1, 3, 5, 1, 'n', 0}, {1, 3, 2, 1, 'n', 15}} {
		if actions, err := ParseActions(append([]byte{2, 2, 2, 1, 'n'}, b...)); err == nil || len(actions) != 1 {
			t.Errorf("ParseActions of % x = %v, %v; want the first action and an error", b, actions, err)
		}
	}
}

func TestHelloRoundTrip(t *testing.T) {
	hellos := []HaproxyHello{
		{Versions: "2.0", MaxFrameSize: 16380, Capabilities: "pipelining", EngineID: "e"},
		{Versions: "1.0, 2.0", MaxFrameSize: 256, Healthcheck: true},
	}
	for _, want := range hellos {
		frame := want.Append(nil)[lengthSize:]
		_, n, err := ParseHeader(frame)
		if err != nil {
			t.Fatal(err)
		}
		got, err := ParseHaproxyHello(frame[n:])
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("HAPROXY-HELLO (-want +got):\n%s", diff)
		}
		for i := range frame[n:] {
			// A cut between two optional items leaves a HELLO that is whole.
			got, err := ParseHaproxyHello(frame[n : n+i : n+i])
			if err == nil && (got.EngineID != "" || got.Healthcheck) {
				t.Errorf("HAPROXY-HELLO of %d bytes is taken: %+v", i, got)
			}
		}
	}
	want := AgentHello{Version: "2.0", MaxFrameSize: 4096, Capabilities: "pipelining"}
	payload := want.Append(nil)[lengthSize+7:]
	got, err := ParseAgentHello(payload)
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("AGENT-HELLO %v (-want +got):\n%s", err, diff)
	}
	for i := range payload {
		if _, err := ParseAgentHello(payload[:i:i]); err == nil {
			t.Errorf("AGENT-HELLO of %d bytes is taken", i)
		}
	}
}

func TestHelloErrors(t *testing.T) {
	version := appendPair(nil, "supported-versions", String("2.0"))
	size := appendPair(nil, "max-frame-size", Uint32(16380))
	caps := appendPair(nil, "capabilities", String(""))
	join := func(parts ...[]byte) (b []byte) {
		for _, p := range parts {
			b = append(b, p...)
		}
		return b
	}
	tests := []struct {
		name    string
		payload []byte
		want    Status
	}{
		{"nothing", nil, StatusNoVersion},
		{"no version", join(size, caps), StatusNoVersion},
		{"version of the wrong type", join(appendPair(nil, "supported-versions", Int64(2)), size, caps), StatusNoVersion},
		{"no size", join(version, caps), StatusNoMaxFrameSize},
		{"size of the wrong type", join(version, appendPair(nil, "max-frame-size", String("1")), caps), StatusNoMaxFrameSize},
		{"no capabilities", join(version, size), StatusNoCapabilities},
		{"cut off", join(version, size, caps[:len(caps)-1]), StatusInvalid},
		{"unknown type", join(version, size, caps, []byte{1, 'k', 14}), StatusInvalid},
		{"other version", join(appendPair(nil, "supported-versions", String("1.0, 3.0")), size, caps), StatusBadVersion},
		{"size too small", join(version, appendPair(nil, "max-frame-size", Uint32(255)), caps), StatusBadFrameSize},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h, err := ParseHaproxyHello(tt.payload)
			if err == nil {
				_, err = Negotiate(h, 16380)
			}
			var e *Error
			if !errors.As(err, &e) || e.Status != tt.want {
				t.Errorf("error is %v, want status %d", err, tt.want)
			}
		})
	}
}

func TestNegotiate(t *testing.T) {
	tests := []struct {
		name  string
		hello HaproxyHello
		limit uint32
		want  AgentHello
	}{
		{"their size", HaproxyHello{Versions: "2.0", MaxFrameSize: 1000}, 2000, AgentHello{Version: "2.0", MaxFrameSize: 1000}},
		{"our size", HaproxyHello{Versions: "2.0", MaxFrameSize: 3000}, 2000, AgentHello{Version: "2.0", MaxFrameSize: 2000}},
		{"blanks", HaproxyHello{Versions: "1.0 , 2.0 ", MaxFrameSize: 1000, Capabilities: "async, pipelining , fragmentation"}, 1000,
			AgentHello{Version: "2.0", MaxFrameSize: 1000, Capabilities: "pipelining"}},
		{"only what we know", HaproxyHello{Versions: "2.0", MaxFrameSize: 1000, Capabilities: "async,fragmentation"}, 1000,
			AgentHello{Version: "2.0", MaxFrameSize: 1000}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Negotiate(tt.hello, tt.limit)
			if diff := cmp.Diff(tt.want, got); diff != "" || err != nil {
				t.Errorf("Negotiate: %v (-want +got):\n%s", err, diff)
			}
			if err := tt.hello.Check(got); err != nil {
				t.Errorf("HAProxy would not take it: %v", err)
			}
		})
	}
}

func TestHeaderPrefixes(t *testing.T) {
	want := Header{Type: FrameNotify, Flags: FlagFin, StreamID: 1 << 40, FrameID: 2288}
	frame := BeginFrame(nil, want)[lengthSize:]
	got, n, err := ParseHeader(frame)
	if diff := cmp.Diff(want, got); diff != "" || err != nil || n != len(frame) {
		t.Errorf("ParseHeader: %d, %v (-want +got):\n%s", n, err, diff)
	}
	for i := range frame {
		if _, _, err := ParseHeader(frame[:i:i]); err == nil {
			t.Errorf("ParseHeader takes %d bytes", i)
		}
	}
}

func TestNotifyPrefixes(t *testing.T) {
	var args []Arg
	for _, tt := range vectors {
		args = append(args, NewArg(tt.name, tt.v))
	}
	payload := AppendMessage(AppendMessage(nil, "first", args...), "second", NewArg("", Int64(1)))
	first := len(AppendMessage(nil, "first", args...))
	n := NewNotify(payload)
	var m Message
	var again []byte
	for n.Next(&m) {
		again = m.Append(again)
		checkArgs(t, &m)
	}
	if n.Err() != nil {
		t.Fatal(n.Err())
	}
	if diff := cmp.Diff(payload, again); diff != "" {
		t.Errorf("encoded again (-want +got):\n%s", diff)
	}
	for i := range payload {
		n := NewNotify(payload[:i:i])
		count := 0
		for n.Next(&m) {
			count++
		}
		wantErr := i != 0 && i != first
		if (n.Err() != nil) != wantErr || wantErr && !errors.Is(n.Err(), ErrShort) || count != i/first {
			t.Errorf("%d bytes: %d messages, %v", i, count, n.Err())
		}
	}
}

// checkArgs checks that the ways to an argument lead to the same one.
func checkArgs(t *testing.T, m *Message) {
	t.Helper()
	count := 0
	var a Arg
	for args := m.Args(); args.Next(&a); count++ {
		at, ok := m.ArgAt(count)
		if !ok || string(at.Name) != string(a.Name) || at.Value.String() != a.Value.String() {
			t.Errorf("ArgAt(%d) = %v, %v, want %v", count, at, ok, a)
		}
		if v, ok := m.Arg(string(a.Name)); !ok || v.String() != a.Value.String() {
			t.Errorf("Arg(%q) = %v, %v, want %v", a.Name, v, ok, a.Value)
		}
	}
	if count != m.NumArgs {
		t.Errorf("%d arguments, NumArgs is %d", count, m.NumArgs)
	}
	for _, i := range []int{-1, count} {
		if _, ok := m.ArgAt(i); ok {
			t.Errorf("ArgAt(%d) gives something", i)
		}
	}
	if _, ok := m.Arg("no such"); ok {
		t.Error("Arg gives something for a name that is not there")
	}
}

func TestErrorsCanBeTold(t *testing.T) {
	inner := errors.New("inner")
	err := error(&Error{Op: "read frame", Status: StatusTooBig, Err: &frameSizeError{2, 1}})
	if !errors.Is(err, ErrTooBig) || err.Error() != "spop: read frame: frame is too big: 2 bytes, limit 1" {
		t.Errorf("error is %v", err)
	}
	if err := (&Error{Op: "x", Err: inner}); !errors.Is(err, inner) {
		t.Errorf("%v hides its cause", err)
	}
	if got := (&Error{Op: "x", Status: StatusTimeout}).Error(); got != "spop: x: a timeout occurred" {
		t.Errorf("error is %q", got)
	}
	if Status(55).Known() || Status(55).String() != "status 55" {
		t.Error("status 55 is known")
	}
	if FrameType(55).String() != "frame type 55" || Kind(12).String() != "kind 12" || Scope(9).String() != "scope 9" {
		t.Error("unknown numbers have names")
	}
}
