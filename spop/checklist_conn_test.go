package spop_test

import (
	"bytes"
	"encoding/binary"
	"net"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/spoa-lua/spoa-lua/spop"
	"github.com/spoa-lua/spoa-lua/spop/spoptest"
)

// writeLog is a connection that keeps each Write apart.
type writeLog struct {
	*spoptest.PipeConn
	mu      sync.Mutex
	writes  [][]byte
	under   atomic.Int32
	overlap atomic.Bool
}

func (w *writeLog) Write(b []byte) (int, error) {
	if w.under.Add(1) > 1 {
		w.overlap.Store(true)
	}
	defer w.under.Add(-1)
	runtime.Gosched() // a second writer gets its chance
	w.mu.Lock()
	w.writes = append(w.writes, bytes.Clone(b))
	w.mu.Unlock()
	return w.PipeConn.Write(b)
}

func TestChecklist01OneWritePerFrame(t *testing.T) {
	near, far := spoptest.Pipe()
	log := &writeLog{PipeConn: far}
	h := func(x *spop.Exchange) error {
		if strings.HasPrefix(firstName(x), "slow") {
			x.HandOver()
			runtime.Gosched()
		}
		return setName(x)
	}
	a := spoptest.Start(t, spop.Config{Handler: spop.HandlerFunc(h)})
	if err := a.Listener.Offer(log); err != nil {
		t.Fatal(err)
	}
	p := spoptest.NewPeer(t, near)
	p.Hello(spoptest.Hello32())
	var burst []byte
	for n := 1; n <= 200; n++ {
		name := []string{"fast", "slow"}[n%2]
		p.Expect(id(n))
		burst = append(burst, spoptest.Notify(id(n), say(name))...)
	}
	p.Send(burst)
	p.Settle()
	log.mu.Lock()
	defer log.mu.Unlock()
	for i, w := range log.writes {
		for len(w) > 0 {
			if len(w) < 4 || len(w)-4 < int(binary.BigEndian.Uint32(w)) {
				t.Fatalf("write %d ends within a frame: % x", i, w)
			}
			w = w[4+binary.BigEndian.Uint32(w):]
		}
	}
	if log.overlap.Load() {
		t.Error("two goroutines wrote at once")
	}
	if len(log.writes) < 3 {
		t.Errorf("%d writes, want HELLO, ACKs and DISCONNECT at least", len(log.writes))
	}
}

func TestChecklist07DisconnectCodes(t *testing.T) {
	long := strings.Repeat("m", 300)
	for status := range spop.Status(120) {
		want := status
		if status > 13 {
			want = spop.StatusUnknown
		}
		frame := spop.Disconnect{Status: status, Message: long}.Append(nil, spop.FrameAgentDisconnect)
		h, n, err := spop.ParseHeader(frame[4:])
		if err != nil || h.StreamID != 0 || h.FrameID != 0 || h.Flags != spop.FlagFin {
			t.Fatalf("header %+v, %v", h, err)
		}
		got := spop.ParseDisconnect(frame[4+n:])
		if diff := cmp.Diff(spop.Disconnect{Status: want, Message: long[:255]}, got); diff != "" {
			t.Errorf("status %d (-want +got):\n%s", status, diff)
		}
	}
}

func TestChecklist07DisconnectIsAnswered(t *testing.T) {
	tests := []struct {
		name   string
		status spop.Status
		want   spop.CloseCause
	}{
		{"normal", spop.StatusNormal, spop.ClosePeer},
		{"timeout", spop.StatusTimeout, spop.ClosePeerError},
		{"unknown", spop.StatusUnknown, spop.ClosePeerError},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o, trace := observe()
			p := spoptest.StartTCP(t, spop.Config{Handler: spop.HandlerFunc(setName), Trace: trace}).Ready()
			p.Notify(id(1), say("m"))
			p.Send(spoptest.Disconnect(tt.status))
			p.WantAck(id(1))
			p.WantDisconnect(spop.StatusNormal)
			o.wantCause(t, tt.want)
		})
	}
	t.Run("before HELLO", func(t *testing.T) {
		p := spoptest.Start(t, spop.Config{Handler: spop.HandlerFunc(setName)}).Peer()
		p.Send(spoptest.Disconnect(spop.StatusNormal))
		p.WantDisconnect(spop.StatusNormal)
	})
}

