//go:build !race

package spop_test

import (
	"testing"
	"time"

	"github.com/spoa-lua/spoa-lua/spop"
	"github.com/spoa-lua/spoa-lua/spop/spoptest"
)

// The way of a NOTIFY through the server allocates nothing: reading, decoding,
// the handler, the ACK, writing.
func TestAllocsOfAnExchange(t *testing.T) {
	a := spoptest.Start(t, spop.Config{Handler: spop.HandlerFunc(typicalHandler)})
	p := a.Ready()
	nc := p.Conn
	frame := spoptest.RawNotify(id(1), typicalMessage())
	buf := make([]byte, 4096)
	want := 13 + len("\x01\x03\x02\x05score\x04\xf0\x80\x00") - len("\x00\x00")
	_ = nc.SetDeadline(time.Time{})
	allocs := spoptest.Allocs(5000, func() {
		if _, err := nc.Write(frame); err != nil {
			t.Fatal(err)
		}
		for got := 0; got < want; {
			n, err := nc.Read(buf)
			if err != nil {
				t.Fatal(err)
			}
			got += n
		}
	})
	if allocs != 0 {
		t.Errorf("an exchange allocates %v times, want 0", allocs)
	}
}

func TestAllocsOfParsers(t *testing.T) {
	payload := typicalMessage()
	frame := spoptest.RawNotify(id(1), payload)[4:]
	ack := spop.NewAck(16380)
	tests := []struct {
		name string
		f    func()
	}{
		{"header", func() { _, _, _ = spop.ParseHeader(frame) }},
		{"message", func() {
			n := spop.NewNotify(payload)
			var m spop.Message
			for n.Next(&m) {
				_, _ = m.Arg("n")
				_, _ = m.ArgAt(3)
			}
		}},
		{"ack", func() {
			ack.Reset()
			_ = ack.SetVar(spop.ScopeTransaction, "a", spop.String("value"))
			_ = ack.UnsetVar(spop.ScopeTransaction, "b")
		}},
		{"variable name", func() { _, _, _ = spop.ParseVarName("txn.score") }},
	}
	for _, tt := range tests {
		if allocs := spoptest.Allocs(1000, tt.f); allocs != 0 {
			t.Errorf("%s: %v allocations, want 0", tt.name, allocs)
		}
	}
}
