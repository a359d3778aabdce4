// Package tests runs the spoa-lua binary behind real HAProxy processes of every
// version that is supported, as its users do.
package tests

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spoa-lua/spoa-lua/tests/agent"
	"github.com/spoa-lua/spoa-lua/tests/haproxy"
)

// errorHeader carries HAProxy's error variable: empty when the agent answered
// in time.
const errorHeader = "x-spoe-error"

// eachVersion runs f once for every version of HAProxy, in parallel.
func eachVersion(t *testing.T, f func(t *testing.T, version string)) {
	t.Helper()
	t.Parallel()
	for _, version := range haproxy.Versions {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			f(t, version)
		})
	}
}

// write writes a file below dir and makes the folders that it lies in.
func write(tb testing.TB, dir, name, text string) {
	tb.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		tb.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		tb.Fatal(err)
	}
}

// folder makes a folder with these files.
func folder(tb testing.TB, files map[string]string) string {
	tb.Helper()
	dir := tb.TempDir()
	for name, text := range files {
		write(tb, dir, name, text)
	}
	return dir
}

// startEcho starts HAProxy with the template "echo", which sends the message
// check for every request and shows txn.lua.answer as x-answer, in front of the
// agent at addr.
func startEcho(tb testing.TB, version, addr string) *haproxy.Process {
	tb.Helper()
	c := haproxy.Template(tb, "echo")
	c.Version, c.WaitUp = version, []string{"agents"}
	c.Vars = map[string]string{"AGENT_ADDR": addr}
	return haproxy.Start(tb, c)
}

// reply is HAProxy's answer to one request.
type reply struct {
	header http.Header
	took   time.Duration
}

// send sends a request over a connection of its own. It fails the test when
// the answer is not 200, or when the error variable is set.
func send(tb testing.TB, req *http.Request) reply {
	tb.Helper()
	r := sendAny(tb, req)
	if code := r.header.Get(errorHeader); code != "" {
		tb.Errorf("%s: error variable is %s, want none", req.URL.Path, code)
	}
	return r
}

// sendAny is send for requests whose error variable may be set.
func sendAny(tb testing.TB, req *http.Request) reply {
	tb.Helper()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: time.Minute}
	began := time.Now()
	resp, err := client.Do(req)
	if err != nil {
		tb.Fatal(err)
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		tb.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK {
		tb.Errorf("%s: got status %d, want 200", req.URL.Path, resp.StatusCode)
	}
	return reply{header: resp.Header, took: time.Since(began)}
}

// get makes a GET request.
func get(tb testing.TB, url string) *http.Request {
	tb.Helper()
	req, err := http.NewRequestWithContext(tb.Context(), http.MethodGet, url, nil)
	if err != nil {
		tb.Fatal(err)
	}
	return req
}

// post makes a POST request with a body.
func post(tb testing.TB, url, body string) *http.Request {
	tb.Helper()
	req, err := http.NewRequestWithContext(tb.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		tb.Fatal(err)
	}
	return req
}

// wantLog waits for a log line of the agent and checks that attribute attr
// contains text.
func wantLog(tb testing.TB, a *agent.Process, from int, msg, attr, text string) {
	tb.Helper()
	line := a.WaitLogFrom(from, msg)
	if got := fmt.Sprint(line[attr]); !strings.Contains(got, text) {
		tb.Errorf("log line %q: got %s=%q, want %q in it", msg, attr, got, text)
	}
}

// waitMetric waits until a metric of the agent has the value want. Metrics
// tell of things that nothing else reports.
func waitMetric(tb testing.TB, a *agent.Process, name string, want float64) {
	tb.Helper()
	var got float64
	waitFor(tb, func() bool { got = a.Metric(name); return got == want },
		func() string { return fmt.Sprintf("metric %s is %v, want %v", name, got, want) })
}

// waitFor asks again and again until ok says true.
func waitFor(tb testing.TB, ok func() bool, otherwise func() string) {
	tb.Helper()
	limit := time.NewTimer(time.Minute)
	defer limit.Stop()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-limit.C:
			tb.Fatal(otherwise())
		}
	}
}

// runCommand runs spoa-lua to its end and returns what it printed and its exit
// code.
func runCommand(tb testing.TB, args ...string) (output string, code int) {
	tb.Helper()
	return runCommandIn(tb, "", args...)
}

// runCommandIn is runCommand in a folder.
func runCommandIn(tb testing.TB, dir string, args ...string) (output string, code int) {
	tb.Helper()
	binary := agent.Binary(tb) // building it is no part of the command's time
	ctx, cancel := context.WithTimeout(tb.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary, args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		tb.Fatal(err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}