func TestChecklist08PeerGoesWithoutAWord(t *testing.T) {
	tests := []struct {
		name string
		end  func(p *spoptest.Peer)
	}{
		{"close", func(p *spoptest.Peer) { p.Conn.Close() }},
		{"half close", func(p *spoptest.Peer) { _ = p.Conn.(*net.TCPConn).CloseWrite() }},
		{"reset", func(p *spoptest.Peer) { _ = p.Conn.(*net.TCPConn).SetLinger(0); p.Conn.Close() }},
		{"within a frame", func(p *spoptest.Peer) { p.Send([]byte{0, 0, 0, 99, 3}); p.Conn.Close() }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o, trace := observe()
			p := spoptest.StartTCP(t, spop.Config{Handler: spop.HandlerFunc(setName), Trace: trace}).Ready()
			p.Notify(id(1), say("m"))
			p.WantAck(id(1))
			tt.end(p)
			o.wantCause(t, spop.ClosePeer)
		})
	}
	t.Run("without a byte", func(t *testing.T) {
		o, trace := observe()
		p := spoptest.StartTCP(t, spop.Config{Handler: spop.HandlerFunc(setName), Trace: trace}).Peer()
		p.Conn.Close()
		o.wantCause(t, spop.ClosePeer)
	})
}

// What was asked before the end of the connection, or before a frame that ends
// it, is answered before the goodbye.
func TestChecklist08AnswersUnderWayAtTheEnd(t *testing.T) {
	tests := []struct {
		name string
		end  func(p *spoptest.Peer)
		want func(p *spoptest.Peer)
	}{
		{"half close", func(p *spoptest.Peer) { _ = p.Conn.(*spoptest.PipeConn).CloseWrite() }, (*spoptest.Peer).WantEnd},
		{"DISCONNECT", func(p *spoptest.Peer) { p.Send(spoptest.Disconnect(spop.StatusNormal)) },
			func(p *spoptest.Peer) { p.WantDisconnect(spop.StatusNormal) }},
		{"bad frame", func(p *spoptest.Peer) { p.Send([]byte{0, 0, 0, 0}) },
			func(p *spoptest.Peer) { p.WantDisconnect(spop.StatusInvalid) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := newGates()
				p := spoptest.Start(t, spop.Config{Handler: g}).Ready()
				p.Notify(id(1), say("handover"))
				tt.end(p)
				synctest.Wait() // the server has read all of it
				close(g.open)
				p.WantAck(id(1))
				tt.want(p)
			})
		})
	}
}

func TestChecklist11LengthOfAFrame(t *testing.T) {
	tests := []struct {
		name   string
		length uint32
		want   spop.Status
	}{
		{"0", 0, spop.StatusInvalid},
		{"1", 1, spop.StatusInvalid},
		{"6", 6, spop.StatusInvalid},
		{"one too many", 16381, spop.StatusTooBig},
		{"4 GiB", 1<<32 - 1, spop.StatusTooBig},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o, trace := observe()
			p := spoptest.StartTCP(t, spop.Config{Handler: spop.HandlerFunc(setName), Trace: trace}).Ready()
			p.Notify(id(1), say("m")) // must be answered all the same
			p.Send(binary.BigEndian.AppendUint32(nil, tt.length))
			p.WantAck(id(1))
			p.WantDisconnect(tt.want)
			if tt.want == spop.StatusTooBig {
				o.wantCause(t, spop.CloseTooBig)
				if o.tooBig.Load() != 1 {
					t.Error("TooBig was not called once")
				}
				return
			}
			o.wantCause(t, spop.CloseProtocol)
		})
		t.Run(tt.name+" before HELLO", func(t *testing.T) {
			p := spoptest.StartTCP(t, spop.Config{Handler: spop.HandlerFunc(setName)}).Peer()
			p.Send(binary.BigEndian.AppendUint32(nil, tt.length))
			p.WantDisconnect(tt.want)
		})
	}
	t.Run("small limit before HELLO", func(t *testing.T) {
		p := spoptest.StartTCP(t, spop.Config{Handler: spop.HandlerFunc(setName)}).Peer()
		p.Send(binary.BigEndian.AppendUint32(nil, 5000))
		p.WantDisconnect(spop.StatusTooBig)
	})
}

