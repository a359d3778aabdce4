package luabind

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/spoa-lua/spoa-lua/spop"
)

// A file of testdata/hostile is a script that tries to hang, to exhaust memory
// or to get out. Its first line tells how that ends:
//
//	--> ok                  its handler of the message m returns
//	--> error TEXT          the handler's error contains this
//	--> stopped             it runs until it is stopped
//	--> load-error TEXT     it does not load, with this in the error

const (
	hostileEnv  = "SPOA_LUA_TEST_HOSTILE"
	hostileTime = 50 * time.Millisecond // what a script that hangs gets
	hostilePeak = 256 << 10             // kB
)

// TestHostile runs all of them in one process of its own, one after another,
// and looks at its memory.
func TestHostile(t *testing.T) {
	if os.Getenv(hostileEnv) != "" {
		runHostile(t)
		return
	}
	t.Parallel()
	cmd := exec.Command(os.Args[0], "-test.run=^TestHostile$", "-test.v")
	cmd.Env = append(os.Environ(), hostileEnv+"=1")
	out, err := cmd.CombinedOutput()
	t.Logf("%s", out)
	if err != nil {
		t.Error(err)
	}
}

func runHostile(t *testing.T) {
	files, err := filepath.Glob("testdata/hostile/*.lua")
	if err != nil || len(files) < 60 {
		t.Fatalf("%d files: %v", len(files), err)
	}
	// An agent runs with a limit of its container; the collector keeps to it.
	debug.SetMemoryLimit(160 << 20)
	p := &Program{Log: slog.New(slog.NewTextHandler(discard{}, nil))}
	normal := newTestVM(t, p, `spoa.on("m", function(msg) set_var("txn.ip", msg.ip) end)`)
	for _, file := range files {
		began := time.Now()
		got := endOf(t, p.Shared, file)
		t.Logf("%-32s %8.1f ms  peak %6d kB  %s", strings.TrimSuffix(filepath.Base(file), ".lua"),
			float64(time.Since(began).Microseconds())/1000, peak(t), clip(got))
		actions, err := exchange(t, normal, newMessage(t, "m", arg(t, "ip=ipv4:192.0.2.1")))
		if err != nil || len(actions) != 1 || actions[0] != "set-var txn.ip str:192.0.2.1" {
			t.Fatalf("after %s a normal policy gives %q, %v", file, actions, err)
		}
	}
	t.Logf("%d scripts, peak %d kB", len(files), peak(t))
	if got := peak(t); got >= hostilePeak && !raceEnabled {
		t.Errorf("the process took %d kB, the limit is %d", got, hostilePeak)
	}
}

// discard is a log that is written and not kept: unlike slog.DiscardHandler,
// records are made.
type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

// endOf runs a script, compares how it ends with its first line, and returns
// how it ended.
func endOf(t *testing.T, shared *Shared, file string) string {
	t.Helper()
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(src), "\n")
	want, ok := strings.CutPrefix(first, "--> ")
	if !ok {
		t.Fatalf("%s does not tell how it ends", file)
	}
	const patience = 2 * time.Minute // which ends a test that fails, not one on a slow machine
	load, limit := patience, patience
	switch {
	case strings.HasPrefix(want, "load-error stopped"):
		load = hostileTime
	case strings.HasPrefix(want, "stopped"):
		limit = hostileTime
	}
	got := "ok"
	if err := runOnce(t, shared, filepath.Base(file), src, load, limit); err != nil {
		got = err.Error()
	}
	kind, text, _ := strings.Cut(want, " ")
	if loads := strings.HasPrefix(got, "load-"); !strings.HasPrefix(got, kind) || !strings.Contains(got, text) || loads != (kind == "load-error") {
		t.Errorf("%s: got %q, want %q", file, clip(got), want)
	}
	return got
}

// runOnce loads a script, has it answer one message, and stops each when its time
// is over: how long a busy machine takes to load says nothing of a handler.
func runOnce(t *testing.T, shared *Shared, name string, src []byte, load, limit time.Duration) error {
	loading, stop := new(atomic.Bool), new(atomic.Bool)
	defer time.AfterFunc(load, func() { loading.Store(true) }).Stop()
	p := &Program{
		Scripts: []*Script{mustCompile(t, name, string(src))}, Shared: shared,
		Log:    slog.New(slog.NewTextHandler(discard{}, nil)),
		Module: func(_, name string) (*Script, error) { return nil, fmt.Errorf("%q not found", clip(name)) },
	}
	vm, err := p.NewVM(loading)
	if err != nil {
		return fmt.Errorf("load-error %w", err)
	}
	defer vm.Close()
	ack := spop.NewAck(16380)
	defer time.AfterFunc(limit, func() { stop.Store(true) }).Stop()
	vm.Begin(ack, stop)
	err = vm.Call(0, newMessage(t, "m", arg(t, "ip=ipv4:192.0.2.1")))
	reusable := vm.End()
	switch {
	case errors.Is(err, ErrStopped):
		return fmt.Errorf("stopped: %w", err)
	case err != nil:
		return fmt.Errorf("error %w", err)
	case !reusable:
		return errors.New("error: the VM is not reusable")
	}
	return nil
}

// peak is the most memory that the process has taken so far, in kB; 0 where
// the system does not tell.
func peak(t *testing.T) int {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	_, line, ok := strings.Cut(string(status), "VmHWM:")
	if err != nil || !ok {
		return 0
	}
	n, err := strconv.Atoi(strings.Fields(line)[0])
	if err != nil {
		t.Fatal(err)
	}
	return n
}
