package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	goruntime "runtime"
	"strings"
	"sync"
	"testing"

	"github.com/spoa-lua/spoa-lua/spop"
)

// gate is a writer that waits until it is opened.
type gate struct {
	opened chan struct{}
	err    error // of the writes after that

	mu   sync.Mutex
	text strings.Builder
}

func (g *gate) Write(b []byte) (int, error) {
	<-g.opened
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.err != nil {
		return 0, g.err
	}
	return g.text.Write(b)
}

func (g *gate) fail(err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.err = err
}

func textLogger(w io.Writer) *slog.Logger { return slog.New(slog.NewTextHandler(w, nil)) }

// waits reports whether lines were not taken yet.
func (q *logQueue) waits() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.waiting) > 0
}

// TestLogQueueOfStuckLog has more lines logged than a log takes that hangs: nobody
// waits for it, and when it goes on it has all that there was room for, in order.
func TestLogQueueOfStuckLog(t *testing.T) {
	t.Parallel()
	out := &gate{opened: make(chan struct{})}
	q := newLogQueue(out, textLogger)
	line := strings.Repeat("x", 1000)
	fmt.Fprintf(q, "0 %s\n", line)
	for q.waits() { // until the queue hangs on its first line, so that it loses the last ones
		goruntime.Gosched()
	}
	for i := range 3 * logRoom / len(line) {
		fmt.Fprintf(q, "%d %s\n", i+1, line)
	}
	lost := q.Lost()
	if lost == 0 {
		t.Fatal("no line was lost, although there was no room for all")
	}
	close(out.opened)
	q.close()
	lines := strings.SplitAfter(out.text.String(), "\n")
	for i, l := range lines[:len(lines)-2] {
		if want := fmt.Sprintf("%d %s\n", i, line); l != want {
			t.Fatalf("line %d is %.20q, want %.20q", i, l, want)
		}
	}
	want := fmt.Sprintf(`level=WARN msg="log lines lost: they could not be written, or not in time" lines=%d`, lost)
	if last := lines[len(lines)-2]; !strings.Contains(last, want) {
		t.Errorf("behind them stands %q, want %s", last, want)
	}
}

// TestLogQueueOfFullDisk has writes fail for a while: the lines are counted, and
// told of when they are written again.
func TestLogQueueOfFullDisk(t *testing.T) {
	t.Parallel()
	out := &gate{opened: make(chan struct{}), err: errors.New("no space left")}
	close(out.opened)
	q := newLogQueue(out, textLogger)
	fmt.Fprint(q, "one\ntwo\n")
	for q.Lost() == 0 {
		fmt.Fprint(q, "") // until the two are written, which fails
	}
	out.fail(nil)
	fmt.Fprint(q, "three\n")
	q.close()
	if got := out.text.String(); !strings.HasPrefix(got, "three\n") || !strings.Contains(got, "lines=2") || q.Lost() != 2 {
		t.Errorf("the log is %q and %d lines are lost, want three and that 2 are", got, q.Lost())
	}
	fmt.Fprint(q, "late\n")
	if q.Lost() != 3 {
		t.Error("a line behind the end is not counted")
	}
}

// TestLogNobodyReads asks an agent whose log nobody reads, and then one whose
// log's reader has gone: all messages are answered, failing ones too.
func TestLogNobodyReads(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	script := `
spoa.on("good", function() for i = 1, 20 do spoa.log.info(("x"):rep(8000)) end set_var("txn.good", true) end)
spoa.on("bad", {on_error = {["txn.bad"] = true}}, function() error("always") end)`
	if err := os.WriteFile(filepath.Join(dir, "a.lua"), []byte(script), 0o600); err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	path, socket := filepath.Join(dir, "spoa-lua"), filepath.Join(dir, "socket")
	if err := os.Symlink(self, path); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, "run", "--scripts", dir, "--listen", "unix:"+socket)
	cmd.Env = append(os.Environ(), patient)
	log, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it was killed
	}()
	for in := bufio.NewReaderSize(log, 16); ; {
		line, err := in.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(line, "msg=ready") {
			break
		}
	}
	askAll(t, socket)
	log.Close()
	askAll(t, socket)
}

// askAll asks until more was logged than a pipe and the queue hold.
func askAll(t *testing.T, socket string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	c, err := spop.Dial(ctx, "unix:"+socket)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for i := range 20 {
		for _, name := range []string{"good", "bad"} {
			actions, err := c.Notify(ctx, spop.NewMessage(name))
			if err != nil || len(actions) != 1 || actions[0].Name != name {
				t.Fatalf("message %d of %s: %v, %v", i, name, actions, err)
			}
		}
	}
}
