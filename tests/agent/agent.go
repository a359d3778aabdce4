// Package agent starts the spoa-lua binary for tests, as a user would.
package agent

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience is how long anything may take before a test fails.
const patience = time.Minute

// Process is a running spoa-lua. Its methods may be called by any goroutine.
type Process struct {
	// Addr is where it listens for HAProxy: the first of its listeners.
	Addr string
	// Metrics is where it serves metrics, "HOST:PORT".
	Metrics string

	tb   testing.TB
	cmd  *exec.Cmd
	exit chan struct{} // closed when the process is gone
	err  error         // of Wait, once exit is closed

	mu      sync.Mutex
	lines   []map[string]any
	changed *sync.Cond
}

// Start starts `spoa-lua run` with flags on a free port of its own and waits
// until it is ready. It is stopped when the test ends. A flag --listen in
// flags replaces the free port, and a flag --timeout the patient one that agents
// of tests have: how soon a busy machine answers is not what most are about.
func Start(tb testing.TB, flags ...string) *Process {
	tb.Helper()
	if !strings.Contains(strings.Join(flags, " "), "--listen") {
		flags = append([]string{"--listen", "127.0.0.1:0"}, flags...)
	}
	return start(tb, exec.Command(Binary(tb), arguments(flags)...))
}

// StartPassed is Start with a listening socket that is passed as systemd does.
func StartPassed(tb testing.TB, socket *os.File, flags ...string) *Process {
	tb.Helper()
	// systemd knows the process id before the program runs, and so does a shell.
	shell := []string{"-c", `LISTEN_FDS=1 LISTEN_PID=$$ exec "$0" "$@"`, Binary(tb)}
	cmd := exec.Command("sh", append(shell, arguments(flags)...)...)
	cmd.ExtraFiles = []*os.File{socket}
	return start(tb, cmd)
}

func arguments(flags []string) []string {
	return append([]string{"run", "--log-format", "json", "--metrics", "127.0.0.1:0", "--timeout", "10s"}, flags...)
}

func start(tb testing.TB, cmd *exec.Cmd) *Process {
	tb.Helper()
	p := &Process{tb: tb, cmd: cmd, exit: make(chan struct{})}
	p.changed = sync.NewCond(&p.mu)
	stderr, err := p.cmd.StderrPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	go p.read(stderr)
	tb.Cleanup(func() {
		p.Stop()
		if tb.Failed() {
			tb.Logf("agent's log:\n%s", p.Log())
		}
	})
	ready := p.WaitLog("ready")
	p.Addr, _, _ = strings.Cut(ready["listen"].(string), ",")
	p.Metrics, _ = ready["metrics"].(string)
	return p
}

var built struct {
	once sync.Once
	path string
	err  error
}

// Binary builds spoa-lua once for all tests of a process and returns its path.
func Binary(tb testing.TB) string {
	tb.Helper()
	built.once.Do(func() {
		dir, err := os.MkdirTemp("", "spoa-lua-test-")
		if err != nil {
			built.err = err
			return
		}
		built.path = filepath.Join(dir, "spoa-lua")
		out, err := exec.Command("go", "build", "-o", built.path, "github.com/spoa-lua/spoa-lua/cmd/spoa-lua").CombinedOutput()
		if err != nil {
			built.err = fmt.Errorf("go build: %w\n%s", err, out)
		}
	})
	if built.err != nil {
		tb.Fatal(built.err)
	}
	return built.path
}

// read gathers the log until the process ends.
func (p *Process) read(stderr io.Reader) {
	in := bufio.NewScanner(stderr)
	in.Buffer(nil, 1<<20)
	for in.Scan() {
		line := map[string]any{}
		if json.Unmarshal(in.Bytes(), &line) != nil {
			line = map[string]any{"msg": in.Text()}
		}
		p.mu.Lock()
		p.lines = append(p.lines, line)
		p.changed.Broadcast()
		p.mu.Unlock()
	}
	p.err = p.cmd.Wait()
	close(p.exit)
	p.changed.Broadcast()
}

// WaitLog waits for a log line with that message and returns its attributes.
// It also finds lines that were logged before.
func (p *Process) WaitLog(msg string) map[string]any { return p.WaitLogFrom(0, msg) }

// Lines returns how many lines have been logged: what WaitLogFrom starts at.
func (p *Process) Lines() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.lines)
}

// WaitLogFrom is WaitLog for the lines behind the first from ones.
func (p *Process) WaitLogFrom(from int, msg string) map[string]any {
	p.tb.Helper()
	line, _ := p.NextLog(from, msg)
	return line
}

// NextLog is WaitLogFrom that also tells how many lines there are up to the one
// found, it included: where to look for the next one.
func (p *Process) NextLog(from int, msg string) (line map[string]any, next int) {
	p.tb.Helper()
	timer := time.AfterFunc(patience, p.changed.Broadcast)
	defer timer.Stop()
	deadline := time.Now().Add(patience)
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := from; ; i++ {
		for i >= len(p.lines) {
			if time.Now().After(deadline) || p.gone() {
				p.tb.Fatalf("the agent has not logged %q:\n%s", msg, p.logLocked())
			}
			p.changed.Wait()
		}
		if p.lines[i]["msg"] == msg {
			return p.lines[i], i + 1
		}
	}
}

func (p *Process) gone() bool {
	select {
	case <-p.exit:
		return true
	default:
		return false
	}
}

// Log returns all that was logged, a line of JSON each.
func (p *Process) Log() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.logLocked()
}

func (p *Process) logLocked() string {
	var b strings.Builder
	for _, line := range p.lines {
		text, _ := json.Marshal(line)
		b.Write(append(text, '\n'))
	}
	return b.String()
}

// Signal sends a signal to the process.
func (p *Process) Signal(s os.Signal) {
	p.tb.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		p.tb.Error(err)
	}
}

// Pid returns the process id.
func (p *Process) Pid() int { return p.cmd.Process.Pid }

// Wait waits until the process is gone and returns its exit code.
func (p *Process) Wait() int {
	p.tb.Helper()
	select {
	case <-p.exit:
	case <-time.After(patience):
		p.tb.Errorf("the agent does not end:\n%s", p.Log())
		_ = p.cmd.Process.Kill()
		<-p.exit
	}
	return p.cmd.ProcessState.ExitCode()
}

// Stop sends SIGTERM and waits until the process is gone. It returns the exit
// code, and that of the first end when it is called again.
func (p *Process) Stop() int {
	p.tb.Helper()
	if !p.gone() {
		_ = p.cmd.Process.Signal(syscall.SIGTERM)
	}
	return p.Wait()
}

// Metric returns the value of a line of /metrics, by the line's text up to the
// blank before the value; 0 when there is none.
func (p *Process) Metric(name string) float64 {
	p.tb.Helper()
	resp, err := http.Get("http://" + p.Metrics + "/metrics")
	if err != nil {
		p.tb.Error(err)
		return 0
	}
	defer resp.Body.Close()
	in := bufio.NewScanner(resp.Body)
	for in.Scan() {
		if value, ok := strings.CutPrefix(in.Text(), name+" "); ok {
			var f float64
			if _, err := fmt.Sscan(value, &f); err != nil {
				p.tb.Errorf("metric %s: %v", name, err)
			}
			return f
		}
	}
	return 0
}
