package runtime

import (
	"bytes"
	"context"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/spoa-lua/spoa-lua/spop"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// folderOf makes a folder with these files.
func folderOf(tb testing.TB, files map[string]string) string {
	tb.Helper()
	dir := tb.TempDir()
	for name, text := range files {
		save(tb, filepath.Join(dir, name), text)
	}
	return dir
}

// save writes a file in place.
func save(tb testing.TB, path, text string) {
	tb.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		tb.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		tb.Fatal(err)
	}
}

// logged is a log that tests read.
type logged struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *logged) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(b)
}

func (l *logged) count(text string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Count(l.buf.String(), text)
}

// newTest makes a Runtime of these scripts. It is closed when the test ends.
func newTest(tb testing.TB, cfg Config, files map[string]string) (r *Runtime, dir string, log *logged) {
	tb.Helper()
	dir, log = folderOf(tb, files), new(logged)
	cfg.Scripts = append(cfg.Scripts, dir)
	cfg.Log = slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	r, err := New(cfg)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		r.Close()
		if busy := busyVMs(r); busy != 0 {
			tb.Errorf("%d VMs are busy at the end, want none", busy)
		}
		if created, closed := r.vms.created.Load(), r.vms.closed.Load(); created != closed {
			tb.Errorf("%d VMs were made and %d closed", created, closed)
		}
	})
	return r, dir, log
}

// serve serves handler on a loopback port until the test ends.
func serve(tb testing.TB, cfg spop.Config) (addr string) {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	s := spop.NewServer(cfg)
	var serving sync.WaitGroup
	serving.Go(func() { _ = s.Serve(l) })
	tb.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := s.Shutdown(ctx); err != nil {
			tb.Errorf("shutdown: %v", err)
		}
		serving.Wait()
	})
	return l.Addr().String()
}

func dial(tb testing.TB, addr string) *spop.Client {
	tb.Helper()
	c, err := spop.Dial(tb.Context(), addr)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = c.Close() })
	return c
}

// ask sends one message without arguments and returns the actions as text.
func ask(tb testing.TB, c *spop.Client, names ...string) string {
	tb.Helper()
	var messages []spop.Message
	for _, name := range names {
		messages = append(messages, spop.NewMessage(name))
	}
	// A handler that fails the test ends its goroutine, and nobody answers.
	ctx, cancel := context.WithTimeout(tb.Context(), time.Minute)
	defer cancel()
	actions, err := c.Notify(ctx, messages...)
	if err != nil {
		tb.Fatalf("%s: %v", names, err)
	}
	return texts(actions)
}

func texts(actions []spop.Action) string {
	var list []string
	for _, a := range actions {
		if a.Type != spop.ActionNoop {
			list = append(list, a.String())
		}
	}
	return strings.Join(list, "; ")
}

// answerText is a script that answers the message m.
func answerText(answer string) string {
	return "spoa.on('m', function() set_var('txn.answer', '" + answer + "') end)\n"
}

// config is a Server's that r answers for.
func config(r *Runtime, timeout time.Duration) spop.Config {
	return spop.Config{Handler: r, Trace: r.Trace(), Timeout: timeout}
}

func busyVMs(r *Runtime) int {
	_, busy := r.countVMs()
	return busy
}
