package tests

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spoa-lua/spoa-lua/tests/agent"
	"github.com/spoa-lua/spoa-lua/tests/haproxy"
)

// TestMoved moves each folder of tests/moved from HAProxy's own Lua to the
// agent, by what spoa-lua haproxy-config writes and nothing else, and compares
// the answers to the requests of its file requests.txt. A folder holds
// haproxy.cfg, the scripts, and other files that they read.
func TestMoved(t *testing.T) {
	folders, err := filepath.Glob("moved/*")
	if err != nil || len(folders) == 0 {
		t.Fatalf("no folders in tests/moved: %v", err)
	}
	eachVersion(t, func(t *testing.T, version string) {
		for _, dir := range folders {
			t.Run(filepath.Base(dir), func(t *testing.T) {
				t.Parallel()
				newMove(t, version, dir).compare(t)
			})
		}
	})
}

// move is one folder, before and after.
type move struct {
	requests      []string
	before, after *haproxy.Process
}

func newMove(t *testing.T, version, dir string) *move {
	t.Helper()
	files := folderFiles(t, dir)
	m := &move{requests: nonEmpty(files["requests.txt"])}
	cfg := files["haproxy.cfg"]
	delete(files, "requests.txt")
	delete(files, "haproxy.cfg")
	m.before = haproxy.Start(t, haproxy.Config{Version: version, CFG: cfg, Files: files})

	scripts, out := dir, t.TempDir()
	args := []string{
		"haproxy-config", "--scripts", scripts, "--haproxy-cfg", filepath.Join(dir, "haproxy.cfg"),
		"--haproxy-version", version, "--agent", "${AGENT_ADDR}", "--output", out,
	}
	if text, code := runCommand(t, args...); code != 0 {
		t.Fatalf("haproxy-config ends with code %d: %s", code, text)
	}
	a := agent.Start(t, "--scripts", scripts)
	for _, name := range []string{"spoe.conf", "haproxy.cfg"} {
		text, err := os.ReadFile(filepath.Join(out, name))
		if err != nil {
			t.Fatal(err)
		}
		files[name] = string(text)
	}
	cfg = files["haproxy.cfg"]
	delete(files, "haproxy.cfg")
	c := haproxy.Config{Version: version, CFG: cfg, Files: files, Vars: map[string]string{"AGENT_ADDR": a.Addr}, WaitUp: []string{"spoa-lua"}}
	if output, err := haproxy.Check(c); err != nil || strings.Contains(output, "WARNING") {
		t.Fatalf("haproxy -c: %v\n%s\n%s", err, output, cfg)
	}
	m.after = haproxy.Start(t, c)
	return m
}

// folderFiles returns the files below a folder by their paths in it.
func folderFiles(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		files[name] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// nonEmpty are the lines that are neither empty nor comments.
func nonEmpty(text string) []string {
	var list []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			list = append(list, line)
		}
	}
	return list
}

func (m *move) compare(t *testing.T) {
	if len(m.requests) == 0 {
		t.Fatal("no requests")
	}
	for _, line := range m.requests {
		want, got := answerTo(t, m.before.URL(), line), answerTo(t, m.after.URL(), line)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-by HAProxy +by the agent):\n%s", line, diff)
		}
	}
	if t.Failed() {
		t.Logf("haproxy.cfg:\n%s", m.after.Log())
	}
}

// answerTo sends the request of a line: METHOD PATH [NAME:VALUE]... [BODY], the body
// behind an @. It returns status, header and body as text.
func answerTo(t *testing.T, url, line string) string {
	t.Helper()
	line, body, _ := strings.Cut(line, " @")
	words := strings.Fields(line)
	req, err := http.NewRequest(words[0], url+words[1], strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("User-Agent", "")
	for _, w := range words[2:] {
		name, value, _ := strings.Cut(w, ":")
		if name == "Host" {
			req.Host = value
			continue
		}
		req.Header.Add(name, value)
	}
	client := &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true, DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	resp, err := client.Do(req)
	if err != nil {
		return "no answer"
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(bufio.NewReader(resp.Body))
	if err != nil {
		return "a broken answer"
	}
	resp.Header.Del("Date")
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", resp.Status)
	if err := resp.Header.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String() + "\n" + string(text)
}
