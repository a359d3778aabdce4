package luabind

import (
	"bytes"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"github.com/spoa-lua/spoa-lua/spop"
)

// newMessage makes a message as HAProxy sends it.
func newMessage(tb testing.TB, name string, args ...spop.Arg) *spop.Message {
	tb.Helper()
	n := spop.NewNotify(spop.AppendMessage(nil, name, args...))
	m := new(spop.Message)
	if !n.Next(m) {
		tb.Fatalf("message %s: %v", name, n.Err())
	}
	return m
}

// arg parses "name=kind:value" or "name=null".
func arg(tb testing.TB, text string) spop.Arg {
	tb.Helper()
	name, value, _ := strings.Cut(text, "=")
	v, err := spop.ParseValue(value)
	if err != nil {
		tb.Fatal(err)
	}
	return spop.Arg{Name: []byte(name), Value: v}
}

func mustCompile(tb testing.TB, name, src string) *Script {
	tb.Helper()
	s, err := Compile(name, []byte(src))
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

// newTestVM makes a VM of one script called t.lua.
func newTestVM(tb testing.TB, p *Program, src string) *VM {
	tb.Helper()
	p.Scripts = append(p.Scripts, mustCompile(tb, "t.lua", src))
	vm, err := p.NewVM(nil)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(vm.Close)
	return vm
}

// exchange calls the handlers of a message and returns the actions as text.
func exchange(tb testing.TB, vm *VM, m *spop.Message) ([]string, error) {
	tb.Helper()
	ack := spop.NewAck(16380)
	vm.Begin(ack, nil)
	var err error
	for i, name := range vm.Messages() {
		if name == string(m.Name) {
			err = vm.Call(i, m)
		}
	}
	vm.End()
	return actionTexts(tb, ack), err
}

func actionTexts(tb testing.TB, ack *spop.Ack) []string {
	tb.Helper()
	actions, err := spop.ParseActions(ack.Payload())
	if err != nil {
		tb.Fatal(err)
	}
	texts := []string{}
	for _, a := range actions {
		if a.Type != spop.ActionNoop {
			texts = append(texts, strings.TrimSpace(escape(a.String())))
		}
	}
	return texts
}

// logRecorder keeps what is logged as lines of text.
type logRecorder struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (r *logRecorder) Write(b []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.buf.Write(b)
}

// lines returns what was logged and forgets it.
func (r *logRecorder) lines() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	text := strings.TrimSpace(r.buf.String())
	r.buf.Reset()
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}

func (r *logRecorder) logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(r, &slog.HandlerOptions{
		Level: slog.LevelDebug,
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		},
	}))
}

// A VM that is made beside other work lets it have the processor now and then.
func TestNewVMBesidePauses(t *testing.T) {
	t.Parallel()
	p := &Program{Scripts: []*Script{mustCompile(t, "t.lua", "for i = 1, 10000 do end spoa.on('m', function() for i = 1, 10000 do end end)")}}
	pauses := 0
	vm, err := p.NewVMBeside(nil, func() { pauses++ })
	if err != nil {
		t.Fatal(err)
	}
	defer vm.Close()
	loaded := pauses
	if want := 10000 / lookEvery; loaded != want {
		t.Errorf("%d pauses while the script was loaded, want %d", loaded, want)
	}
	vm.Begin(spop.NewAck(16380), nil)
	if err := vm.Call(0, newMessage(t, "m")); err != nil {
		t.Error(err)
	}
	vm.End()
	if pauses != loaded {
		t.Errorf("%d pauses while a message was answered, want none", pauses-loaded)
	}
}
