package spop_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/spoa-lua/spoa-lua/spop"
)

// fewFiles makes TestFileLimit the server that may open few files.
const fewFiles = "SPOP_TEST_FEW_FILES"

// TestFileLimit has a process with a limit of 64 files serve 200 peers. It
// cannot accept them all; the connection that it has goes on, and when the
// peers are gone, new ones are served.
func TestFileLimit(t *testing.T) {
	if os.Getenv(fewFiles) != "" {
		serveWithFewFiles(t)
		return
	}
	t.Parallel()
	cmd := exec.Command(os.Args[0], "-test.run=^TestFileLimit$")
	cmd.Env = append(os.Environ(), fewFiles+"=1")
	in, out := pipes(t, cmd)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	addr := waitLine(t, lines, "serving ")
	good, err := spop.Dial(t.Context(), addr)
	if err != nil {
		t.Fatal(err)
	}
	wantName(t, good)
	var crowd []net.Conn
	for range 200 {
		nc, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		crowd = append(crowd, nc)
	}
	if text := waitLine(t, lines, "accept: "); !strings.Contains(text, "too many open files") {
		t.Errorf("accept failed with %q", text)
	}
	for range 100 {
		wantName(t, good)
	}
	for _, nc := range crowd {
		nc.Close()
	}
	late, err := spop.Dial(t.Context(), addr)
	if err != nil {
		t.Fatal(err)
	}
	wantName(t, late)
	wantName(t, good)
	good.Close()
	late.Close()
	in.Close()
	go io.Copy(io.Discard, out) // it ends with the process
	if err := cmd.Wait(); err != nil {
		t.Errorf("the server: %v", err)
	}
}

func pipes(t *testing.T, cmd *exec.Cmd) (io.WriteCloser, io.Reader) {
	t.Helper()
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = cmd.Stdout
	return in, out
}

func waitLine(t *testing.T, lines *bufio.Scanner, prefix string) string {
	t.Helper()
	var seen []string
	for lines.Scan() {
		if rest, ok := strings.CutPrefix(lines.Text(), prefix); ok {
			return rest
		}
		seen = append(seen, lines.Text())
	}
	t.Fatalf("the server has not said %q:\n%s", prefix, strings.Join(seen, "\n"))
	return ""
}

func wantName(t *testing.T, c *spop.Client) {
	t.Helper()
	actions, err := c.Notify(t.Context(), say("m"))
	if err != nil || len(actions) != 1 || actions[0].String() != named("m") {
		t.Fatalf("got %v, %v", actions, err)
	}
}

// serveWithFewFiles serves until its input ends.
func serveWithFewFiles(t *testing.T) {
	limit := syscall.Rlimit{Cur: 64, Max: 64}
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := spop.NewServer(spop.Config{
		Handler: spop.HandlerFunc(setName),
		Trace:   &spop.Trace{AcceptError: func(err error, _ time.Duration) { fmt.Println("accept:", err) }},
	})
	var serving sync.WaitGroup
	serving.Go(func() { _ = s.Serve(l) })
	fmt.Println("serving", l.Addr())
	_, _ = io.Copy(io.Discard, os.Stdin)
	ctx, cancel := context.WithTimeout(context.Background(), guard)
	defer cancel()
	if err := s.Shutdown(ctx); err != nil {
		t.Error(err)
	}
	serving.Wait()
}
