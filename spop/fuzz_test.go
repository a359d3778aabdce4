package spop_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/spoa-lua/spoa-lua/spop"
	"github.com/spoa-lua/spoa-lua/spop/spoptest"
)

// captures returns what real HAProxy processes have sent, by file name.
func captures(t testing.TB) map[string][]byte {
	t.Helper()
	files := make(map[string][]byte)
	err := filepath.WalkDir("testdata/captures", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		files[path] = b
		return err
	})
	if err != nil || len(files) == 0 {
		t.Fatalf("captures: %v", err)
	}
	return files
}

// cutFrames returns the frames of a capture, without their lengths.
func cutFrames(t testing.TB, b []byte) (frames [][]byte) {
	t.Helper()
	for len(b) > 0 {
		if len(b) < 4 || len(b)-4 < int(binary.BigEndian.Uint32(b)) {
			t.Fatalf("%d bytes are left behind the last whole frame", len(b))
		}
		end := 4 + binary.BigEndian.Uint32(b)
		frames = append(frames, b[4:end])
		b = b[end:]
	}
	return frames
}

// addPayloads adds the payloads of all captured frames of that type.
func addPayloads(f *testing.F, typ spop.FrameType) {
	for _, b := range captures(f) {
		for _, frame := range cutFrames(f, b) {
			if h, n, err := spop.ParseHeader(frame); err == nil && h.Type == typ {
				f.Add(frame[n:])
			}
		}
	}
}

func FuzzVarint(f *testing.F) {
	for _, v := range []uint64{0, 239, 240, 2287, 2288, 1 << 40, 1<<64 - 1} {
		f.Add(spop.AppendVarint(nil, v))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		v, n := spop.ParseVarint(b)
		if n < 0 || n > len(b) {
			t.Fatalf("took %d of %d bytes", n, len(b))
		}
		again := spop.AppendVarint(nil, v)
		if got, k := spop.ParseVarint(again); got != v || k != len(again) {
			t.Fatalf("%d becomes %d", v, got)
		}
	})
}

func FuzzValue(f *testing.F) {
	for _, v := range []spop.Value{spop.Null(), spop.Bool(true), spop.Int32(-1), spop.Uint64(1 << 63), spop.String("x"), spop.Binary(nil)} {
		f.Add(v.Append(nil))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		v, n, err := spop.DecodeValue(b)
		if err != nil {
			return
		}
		if n < 1 || n > len(b) {
			t.Fatalf("took %d of %d bytes", n, len(b))
		}
		again := v.Append(nil)
		got, k, err := spop.DecodeValue(again)
		if err != nil || k != len(again) || got.String() != v.String() || !bytes.Equal(got.Append(nil), again) {
			t.Fatalf("%v becomes %v, %v", v, got, err)
		}
		if parsed, err := spop.ParseValue(v.String()); err != nil || parsed.String() != v.String() {
			t.Fatalf("%v as text becomes %v, %v", v, parsed, err)
		}
	})
}

func FuzzParseValue(f *testing.F) {
	for _, s := range []string{"null", "bool:true", "int:-1", "ip:::1", "bin:00ff", "str:x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v, err := spop.ParseValue(s)
		if err != nil {
			return
		}
		if again, err := spop.ParseValue(v.String()); err != nil || again.String() != v.String() {
			t.Fatalf("%q becomes %v, then %v, %v", s, v, again, err)
		}
	})
}

func FuzzHeader(f *testing.F) {
	for _, b := range captures(f) {
		for _, frame := range cutFrames(f, b) {
			f.Add(frame)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		h, n, err := spop.ParseHeader(b)
		if err != nil {
			return
		}
		if n > len(b) {
			t.Fatalf("took %d of %d bytes", n, len(b))
		}
		if again, _, err := spop.ParseHeader(spop.BeginFrame(nil, h)[4:]); err != nil || again != h {
			t.Fatalf("%+v becomes %+v, %v", h, again, err)
		}
	})
}

func FuzzNotify(f *testing.F) {
	addPayloads(f, spop.FrameNotify)
	f.Fuzz(func(t *testing.T, b []byte) {
		n := spop.NewNotify(b)
		var m spop.Message
		var again []byte
		for n.Next(&m) {
			count := 0
			var a spop.Arg
			for args := m.Args(); args.Next(&a); count++ {
				if _, ok := m.Arg(string(a.Name)); !ok {
					t.Fatalf("no argument %q", a.Name)
				}
			}
			if count != m.NumArgs {
				t.Fatalf("%d arguments, NumArgs is %d", count, m.NumArgs)
			}
			again = m.Append(again)
		}
		first, second := spop.NewNotify(b), spop.NewNotify(again)
		var m2 spop.Message
		for first.Next(&m) {
			if !second.Next(&m2) || !bytes.Equal(m.Name, m2.Name) || m.NumArgs != m2.NumArgs {
				t.Fatalf("message %q becomes %q, %v", m.Name, m2.Name, second.Err())
			}
		}
	})
}

