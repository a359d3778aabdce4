package tests

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/spoa-lua/spoa-lua/tests/agent"
	"github.com/spoa-lua/spoa-lua/tests/haproxy"
)

// movedPolicies are the folders of policies for HAProxy's own Lua.
var movedPolicies = filepath.Join(shippedDir, "haproxy-lua", "*")

// TestMoved moves each folder of tests/moved, and each policy that ships for
// HAProxy's own Lua, to the agent, by what spoa-lua haproxy-config writes and
// nothing else, and compares the answers to the requests of its file
// requests.txt. A folder holds:
//
//	lua-load.cfg or haproxy.cfg  HAProxy's configuration before
//	requests.txt                 a line for each request, see answerTo and cookies
//	agent.flags                  flags of the agent, if it takes any
//	expected.txt                 the answers, where HAProxy cannot run the script: see expected
//	decisions.txt                lines that some answers have, from both sides
//	since.txt                    the first version of HAProxy that it is for, if not all are
//	redis.txt                    addresses where each side finds a Redis of its own
//
// and the scripts and other files that they read. An address in these files, such
// as 127.0.0.1:8000, gets a free port; 8080 is the port that is asked, 9000 that of
// the agent.
func TestMoved(t *testing.T) {
	folders := movedFolders(t, "moved/*", movedPolicies)
	eachVersion(t, func(t *testing.T, version string) {
		for _, dir := range folders {
			if since, _ := os.ReadFile(filepath.Join(dir, "since.txt")); version < strings.TrimSpace(string(since)) {
				continue
			}
			t.Run(filepath.Base(dir), func(t *testing.T) {
				t.Parallel()
				newMove(t, version, dir).compare(t)
			})
		}
	})
}

// TestMovedPolicies shows that the files of each policy are those that the command
// writes, that every HAProxy takes them, and that the policy is in the index.
func TestMovedPolicies(t *testing.T) {
	folders := movedFolders(t, movedPolicies)
	index := readShipped(t, "README.md")
	for _, dir := range folders {
		name := filepath.Base(dir)
		if !strings.Contains(index, "[haproxy-lua/"+name+"](haproxy-lua/"+name+")") {
			t.Errorf("scripts/README.md does not name haproxy-lua/%s", name)
		}
		written := writtenFor(t, dir, "lua-load.cfg", "")
		for file, text := range written {
			if diff := cmp.Diff(text, readShipped(t, "haproxy-lua", name, file)); diff != "" {
				t.Errorf("%s is not what spoa-lua haproxy-config writes (-written +there):\n%s", filepath.Join(dir, file), diff)
			}
		}
		if !strings.HasPrefix(readShipped(t, "haproxy-lua", name, "README.md"), "# "+name+"\n") {
			t.Errorf("%s/README.md has no title", dir)
		}
	}
	eachVersion(t, func(t *testing.T, version string) {
		for _, dir := range folders {
			files := folderFiles(t, dir)
			output, err := haproxy.Check(haproxy.Config{Version: version, CFG: files["haproxy.cfg"], Files: files})
			if err != nil || strings.Contains(output, "WARNING") {
				t.Errorf("%s: haproxy -c: %v\n%s", dir, err, output)
			}
		}
	})
}

func movedFolders(t *testing.T, patterns ...string) []string {
	t.Helper()
	var folders []string
	for _, pattern := range patterns {
		list, err := filepath.Glob(pattern)
		if err != nil || len(list) == 0 {
			t.Fatalf("no folders %s: %v", pattern, err)
		}
		folders = append(folders, list...)
	}
	return folders
}

// move is one folder, before and after.
type move struct {
	requests      []string
	expected      map[string]string // by request, instead of before
	decisions     map[string]string // by request, lines of the answer
	before, after *haproxy.Process
}

func newMove(t *testing.T, version, dir string) *move {
	t.Helper()
	files := folderFiles(t, dir)
	m := &move{requests: nonEmpty(files["requests.txt"]), decisions: expected(files["decisions.txt"])}
	name := "haproxy.cfg"
	if files["lua-load.cfg"] != "" {
		name = "lua-load.cfg"
	}
	if files["expected.txt"] != "" {
		m.expected = expected(files["expected.txt"])
	} else {
		c := moved(version, files[name], files)
		c.Vars = redisPorts(t, files["redis.txt"])
		m.before = haproxy.Start(t, c)
	}
	maps.Copy(files, writtenFor(t, dir, name, version))
	c := moved(version, files["haproxy.cfg"], files)
	c.Vars = redisPorts(t, files["redis.txt"])
	flags := agentFlags(t, files["agent.flags"], c.Vars)
	a := agent.Start(t, append([]string{"--scripts", dir}, flags...)...)
	c.Vars["AGENT_ADDR"] = a.Addr
	c.WaitUp = []string{"spoa-lua"}
	if output, err := haproxy.Check(c); err != nil || strings.Contains(output, "WARNING") {
		t.Fatalf("haproxy -c: %v\n%s\n%s", err, output, c.CFG)
	}
	m.after = haproxy.Start(t, c)
	return m
}