func TestChecklist11LengthAloneBuysNoMemory(t *testing.T) {
	a := spoptest.Start(t, spop.Config{Handler: spop.HandlerFunc(setName), MaxFrameSize: 64 << 20})
	p := a.Peer()
	hello := spoptest.Hello32()
	hello.MaxFrameSize = 64 << 20
	p.Hello(hello)
	p.Notify(id(1), say("m"))
	p.WantAck(id(1))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	p.Send(binary.BigEndian.AppendUint32(nil, 64<<20))
	for range 20 {
		p.Send(make([]byte, 100))
	}
	p.Conn.(*spoptest.PipeConn).CloseWrite()
	p.WantEnd()
	runtime.ReadMemStats(&after)
	if got := after.TotalAlloc - before.TotalAlloc; got > 1<<20 {
		t.Errorf("a length of 64 MiB with 2000 bytes behind it made the server allocate %d bytes", got)
	}
}

func TestChecklist12FragmentsAndOrder(t *testing.T) {
	hello := spoptest.Hello32()
	header := func(typ spop.FrameType, flags spop.Flags) []byte {
		return spoptest.Build(spop.Header{Type: typ, Flags: flags, StreamID: 1, FrameID: 1}, nil)
	}
	tests := []struct {
		name  string
		ready bool
		frame []byte
		want  spop.Status
	}{
		{"NOTIFY without FIN", true, header(spop.FrameNotify, 0), spop.StatusFragmentation},
		{"NOTIFY with ABORT", true, header(spop.FrameNotify, spop.FlagFin|spop.FlagAbort), spop.StatusFragmentation},
		{"UNSET", true, header(spop.FrameUnset, spop.FlagFin), spop.StatusFragmentation},
		{"second HELLO", true, hello.Append(nil), spop.StatusInvalid},
		{"NOTIFY before HELLO", false, header(spop.FrameNotify, spop.FlagFin), spop.StatusInvalid},
		{"unknown before HELLO", false, header(77, spop.FlagFin), spop.StatusInvalid},
		{"HELLO without FIN", false, spoptest.Build(spop.Header{Type: spop.FrameHaproxyHello}, nil), spop.StatusFragmentation},
		{"HELLO on a stream", false, header(spop.FrameHaproxyHello, spop.FlagFin), spop.StatusInvalid},
		{"ids cut off", true, append([]byte{0, 0, 0, 7}, 3, 0, 0, 0, 1, 0xF0, 0x80), spop.StatusInvalid},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o, trace := observe()
			p := spoptest.StartTCP(t, spop.Config{Handler: spop.HandlerFunc(setName), Trace: trace}).Peer()
			if tt.ready {
				p.Hello(hello)
			}
			p.Send(tt.frame)
			p.WantDisconnect(tt.want)
			o.wantCause(t, spop.CloseProtocol)
		})
	}
	t.Run("unknown types are passed over", func(t *testing.T) {
		o, trace := observe()
		p := spoptest.Start(t, spop.Config{Handler: spop.HandlerFunc(setName), Trace: trace}).Ready()
		for _, typ := range []spop.FrameType{4, 100, spop.FrameAgentHello, spop.FrameAck, 255} {
			p.Send(header(typ, spop.FlagFin))
		}
		p.Notify(id(1), say("m"))
		p.WantAck(id(1))
		p.Settle()
		if got := o.skipped.Load(); got != 5 {
			t.Errorf("Skipped was called %d times, want 5", got)
		}
	})
}

func TestChecklist18Healthcheck(t *testing.T) {
	o, trace := observe()
	p := spoptest.StartTCP(t, spop.Config{Handler: spop.HandlerFunc(setName), Trace: trace}).Peer()
	h := spoptest.Healthcheck()
	if n := len(h.Append(nil)); n != 82 {
		t.Errorf("the health check takes %d bytes, want 82", n)
	}
	p.Hello(h)
	p.WantEnd()
	o.wantCause(t, spop.CloseHealthcheck)
	if o.ready.Load() != 0 {
		t.Error("ConnReady was called for a health check")
	}
}