func FuzzHello(f *testing.F) {
	addPayloads(f, spop.FrameHaproxyHello)
	agent := spop.AgentHello{Version: "2.0", MaxFrameSize: 1000, Capabilities: "pipelining"}
	f.Add(agent.Append(nil)[11:])
	f.Fuzz(func(t *testing.T, b []byte) {
		if h, err := spop.ParseHaproxyHello(b); err == nil {
			again, err := spop.ParseHaproxyHello(h.Append(nil)[11:])
			if err != nil || again != h {
				t.Fatalf("%+v becomes %+v, %v", h, again, err)
			}
			if answer, err := spop.Negotiate(h, 5000); err == nil && h.Check(answer) != nil {
				t.Fatalf("HAProxy does not take the answer %+v to %+v", answer, h)
			}
		}
		if h, err := spop.ParseAgentHello(b); err == nil {
			again, err := spop.ParseAgentHello(h.Append(nil)[11:])
			if err != nil || again != h {
				t.Fatalf("%+v becomes %+v, %v", h, again, err)
			}
		}
	})
}

func FuzzDisconnect(f *testing.F) {
	addPayloads(f, spop.FrameHaproxyDisconnect)
	f.Fuzz(func(t *testing.T, b []byte) {
		d := spop.ParseDisconnect(b)
		again := spop.ParseDisconnect(d.Append(nil, spop.FrameAgentDisconnect)[11:])
		if d.Status.Known() && again.Status != d.Status || len(again.Message) > 255 {
			t.Fatalf("%+v becomes %+v", d, again)
		}
	})
}

func FuzzActions(f *testing.F) {
	ack := spop.NewAck(1000)
	_ = ack.SetVar(spop.ScopeTransaction, "a", spop.Int32(-1))
	_ = ack.UnsetVar(spop.ScopeProcess, "b")
	f.Add(bytes.Clone(ack.Payload()))
	f.Add([]byte{0, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		actions, err := spop.ParseActions(b)
		again := spop.NewAck(1 << 20)
		for _, a := range actions {
			_ = a.String()
			if a.Type == spop.ActionSetVar && spop.CheckVarName(a.Scope, a.Name) == nil {
				if err := again.SetVar(a.Scope, a.Name, a.Value); err != nil {
					t.Fatalf("SetVar of %v: %v", a, err)
				}
			}
		}
		if _, err2 := spop.ParseActions(again.Payload()); err == nil && err2 != nil {
			t.Fatal(err2)
		}
	})
}

// FuzzServer sends bytes to a server. It must not panic or hang, end the
// connection, and send only what HAProxy takes: whole frames with FIN, one
// AGENT-HELLO at first, ACKs for NOTIFYs, one AGENT-DISCONNECT at last.
func FuzzServer(f *testing.F) {
	for _, b := range captures(f) {
		f.Add(b)
	}
	hello := spoptest.Hello32()
	f.Add(append(hello.Append(nil), spoptest.Notify(id(1), say("handover"), say("m"))...))
	f.Add(append(hello.Append(nil), spoptest.RawNotify(id(1), []byte{1, 'x', 3, 0xFF, 0xFF})...))
	handler := func(x *spop.Exchange) error {
		if firstName(x) == "handover" {
			x.HandOver()
		}
		return setName(x)
	}
	srv := spop.NewServer(spop.Config{Handler: spop.HandlerFunc(handler), MaxFrameSize: 16384})
	l := spoptest.NewListener()
	done := make(chan error, 1)
	go func() { done <- srv.Serve(l) }()
	f.Cleanup(func() { srv.Close(); <-done })
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 200<<10 {
			return
		}
		nc, err := l.Dial()
		if err != nil {
			t.Fatal(err)
		}
		defer nc.Close()
		p := spoptest.NewPeer(t, nc)
		p.Timeout = guard
		go func() { // ends with the connection
			_, _ = nc.Write(b)
			_ = nc.CloseWrite()
		}()
		checkAnswers(t, p, b)
	})
}

// checkAnswers reads until the server ends the connection.
func checkAnswers(t *testing.T, p *spoptest.Peer, sent []byte) {
	t.Helper()
	left := notifies(sent)
	for n := 0; ; n++ {
		f, err := p.TryFrame()
		if errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		switch f.Type {
		case spop.FrameAgentHello:
			if n != 0 {
				t.Fatal("AGENT-HELLO is not the first frame")
			}
		case spop.FrameAgentDisconnect:
			p.WantEnd()
			return
		case spop.FrameAck:
			if left[f.ID()]--; left[f.ID()] < 0 {
				t.Fatalf("one ACK too many for %v", f.ID())
			}
			if _, err := spop.ParseActions(f.Payload); err != nil {
				t.Fatal(err)
			}
		default:
			t.Fatalf("the server sends %s", f.Type)
		}
	}
}

// notifies counts the NOTIFYs in b by their ids.
func notifies(b []byte) map[spoptest.ID]int {
	ids := make(map[spoptest.ID]int)
	for len(b) >= 4 && len(b)-4 >= int(binary.BigEndian.Uint32(b)) {
		end := 4 + int(binary.BigEndian.Uint32(b))
		if h, _, err := spop.ParseHeader(b[4:end]); err == nil && h.Type == spop.FrameNotify {
			ids[spoptest.ID{Stream: h.StreamID, Frame: h.FrameID}]++
		}
		b = b[end:]
	}
	return ids
}
