package spoptest_test

import (
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/spoa-lua/spoa-lua/spop"
	"github.com/spoa-lua/spoa-lua/spop/spoptest"
)

// How a test of an agent looks.
func TestAgentAnswersOutOfOrder(t *testing.T) {
	release := make(chan struct{})
	agent := spoptest.Start(t, spop.Config{Handler: spop.HandlerFunc(func(x *spop.Exchange) error {
		if x.StreamID() == 1 {
			x.HandOver()
			<-release
		}
		return x.Ack().SetVar(spop.ScopeTransaction, "id", spop.Uint64(x.StreamID()))
	})})
	p := agent.Ready()
	first, second := spoptest.ID{Stream: 1, Frame: 1}, spoptest.ID{Stream: 3, Frame: 1}
	p.Notify(first, spop.NewMessage("m"))
	p.Notify(second, spop.NewMessage("m"))
	p.WantAck(second)
	close(release)
	if got := fmt.Sprint(p.WantAck(first)); got != "[set-var txn.id uint64:1]" {
		t.Errorf("actions are %s", got)
	}
	p.Settle()
}

// failing is a testing.TB that keeps what it is told.
type failing struct {
	testing.TB
	mu   sync.Mutex
	said []string
}

func (f *failing) Helper() {}

func (f *failing) Fatalf(format string, args ...any) {
	f.mu.Lock()
	f.said = append(f.said, fmt.Sprintf(format, args...))
	f.mu.Unlock()
	runtime.Goexit()
}

// A Peer must find the faults that it is there for.
func TestPeerFindsFaults(t *testing.T) {
	ack := func(id spoptest.ID, flags spop.Flags) []byte {
		return spoptest.Build(spop.Header{Type: spop.FrameAck, Flags: flags, StreamID: id.Stream, FrameID: id.Frame}, []byte{0, 0})
	}
	id := spoptest.ID{Stream: 1, Frame: 1}
	good := ack(id, spop.FlagFin)
	tests := []struct {
		name   string
		answer []byte
		want   string
	}{
		{"no answer", nil, "EOF"},
		{"half an answer", good[:8], "within a frame"},
		{"second ACK", append(slices.Clip(good), good...), "second ACK for 1/1"},
		{"ACK for nothing", ack(spoptest.ID{Stream: 9, Frame: 1}, spop.FlagFin), "ACK for 9/1, which was not sent"},
		{"no FIN", ack(id, 0), "flags of ACK"},
		{"DISCONNECT", spop.Disconnect{Status: spop.StatusIO}.Append(nil, spop.FrameAgentDisconnect), "AGENT-DISCONNECT 1"},
		{"unknown action", spoptest.Build(spop.Header{Type: spop.FrameAck, Flags: spop.FlagFin, StreamID: 1, FrameID: 1}, []byte{7, 0}), "unknown type 7"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			near, far := spoptest.Pipe()
			f := &failing{TB: t}
			var wg sync.WaitGroup
			wg.Go(func() {
				p := spoptest.NewPeer(f, near)
				p.Notify(id)
				p.ReadAck()
				p.ReadAck()
			})
			_, _ = io.ReadFull(far, make([]byte, 11))
			_, _ = far.Write(tt.answer)
			far.Close()
			wg.Wait()
			if got := strings.Join(f.said, "\n"); !strings.Contains(got, tt.want) {
				t.Errorf("the peer says %q, want %q", got, tt.want)
			}
		})
	}
}
