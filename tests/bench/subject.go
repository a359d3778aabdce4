package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// The cores that processes are pinned to.
const (
	agentCore     = "0"
	generatorCore = "1"
	bothCores     = "0,1"
)

// binaries are the programs under test.
type binaries struct{ null, spoaLua string }

func build(ctx context.Context, dir string) (binaries, error) {
	b := binaries{null: filepath.Join(dir, "nullagent"), spoaLua: filepath.Join(dir, "spoa-lua")}
	profile := filepath.Join("tests", "bench", "cpu.pgo") // as in the Makefile
	for out, args := range map[string][]string{b.null: {"./tests/nullagent"}, b.spoaLua: {"-pgo", profile, "./cmd/spoa-lua"}} {
		cmd := exec.CommandContext(ctx, "go", append([]string{"build", "-o", out}, args...)...)
		if text, err := cmd.CombinedOutput(); err != nil {
			return b, fmt.Errorf("go build %s: %w\n%s", out, err, text)
		}
	}
	return b, nil
}

// subject is a running agent.
type subject struct {
	name      string
	cores     string
	generator string // its core
	addr      string
	cmd       *exec.Cmd
	expect    []string
}

// start starts the agents that o asks for. Those that are running already are
// returned with the error.
func start(ctx context.Context, bin binaries, o options) ([]*subject, error) {
	var subjects []*subject
	add := func(s *subject, env []string, args ...string) error {
		if err := s.start(ctx, env, args); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		subjects = append(subjects, s)
		return nil
	}
	env := strings.FieldsFunc(o.env, func(r rune) bool { return r == ',' })
	if !o.unpinned {
		s := &subject{name: "null agent", cores: agentCore, generator: generatorCore, expect: []string{"txn.score=int:5"}}
		if err := add(s, nil, bin.null, "-listen"); err != nil {
			return subjects, err
		}
	}
	for _, name := range strings.Split(o.policies, ",") {
		script := filepath.Join("tests", "bench", name+".lua")
		args := []string{bin.spoaLua, "run", "--timeout", "1s", "--scripts", script, "--listen"}
		s := &subject{name: name, cores: agentCore, generator: generatorCore, expect: expected[name]}
		if o.unpinned {
			s.name, s.generator = name+", one core", bothCores
		}
		if err := add(s, env, args...); err != nil {
			return subjects, err
		}
		if !o.unpinned {
			continue
		}
		two := &subject{name: name + ", two cores", cores: bothCores, generator: bothCores, expect: expected[name]}
		if err := add(two, env, args...); err != nil {
			return subjects, err
		}
	}
	return subjects, nil
}

// expected is what each policy sets for the typical request.
var expected = map[string][]string{
	"empty":     {"txn.method=null"},
	"one":       {"txn.method=str:GET"},
	"realistic": {"txn.score=int:36", "txn.deny=bool:false", "txn.host=str:www.example.org"},
}

// start runs args with a free address at their end.
func (s *subject) start(ctx context.Context, env, args []string) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	s.addr = l.Addr().String()
	l.Close()
	s.cmd = exec.CommandContext(ctx, "taskset", append([]string{"-c", s.cores}, append(args, s.addr)...)...)
	s.cmd.Env = append(os.Environ(), env...)
	var stderr bytes.Buffer
	s.cmd.Stderr = &stderr
	if err := s.cmd.Start(); err != nil {
		return err
	}
	for range 100 {
		nc, err := net.Dial("tcp", s.addr)
		if err == nil {
			nc.Close()
			return nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	s.stop()
	return fmt.Errorf("is not ready after 5 s:\n%s", stderr.String())
}

func (s *subject) stop() {
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	_ = s.cmd.Wait()
}

func stopAll(subjects []*subject) {
	for _, s := range subjects {
		s.stop()
	}
}

// load runs the generator once.
func (s *subject) load(ctx context.Context, bin binaries, l load, o options) (measurement, error) {
	args := []string{
		"-c", s.generator, bin.spoaLua, "bench", "--json", "--agent", s.addr, "--agent-pid", strconv.Itoa(s.cmd.Process.Pid),
		"--connections", strconv.Itoa(l.connections), "--depth", strconv.Itoa(l.depth),
		"--duration", o.duration.String(), "--warmup", o.warmup.String(),
	}
	for _, e := range s.expect {
		args = append(args, "--expect", e)
	}
	var m measurement
	out, err := exec.CommandContext(ctx, "taskset", args...).Output()
	if len(out) == 0 { // with wrong replies it ends with code 1, and tells all the same
		return m, fmt.Errorf("%s, load %s: %w", s.name, l, err)
	}
	return m, json.Unmarshal(out, &m)
}
