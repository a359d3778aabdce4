package haproxy

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

const (
	defaultTimeout = time.Minute
	stopTimeout    = 5 * time.Second
	pollInterval   = 5 * time.Millisecond

	// startAttempts is how often StartErr draws new ports when another process
	// took one of them first.
	startAttempts = 5
)

// Process is a running HAProxy: a master and its worker. Its methods may be
// called from several goroutines, but Reload and WriteFile from one at a time.
type Process struct {
	cfg   Config
	files *fileSet
	cmd   *exec.Cmd

	// done is closed when the master has ended; exit holds why from then on.
	done chan struct{}
	exit error
}

// Start runs HAProxy and waits until it serves, and until the backends named in
// WaitUp are up. It fails the test with HAProxy's own messages when that does
// not happen. The process is stopped when the test ends; when the test has
// failed by then, the log of the process is printed.
func Start(tb testing.TB, c Config) *Process {
	tb.Helper()
	p, err := StartErr(c)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		p.Stop()
		if tb.Failed() {
			tb.Logf("log of haproxy %s:\n%s", c.Version, excerpt(p.Log()))
		}
		os.RemoveAll(p.files.dir)
	})
	return p
}

// StartErr is Start for callers without a test: it returns the error, and the
// caller must call Stop, and may remove Dir afterwards.
func StartErr(c Config) (*Process, error) {
	if c.Timeout == 0 {
		c.Timeout = defaultTimeout
	}
	path, err := binary(c.Version)
	if err != nil {
		return nil, err
	}
	for attempt := 1; ; attempt++ {
		p, err := launch(path, c)
		if err == nil {
			return p, nil
		}
		// The text of the C library, passed on by all versions of HAProxy.
		if attempt == startAttempts || !strings.Contains(err.Error(), "Address already in use") {
			return nil, err
		}
	}
}

// launch is one attempt of StartErr. It leaves nothing behind when it fails.
func launch(path string, c Config) (*Process, error) {
	set, err := newFileSet(c)
	if err != nil {
		return nil, err
	}
	p := &Process{cfg: c, files: set, done: make(chan struct{})}
	err = p.exec(path)
	if err == nil {
		err = p.waitServing()
	}
	for _, backend := range c.WaitUp {
		if err == nil {
			err = p.WaitUp(backend)
		}
	}
	if err != nil {
		p.Stop()
		os.RemoveAll(set.dir)
		return nil, err
	}
	return p, nil
}

// exec starts the master, which writes into a file: a pipe would stay open as
// long as any old worker drains.
func (p *Process) exec(path string) error {
	log, err := os.OpenFile(filepath.Join(p.files.dir, logFile), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		close(p.done)
		return fmt.Errorf("haproxy: %w", err)
	}
	cmd := exec.Command(path, "-W", "-S", filepath.Join(p.files.dir, masterSocket), "-f", harnessFile, "-f", mainFile)
	cmd.Dir, cmd.Env = p.files.dir, p.files.environ()
	cmd.Stdout, cmd.Stderr = log, log
	// The group lets Stop reach old workers too. The kernel ends the master when
	// the test binary dies without cleaning up, and the workers follow it.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	p.cmd = cmd

	started := make(chan error, 1)
	go func() { // ends with the process, which Stop waits for
		// Pdeathsig goes off when the thread that started the process ends, so
		// this goroutine keeps its thread for as long as the process lives.
		runtime.LockOSThread()
		defer close(p.done)
		defer log.Close()
		err := cmd.Start()
		started <- err
		if err == nil {
			p.exit = cmd.Wait()
		}
	}()
	if err := <-started; err != nil {
		return fmt.Errorf("haproxy: start version %s: %w", p.cfg.Version, err)
	}
	return nil
}

// waitServing asks the runtime API rather than the frontend: it answers when
// the worker's listeners are open, and no event reaches the agent from it. The
// master is asked too, since it is ready for signals only after its worker: a
// SIGUSR2 that comes earlier is lost.
func (p *Process) waitServing() error {
	return p.poll("served", func() (bool, error) {
		if _, err := p.workerPID(); err != nil {
			return false, nil //nolint:nilerr // it is not ready yet
		}
		_, err := p.command(masterSocket, "show proc")
		return err == nil, nil
	})
}

// poll calls ready until it says true, fails, the process ends or the time is up.
func (p *Process) poll(what string, ready func() (bool, error)) error {
	deadline := time.NewTimer(p.cfg.Timeout)
	defer deadline.Stop()
	tick := time.NewTicker(pollInterval)
	defer tick.Stop()
	for {
		ok, err := ready()
		if err != nil {
			return err
		}
		if ok {
			return nil
		}
		select {
		case <-tick.C:
		case <-p.done:
			return fmt.Errorf("haproxy %s ended before it %s: %w\n%s", p.cfg.Version, what, p.exitErr(), excerpt(p.Log()))
		case <-deadline.C:
			return fmt.Errorf("haproxy %s: not in %s that it %s\n%s", p.cfg.Version, p.cfg.Timeout, what, excerpt(p.Log()))
		}
	}
}

func (p *Process) exitErr() error {
	if p.exit == nil {
		return errors.New("exit status 0")
	}
	return p.exit
}

// Stop ends the process and its workers and waits for them, at most five
// seconds before they are killed. Calling it again does nothing.
func (p *Process) Stop() {
	if p.cmd == nil || p.cmd.Process == nil {
		return
	}
	pid := p.cmd.Process.Pid
	select {
	case <-p.done:
	default:
		_ = p.cmd.Process.Signal(syscall.SIGTERM)
	}
	select {
	case <-p.done:
	case <-time.After(stopTimeout):
		_ = syscall.Kill(-pid, syscall.SIGKILL)
		<-p.done
	}
	// A worker that outlived its master is still in the group; otherwise there
	// is no such group any more, and the error says so.
	_ = syscall.Kill(-pid, syscall.SIGKILL)
}

// Done is closed when the process has ended, by Stop or by itself.
func (p *Process) Done() <-chan struct{} { return p.done }

// Addr returns host and port of ${FRONTEND_PORT}, or "" when the configuration
// does not use it.
func (p *Process) Addr() string {
	port, ok := p.files.vars["FRONTEND_PORT"]
	if !ok {
		return ""
	}
	return net.JoinHostPort("127.0.0.1", port)
}

// URL returns "http://" and Addr, without a path.
func (p *Process) URL() string { return "http://" + p.Addr() }

// Port returns the value of a placeholder such as FRONTEND_PORT.
func (p *Process) Port(name string) string { return p.files.vars[name] }

// Dir returns the folder of the process, which holds its configuration.
func (p *Process) Dir() string { return p.files.dir }

// Log returns all that HAProxy has written to stdout and stderr so far, which
// includes its log lines when the configuration says "log stdout format raw
// daemon".
func (p *Process) Log() string {
	text, err := os.ReadFile(filepath.Join(p.files.dir, logFile))
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// excerptLines is how much of each end of a long log a failure shows.
const excerptLines = 60

// excerpt leaves out the middle of a long log: a process under load may have
// written a line per request.
func excerpt(log string) string {
	lines := strings.SplitAfter(log, "\n")
	left := len(lines) - 2*excerptLines
	if left <= 0 {
		return log
	}
	head, tail := lines[:excerptLines], lines[excerptLines+left:]
	return strings.Join(head, "") + fmt.Sprintf("... %d lines left out ...\n", left) + strings.Join(tail, "")
}
