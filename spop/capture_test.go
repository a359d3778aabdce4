package spop_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spoa-lua/spoa-lua/spop"
	"github.com/spoa-lua/spoa-lua/spop/spoptest"
)

// allTypes is what HAProxy sent for the message "all-types", apart from what
// differs between runs.
var allTypes = []string{
	"t=bool:true", "f=bool:false", "zero=int64:0", "small=int64:239", "edge=int64:240", "mid=int64:2287", "mid2=int64:2288",
	"big=int64:1099511627776", "neg=int64:-1", "min=int64:-9223372036854775808", "max=int64:9223372036854775807",
	"ip4=ipv4:127.0.0.1", "ip6=ipv6:2001:db8::1", "missing=null", "method=str", "path=str", "empty=str:", "host=str", "ua=str", "hdrs=bin",
}

// describeArgs returns the arguments of m as text; of those in the list of
// prefixes only the type, since their values differ between runs.
func describeArgs(m *spop.Message) []string {
	varying := map[string]bool{"method": true, "path": true, "host": true, "ua": true, "hdrs": true, "body": true, "len": true}
	var out []string
	var a spop.Arg
	for args := m.Args(); args.Next(&a); {
		text := a.Value.String()
		if varying[string(a.Name)] {
			text = a.Value.Kind().String()
		}
		out = append(out, string(a.Name)+"="+text)
	}
	return out
}

func TestCapturesParse(t *testing.T) {
	want := map[string][]string{
		"check-client-ip": {"=ipv4:127.0.0.1", "=ipv4:127.0.0.1", "unnamed=int64:7"},
		"all-types":       allTypes,
		"body-check":      {"body=bin", "len=int64"},
	}
	seen := make(map[string]int)
	for name, b := range captures(t) {
		t.Run(name, func(t *testing.T) {
			for i, frame := range cutFrames(t, b) {
				h, n, err := spop.ParseHeader(frame)
				if err != nil || h.Flags != spop.FlagFin {
					t.Fatalf("frame %d: %+v, %v", i, h, err)
				}
				seen[h.Type.String()]++
				switch h.Type {
				case spop.FrameHaproxyHello:
					checkCapturedHello(t, name, frame[n:])
				case spop.FrameHaproxyDisconnect:
					if d := spop.ParseDisconnect(frame[n:]); !d.Status.Known() || d.Message == "" {
						t.Errorf("DISCONNECT %+v", d)
					}
				case spop.FrameNotify:
					notify := spop.NewNotify(frame[n:])
					var m spop.Message
					var again []byte
					for notify.Next(&m) {
						seen[string(m.Name)]++
						again = m.Append(again)
						if diff := cmp.Diff(want[string(m.Name)], describeArgs(&m)); diff != "" {
							t.Errorf("message %q (-want +got):\n%s", m.Name, diff)
						}
					}
					if notify.Err() != nil {
						t.Error(notify.Err())
					}
					if diff := cmp.Diff(frame[n:], again); diff != "" {
						t.Errorf("encoded again (-want +got):\n%s", diff)
					}
				default:
					t.Errorf("frame %d is %s", i, h.Type)
				}
			}
		})
	}
	for _, what := range []string{"HAPROXY-HELLO", "HAPROXY-DISCONNECT", "NOTIFY", "check-client-ip", "all-types", "body-check"} {
		if seen[what] == 0 {
			t.Errorf("the captures hold no %s", what)
		}
	}
}

// checkCapturedHello holds spoptest's HELLOs to those of the real thing.
func checkCapturedHello(t *testing.T, name string, payload []byte) {
	t.Helper()
	got, err := spop.ParseHaproxyHello(payload)
	if err != nil {
		t.Fatal(err)
	}
	want := spoptest.Hello26()
	switch {
	case strings.Contains(name, "healthcheck"):
		want = spoptest.Healthcheck()
	case strings.Contains(name, "3.2"):
		want = spoptest.Hello32()
	case strings.Contains(name, "3.0"):
		want = spoptest.Hello30()
	}
	if want.EngineID != "" && len(got.EngineID) == len(want.EngineID) {
		want.EngineID = got.EngineID
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("HAPROXY-HELLO (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(payload, want.Append(nil)[11:]); diff != "" {
		t.Errorf("its bytes (-want +got):\n%s", diff)
	}
}

func TestCapturesReplay(t *testing.T) {
	splits := map[string][]int{"at once": nil, "byte by byte": make([]int, 12000)}
	for i := range splits["byte by byte"] {
		splits["byte by byte"][i] = 1
	}
	for name, b := range captures(t) {
		for split, pieces := range splits {
			t.Run(name+" "+split, func(t *testing.T) {
				p := spoptest.Start(t, spop.Config{Handler: spop.HandlerFunc(setName)}).Peer()
				end := false
				for _, frame := range cutFrames(t, b) {
					h, _, _ := spop.ParseHeader(frame)
					if h.Type == spop.FrameNotify {
						p.Expect(spoptest.ID{Stream: h.StreamID, Frame: h.FrameID})
					}
					end = end || h.Type == spop.FrameHaproxyDisconnect
				}
				p.Send(b, pieces...)
				if f := p.ReadFrame(); f.Type != spop.FrameAgentHello {
					t.Fatalf("first answer is %s", f.Type)
				}
				for range p.Missing() {
					if _, actions := p.ReadAck(); actions[0].Type != spop.ActionSetVar {
						t.Errorf("actions are %v", actions)
					}
				}
				switch {
				case end:
					p.WantDisconnect(spop.StatusNormal)
				case strings.Contains(name, "healthcheck"):
					p.WantEnd()
				default:
					p.Settle()
				}
			})
		}
	}
}
