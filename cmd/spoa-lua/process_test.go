package main

import (
	"bytes"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// leaveSocket leaves a socket file behind that nobody listens on.
func leaveSocket(t *testing.T, path string) {
	t.Helper()
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	l.SetUnlinkOnClose(false)
	l.Close()
}

func uidOf(info fs.FileInfo) int { return int(info.Sys().(*syscall.Stat_t).Uid) }

// child is a spoa-lua that a Go test started.
type child struct {
	t    *testing.T
	cmd  *exec.Cmd
	done chan struct{}

	mu  sync.Mutex
	log bytes.Buffer
}

func (c *child) Write(b []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.log.Write(b)
}

func (c *child) text() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.log.String()
}

// startChild starts the command line "spoa-lua args..." through a shell that
// first sets LISTEN_PID to its own process id, as systemd does. The test binary
// is spoa-lua when it is called so.
func startChild(t *testing.T, env []string, files []*os.File, args ...string) *child {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "spoa-lua")
	if err := os.Symlink(self, path); err != nil {
		t.Fatal(err)
	}
	c := &child{t: t, done: make(chan struct{})}
	shell := []string{"-c", `LISTEN_PID=$$ WATCHDOG_PID=$$ exec "$0" "$@"`, path}
	c.cmd = exec.Command("sh", append(shell, args...)...)
	c.cmd.Env, c.cmd.ExtraFiles = append(os.Environ(), env...), files
	c.cmd.Stdout, c.cmd.Stderr = c, c
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { // ends with the process
		_ = c.cmd.Wait() // wantEnd asks for its code
		close(c.done)
	}()
	t.Cleanup(func() {
		_ = c.cmd.Process.Kill()
		<-c.done
		if t.Failed() {
			t.Logf("log of the child:\n%s", c.text())
		}
	})
	return c
}

// waitLog waits until the log matches and returns what the expression's group
// holds.
func (c *child) waitLog(expr string) string {
	c.t.Helper()
	want := regexp.MustCompile(expr)
	for began := time.Now(); time.Since(began) < patience; time.Sleep(5 * time.Millisecond) {
		if m := want.FindStringSubmatch(c.text()); m != nil {
			return m[len(m)-1]
		}
	}
	c.t.Fatalf("the log does not match %s", expr)
	return ""
}

func (c *child) signal(s os.Signal) {
	c.t.Helper()
	if err := c.cmd.Process.Signal(s); err != nil {
		c.t.Fatal(err)
	}
}

func (c *child) wantEnd(code int) {
	c.t.Helper()
	select {
	case <-c.done:
	case <-time.After(patience):
		c.t.Fatal("the child does not end")
	}
	if got := c.cmd.ProcessState.ExitCode(); got != code {
		c.t.Errorf("exit code %d, want %d", got, code)
	}
}

// TestEndsAlthoughAReadHangs has the agent read a pipe in which nothing comes, as
// from a disk that hangs: SIGTERM and SIGHUP do what they are for all the same.
func TestEndsAlthoughAReadHangs(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path, socket := filepath.Join(dir, "a.lua"), filepath.Join(dir, "socket")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	c := startChild(t, nil, nil, "run", "--scripts", path, "--listen", "unix:"+socket)
	for {
		script, err := os.OpenFile(path, os.O_WRONLY, 0) // waits for somebody who reads
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(c.text(), "msg=ready") {
			defer script.Close() // until then it hangs
			break
		}
		_, _ = script.WriteString("spoa.on('m', function() end)\n") // it may be gone by now
		script.Close()
	}
	c.signal(syscall.SIGHUP)
	c.signal(syscall.SIGTERM)
	c.waitLog("msg=stopped")
	c.wantEnd(0)
}
