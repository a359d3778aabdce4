package tests

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spoa-lua/spoa-lua/tests/agent"
	"github.com/spoa-lua/spoa-lua/tests/haproxy"
)

var (
	// docExample is a lua block with the console block below it, and perhaps a
	// file block in front of it: "```file NAME".
	docExample = regexp.MustCompile("(?ms)(?:^```file (\\S+)\n([^`]*)^```\n)?^```lua\n(.*?)^```\n```console\n(.*?)^```$")
	docLua     = regexp.MustCompile("(?m)^```lua$")
)

// TestDocExamples runs the examples of the API reference: what `spoa-lua call`
// prints must be what the page shows. A line "error: TEXT" is a script error
// that the log tells, "log: TEXT" another line of the log.
func TestDocExamples(t *testing.T) {
	database, err := os.ReadFile("../luabind/testdata/mod/country.mmdb")
	if err != nil {
		t.Fatal(err)
	}
	servers := docServers(t)
	for _, page := range []string{"lua-api.md", "lua-modules.md"} {
		text, err := os.ReadFile(filepath.Join("..", "doc", page))
		if err != nil {
			t.Fatal(err)
		}
		examples := docExample.FindAllStringSubmatch(string(text), -1)
		if blocks := docLua.FindAllIndex(text, -1); len(blocks) != len(examples) || len(examples) == 0 {
			t.Fatalf("%s has %d lua blocks, of which %d are followed by what they print", page, len(blocks), len(examples))
		}
		for _, e := range examples {
			file, text, script, console := e[1], e[2], e[3], e[4]
			t.Run(page+"/"+firstLine(script), func(t *testing.T) {
				t.Parallel()
				dir := t.TempDir()
				writeDoc(t, dir, "example.lua", servers.in.Replace(script))
				if file != "" {
					writeDoc(t, dir, file, text)
				}
				writeDoc(t, dir, "country.mmdb", string(database))
				if diff := cmp.Diff(console, servers.out.Replace(runConsole(t, dir, servers.in.Replace(console)))); diff != "" {
					t.Errorf("%s says otherwise (-says +prints):\n%s", page, diff)
				}
			})
		}
	}
}

// docServers starts what the examples connect to: a website at port 8080 and an
// echo at 6379. The replacers put the ports in and out that they really have.
func docServers(t *testing.T) (servers struct{ in, out *strings.Replacer }) {
	t.Helper()
	web, echo := startWebsite(t), startEchoServer(t)
	servers.in = strings.NewReplacer(":8080", ":"+web, "6379", echo)
	servers.out = strings.NewReplacer(":"+web, ":8080", ":"+echo, ":6379")
	return servers
}

func writeDoc(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

// runConsole runs the commands of a console block and returns the block as it
// would have to be.
func runConsole(t *testing.T, dir, block string) string {
	var b strings.Builder
	for line := range strings.SplitSeq(block, "\n") {
		_, command, ok := strings.Cut(line, "spoa-lua call ")
		if !ok || !strings.HasPrefix(line, "$ ") {
			continue
		}
		args := append([]string{"call", "--log-format", "json"}, strings.Fields(command)...)
		cmd := exec.Command(agent.Binary(t), args...)
		cmd.Dir, cmd.Env = dir, append(os.Environ(), "SPOA_LUA_TIMEOUT=20s") // a busy machine takes longer than the usual
		var stdout, stderr strings.Builder
		cmd.Stdout, cmd.Stderr = &stdout, &stderr
		err := cmd.Run()
		logged := logLines(t, stderr.String())
		if failed := strings.Contains(logged, "error: ") || strings.Contains(logged, "log: message not answered"); failed != (err != nil) {
			t.Errorf("%s: ended with %v, logged:\n%s", line, err, stderr.String())
		}
		b.WriteString(line + "\n" + stdout.String() + logged)
	}
	return b.String()
}

// logLines returns the lines of a log as the pages show them.
func logLines(t *testing.T, log string) string {
	place := regexp.MustCompile(`^example\.lua:\d+: `)
	var b strings.Builder
	for line := range strings.SplitSeq(strings.TrimSpace(log), "\n") {
		if line == "" {
			continue
		}
		var record struct{ Msg, Err string }
		if err := json.Unmarshal([]byte(line), &record); err != nil {
			t.Errorf("log line %q: %v", line, err)
		}
		if strings.HasPrefix(record.Msg, "handler stopped") {
			continue // it comes in front of the line about the answer or behind it
		}
		if record.Msg == "script error" {
			if !place.MatchString(record.Err) {
				t.Errorf("error %q does not begin with file and line", record.Err)
			}
			b.WriteString("error: " + place.ReplaceAllString(record.Err, "") + "\n")
			continue
		}
		b.WriteString("log: " + record.Msg + "\n")
	}
	return b.String()
}

// TestReadme does what the README's "A policy in five minutes" says: its
// policy gives the answer shown, and every HAProxy takes its configuration.
func TestReadme(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	if lines := strings.Count(string(text), "\n"); lines >= 150 {
		t.Errorf("README.md has %d lines, wanted fewer than 150", lines)
	}
	dir := t.TempDir()
	blocks := regexp.MustCompile("(?ms)^```(\\w*)\n(.*?)^```$").FindAllStringSubmatch(string(text), -1)
	if len(blocks) != 4 || blocks[0][1] != "lua" || blocks[1][1] != "console" {
		t.Fatal("README.md has other blocks than a policy, a console, spoe.conf and haproxy.cfg")
	}
	if err := os.Mkdir(filepath.Join(dir, "policies"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "policies", "hello.lua"), []byte(blocks[0][2]), 0o644); err != nil {
		t.Fatal(err)
	}
	want := strings.TrimSuffix(blocks[1][2], "$ bin/spoa-lua run --scripts policies --error-var txn.error\n")
	if diff := cmp.Diff(want, runConsole(t, dir, blocks[1][2])); diff != "" {
		t.Errorf("README.md says otherwise (-says +prints):\n%s", diff)
	}
	write(t, dir, "policies/broken.lua", `spoa.on("check-request", function(msg) assert(msg.path ~= "/broken") end)`)
	free := strings.NewReplacer("127.0.0.1:8080", "127.0.0.1:${FRONTEND_PORT}", "127.0.0.1:9000 check", "${AGENT_ADDR} check inter 100ms fall 1",
		"timeout processing 500ms", "timeout processing 20s")
	for _, v := range haproxy.Versions {
		t.Run(v, func(t *testing.T) {
			t.Parallel()
			a := agent.Start(t, "--scripts", filepath.Join(dir, "policies"), "--error-var", "txn.error", "--timeout", "10s")
			p := haproxy.Start(t, haproxy.Config{
				Version: v, CFG: free.Replace(blocks[3][2]), Files: map[string]string{"spoe.conf": free.Replace(blocks[2][2])},
				Vars: map[string]string{"AGENT_ADDR": a.Addr}, WaitUp: []string{"policies"},
			})
			status := func(path string) int { return doRequest(t, get(t, p.URL()+path)).StatusCode }
			if got := []int{status("/"), status("/admin"), status("/broken")}; !slices.Equal(got, []int{200, 403, 503}) {
				t.Errorf("/, /admin and a script that fails are answered with %d, README.md says 200, 403 and 503", got)
			}
			a.Stop()
			if err := p.WaitDown("policies"); err != nil {
				t.Fatal(err)
			}
			if got := status("/"); got != 503 {
				t.Errorf("without the agent: status %d, README.md says that it fails closed", got)
			}
		})
	}
}
