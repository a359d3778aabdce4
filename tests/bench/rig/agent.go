package rig

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// Binaries are the paths of the programs under test.
type Binaries struct{ Null, SpoaLua string }

// Build builds the agents into dir, as the Makefile does, but for a spoa-lua that
// is there already: its path, or "". It must be called in the root of the
// repository.
func Build(ctx context.Context, dir, spoaLua string) (Binaries, error) {
	b := Binaries{Null: filepath.Join(dir, "nullagent"), SpoaLua: spoaLua}
	wanted := map[string][]string{b.Null: {"./tests/nullagent"}}
	if spoaLua == "" {
		b.SpoaLua = filepath.Join(dir, "spoa-lua")
		wanted[b.SpoaLua] = []string{"-pgo", filepath.Join("tests", "bench", "cpu.pgo"), "./cmd/spoa-lua"}
	}
	for out, args := range wanted {
		cmd := exec.CommandContext(ctx, "go", append([]string{"build", "-o", out}, args...)...)
		if text, err := cmd.CombinedOutput(); err != nil {
			return b, fmt.Errorf("go build %s: %w\n%s", out, err, text)
		}
	}
	return b, nil
}

// Agent is a running agent. The caller must call Stop.
type Agent struct {
	// Addr is where it listens, as HAProxy and spoa-lua bench write it:
	// "HOST:PORT".
	Addr string

	cmd *exec.Cmd
}

// Start runs args with a free address at their end, on the cores of the list
// (as taskset takes it; "" means all) and with env added to the environment, and
// waits until it listens.
func Start(ctx context.Context, cores string, env []string, args ...string) (*Agent, error) {
	addr, err := freeAddr()
	if err != nil {
		return nil, err
	}
	args = append(args, addr)
	if cores != "" {
		args = append([]string{"taskset", "-c", cores}, args...)
	}
	a := &Agent{Addr: addr, cmd: exec.CommandContext(ctx, args[0], args[1:]...)}
	a.cmd.Env = append(os.Environ(), env...)
	var stderr bytes.Buffer
	a.cmd.Stderr = &stderr
	if err := a.cmd.Start(); err != nil {
		return nil, err
	}
	for range 100 {
		nc, err := net.Dial("tcp", addr)
		if err == nil {
			nc.Close()
			return a, nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	a.Stop()
	return nil, fmt.Errorf("%s is not ready after 5 s:\n%s", strings.Join(args, " "), stderr.String())
}

func freeAddr() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// PID returns the agent's process id: taskset becomes the agent.
func (a *Agent) PID() int { return a.cmd.Process.Pid }

// Stop ends the agent and waits for it.
func (a *Agent) Stop() {
	_ = a.cmd.Process.Signal(syscall.SIGTERM)
	_ = a.cmd.Wait()
}
