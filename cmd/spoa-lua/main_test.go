package main

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"spoa-lua": main})
}

// TestScript runs the commands of testdata/script/*.txtar. Beside testscript's
// own there are
//
//	start NAME [VAR=VALUE...] ARG...   starts spoa-lua in the background
//	waitlog NAME REGEXP                waits until a line of its log matches, behind those found before
//	signal NAME HUP|INT|TERM           sends a signal to it
//	ends NAME CODE                     waits until it has ended with that code
//	exits CODE ARG...                  runs spoa-lua and wants that code
//	website                            starts servers of HTTP at $web and $tls
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		RequireUniqueNames:  true,
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			env.Values[agentsKey{}] = make(map[string]*background)
			env.Vars = append(env.Vars, patient)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"start": cmdStart, "waitlog": cmdWaitLog, "signal": cmdSignal, "ends": cmdEnds, "exits": cmdExits,
			"website": cmdWebsite,
		},
	})
}

type agentsKey struct{}

// background is a spoa-lua that runs beside a script.
type background struct {
	cmd  *exec.Cmd
	log  string // file
	read int    // bytes of the log that waitlog has passed
	done chan struct{}
}

// patience is how long anything may take before a script fails.
const patience = time.Minute

// patient has messages answered by their scripts on a busy machine too.
const patient = "SPOA_LUA_TIMEOUT=20s"

func running(ts *testscript.TestScript, args []string, count int) *background {
	if len(args) < count {
		ts.Fatalf("too few arguments")
	}
	a := ts.Value(agentsKey{}).(map[string]*background)[args[0]]
	if a == nil {
		ts.Fatalf("nothing called %s was started", args[0])
	}
	return a
}

func cmdStart(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: start NAME [VAR=VALUE...] ARG...")
	}
	name, args := args[0], args[1:]
	path, err := exec.LookPath("spoa-lua")
	ts.Check(err)
	a := &background{log: ts.MkAbs(name + ".log"), done: make(chan struct{})}
	log, err := os.Create(a.log)
	ts.Check(err)
	env := append(os.Environ(), patient)
	for strings.HasPrefix(args[0], "SPOA_LUA_") {
		env, args = append(env, args[0]), args[1:]
	}
	a.cmd = exec.Command(path, args...)
	a.cmd.Dir, a.cmd.Env, a.cmd.Stderr, a.cmd.Stdout = ts.MkAbs("."), env, log, log
	ts.Check(a.cmd.Start())
	go func() { // ends with the process, which the Defer below ends
		_ = a.cmd.Wait() // its code is asked for by ends
		log.Close()
		close(a.done)
	}()
	ts.Defer(func() {
		_ = a.cmd.Process.Kill()
		<-a.done
	})
	ts.Value(agentsKey{}).(map[string]*background)[name] = a
}

func cmdWaitLog(ts *testscript.TestScript, neg bool, args []string) {
	a := running(ts, args, 2)
	want, err := regexp.Compile("(?m)" + args[1])
	ts.Check(err)
	for began := time.Now(); ; time.Sleep(5 * time.Millisecond) {
		text, err := os.ReadFile(a.log)
		ts.Check(err)
		found := want.FindIndex(text[a.read:])
		if found != nil {
			if end := bytes.IndexByte(text[a.read+found[1]:], '\n'); end >= 0 {
				a.read += found[1] + end + 1
				return
			}
		}
		if neg || time.Since(began) > patience {
			ts.Fatalf("no line of the log matches %s:\n%s", args[1], text[a.read:])
		}
	}
}

func cmdSignal(ts *testscript.TestScript, neg bool, args []string) {
	a := running(ts, args, 2)
	s, ok := map[string]os.Signal{"HUP": syscall.SIGHUP, "INT": syscall.SIGINT, "TERM": syscall.SIGTERM}[args[1]]
	if neg || !ok {
		ts.Fatalf("usage: signal NAME HUP|INT|TERM")
	}
	ts.Check(a.cmd.Process.Signal(s))
}

func cmdEnds(ts *testscript.TestScript, neg bool, args []string) {
	a := running(ts, args, 2)
	select {
	case <-a.done:
	case <-time.After(patience):
		ts.Fatalf("%s has not ended", args[0])
	}
	if code := a.cmd.ProcessState.ExitCode(); neg || strconv.Itoa(code) != args[1] {
		text, err := os.ReadFile(a.log)
		ts.Check(err)
		ts.Fatalf("%s has ended with code %d, want %s:\n%s", args[0], code, args[1], text)
	}
}

// cmdExits writes what was printed to the files out and err.
func cmdExits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: exits CODE ARG...")
	}
	env := []string{patient}
	for args = args[0:]; len(args) > 1 && strings.HasPrefix(args[1], "SPOA_LUA_"); args = append(args[:1:1], args[2:]...) {
		env = append(env, args[1])
	}
	path, err := exec.LookPath("spoa-lua")
	ts.Check(err)
	cmd := exec.Command(path, args[1:]...)
	cmd.Dir, cmd.Env = ts.MkAbs("."), append(os.Environ(), env...)
	var out, errOut strings.Builder
	cmd.Stdout, cmd.Stderr = io.MultiWriter(&out, ts.Stdout()), io.MultiWriter(&errOut, ts.Stderr())
	if err := cmd.Start(); err != nil {
		ts.Fatalf("%v", err)
	}
	timer := time.AfterFunc(patience, func() { _ = cmd.Process.Kill() })
	defer timer.Stop()
	_ = cmd.Wait() // the code says it all
	ts.Check(os.WriteFile(ts.MkAbs("out"), []byte(out.String()), 0o644))
	ts.Check(os.WriteFile(ts.MkAbs("err"), []byte(errOut.String()), 0o644))
	if code := cmd.ProcessState.ExitCode(); strconv.Itoa(code) != args[0] {
		ts.Fatalf("exit code %d, want %s:\n%s%s", code, args[0], out.String(), errOut.String())
	}
}