// writtenFor returns what spoa-lua haproxy-config writes in a folder, for a
// version or for all.
func writtenFor(t *testing.T, dir, cfg, version string) map[string]string {
	t.Helper()
	out := t.TempDir()
	args := []string{"haproxy-config", "--scripts", ".", "--haproxy-cfg", cfg, "--haproxy-version", version, "--output", out}
	if text, code := runCommandIn(t, dir, args...); code != 0 {
		t.Fatalf("%s: haproxy-config ends with code %d: %s", dir, code, text)
	}
	written := map[string]string{}
	for _, name := range []string{"spoe.conf", "haproxy.cfg"} {
		text, err := os.ReadFile(filepath.Join(out, name))
		if err != nil {
			t.Fatal(err)
		}
		written[name] = string(text)
	}
	return written
}

var loopbackPort = regexp.MustCompile(`\b127\.0\.0\.1:(\d{4,5})\b`)

// freed puts placeholders of ports in the place of those that the files of a
// folder have.
func freed(text string) string {
	return loopbackPort.ReplaceAllStringFunc(text, func(addr string) string {
		switch _, port, _ := strings.Cut(addr, ":"); port {
		case "8080":
			return "127.0.0.1:${FRONTEND_PORT}"
		case "9000":
			return "${AGENT_ADDR}"
		default:
			return "127.0.0.1:${P" + port + "_PORT}"
		}
	})
}

var processing = regexp.MustCompile(`timeout processing \S+\n`)

// moved is HAProxy with the files of a folder, beside its scripts.
func moved(version, cfg string, files map[string]string) haproxy.Config {
	c := haproxy.Config{Version: version, CFG: freed(cfg), Files: map[string]string{}}
	for name, text := range files {
		switch {
		case name == "haproxy.cfg", strings.HasSuffix(name, ".md"), strings.HasSuffix(name, ".txt"):
			continue
		case name == "spoe.conf": // how long a busy machine takes is no matter here
			text = processing.ReplaceAllString(freed(text), "timeout processing 20s\n")
		}
		c.Files[name] = text
	}
	return c
}

var portName = regexp.MustCompile(`\$\{(P\d+_PORT)\}`)

// agentFlags are the words of agent.flags. The values of the placeholders in them
// are added to vars: the agent has to know them before HAProxy runs.
func agentFlags(t *testing.T, text string, vars map[string]string) []string {
	t.Helper()
	text = portName.ReplaceAllStringFunc(freed(strings.Join(nonEmpty(text), " ")), func(name string) string {
		name = name[2 : len(name)-1]
		if vars[name] == "" {
			vars[name] = haproxy.FreePort(t)
		}
		return vars[name]
	})
	return strings.Fields(text)
}

// expected reads expected.txt: behind each line "> REQUEST" the answer to it.
func expected(text string) map[string]string {
	answers := map[string]string{}
	for _, part := range strings.Split("\n"+text, "\n> ")[1:] {
		request, answer, _ := strings.Cut(part, "\n")
		answers[request] = strings.TrimSpace(answer)
	}
	return answers
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
	old, now := cookiesOf(m.requests), cookiesOf(m.requests)
	for _, line := range m.requests {
		want := m.expected[line]
		if m.before != nil {
			want = old.take(answerTo(t, m.before.URL(), old.fill(line)))
		}
		got := now.take(answerTo(t, m.after.URL(), now.fill(line)))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-by HAProxy or expected.txt +by the agent):\n%s", line, diff)
		}
		for part := range strings.Lines(m.decisions[line]) {
			if !strings.Contains(got+"\n", strings.TrimSpace(part)+"\n") {
				t.Errorf("%s: the answer has no line %q:\n%s", line, part, got)
			}
		}
		delete(m.decisions, line)
	}
	for line := range m.decisions {
		t.Errorf("decisions.txt: no such request: %s", line)
	}
	if t.Failed() {
		t.Logf("haproxy.cfg:\n%s", m.after.Log())
	}
}

// answerTo sends the request of a line: METHOD PATH [NAME:VALUE]... [BODY], the body
// behind an @, a blank in a value as %20. It returns status, header and body as text. A line that begins with
// "until NAME:VALUE" is sent until its answer has that header.
func answerTo(t *testing.T, url, line string) string {
	t.Helper()
	rest, until := strings.CutPrefix(line, "until ")
	if !until {
		return answer(t, url, line)
	}
	header, line, _ := strings.Cut(rest, " ")
	header = strings.Replace(header, ":", ": ", 1) + "\n"
	for end := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		got := answer(t, url, line)
		if strings.Contains(strings.ToLower(got)+"\n", strings.ToLower(header)) {
			return got
		}
		if time.Now().After(end) {
			t.Errorf("%s: no such header in a minute, the last answer is\n%s", line, got)
			return got
		}
	}
}

func answer(t *testing.T, url, line string) string {
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
		switch value = strings.ReplaceAll(value, "%20", " "); name {
		case "Host":
			req.Host = value
		case "User-Agent":
			req.Header.Set(name, value)
		default:
			req.Header.Add(name, value)
		}
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
	return strings.TrimSpace(strings.ReplaceAll(b.String(), "\r\n", "\n") + "\n" + string(text))
}
