package tests

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spoa-lua/spoa-lua/tests/agent"
	"github.com/spoa-lua/spoa-lua/tests/haproxy"
)

// differential is one script of tests/differential, which HAProxy runs by
// lua-load and the agent as a policy. The comments at its top say how:
//
//	-- vars: NAMES          the variables to compare
//	-- call: WORDS          the arguments of the action
//	-- fetch: A,B           the script registers a fetch, called with these
//	-- converter: A,B       or a converter,
//	-- input: SAMPLE        of this
//	-- args: ARGS           what the SPOE message carries besides
//	-- before: VAR SAMPLE   a variable that is set before
//	-- request: URL HEADERS a request to try; several of them
type differential struct {
	name     string
	options  map[string]string
	requests []string
}

// unlike are the scripts that decide otherwise behind some versions, and why. A
// difference that is gone fails the test.
var unlike = map[string]map[string]string{
	"bytes": {
		"3.0": "HAProxy takes the offset for a variable's name since 2.9, which fails from Lua; the agent is as 2.6",
		"3.2": "the same",
	},
}

// TestDifferential runs every script in both ways and compares statuses and
// variables.
func TestDifferential(t *testing.T) {
	scripts := differentials(t)
	eachVersion(t, func(t *testing.T, version string) {
		p := startDifferential(t, version, scripts)
		for _, d := range scripts {
			t.Run(d.name, func(t *testing.T) {
				_, listed := unlike[d.name][version]
				for _, line := range d.requests {
					diff := d.compare(t, p.URL(), line)
					if (diff != "") != listed {
						t.Errorf("%s: listed as unlike: %t, differences:\n%s", line, listed, diff)
					}
				}
			})
		}
	})
}

// compare sends one request to each side and tells how they differ.
func (d *differential) compare(t *testing.T, url, line string) string {
	t.Helper()
	native, nativeStatus := d.ask(t, url, line, "haproxy")
	ours, status := d.ask(t, url, line, "agent")
	if code := ours.Get(errorHeader); code != "" {
		t.Errorf("%s: error variable is %s", line, code)
	}
	var diff strings.Builder
	if nativeStatus != status {
		fmt.Fprintf(&diff, "status by HAProxy %d, by the agent %d\n", nativeStatus, status)
	}
	for i, name := range d.vars() {
		key := fmt.Sprintf("x-%d", i)
		if native.Get(key) != ours.Get(key) {
			fmt.Fprintf(&diff, "%s differs\nHAProxy %s\nagent   %s\n", name, native.Get(key), ours.Get(key))
		}
	}
	return diff.String()
}

func (d *differential) ask(t *testing.T, url, line, by string) (http.Header, int) {
	t.Helper()
	words := strings.Fields(line)
	req := get(t, url+words[0])
	for _, w := range words[1:] {
		name, value, _ := strings.Cut(w, ":")
		req.Header.Add(name, value)
		if name == "Host" {
			req.Host = value
		}
	}
	req.Header.Set("X-Script", d.name)
	req.Header.Set("X-By", by)
	resp := doRequest(t, req)
	return resp.Header, resp.StatusCode
}

// doRequest sends a request that may have any answer.
func doRequest(t *testing.T, req *http.Request) *http.Response {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return resp
}

// vars are the names of the variables to compare.
func (d *differential) vars() []string {
	if d.isSample() {
		return []string{"txn." + d.name}
	}
	return strings.Fields(d.options["vars"])
}

// isSample reports whether the script registers a fetch or a converter.
func (d *differential) isSample() bool {
	_, fetch := d.options["fetch"]
	_, converter := d.options["converter"]
	return fetch || converter
}

// differentials reads the scripts.
func differentials(t *testing.T) []*differential {
	t.Helper()
	paths, err := filepath.Glob("differential/*.lua")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no scripts in tests/differential: %v", err)
	}
	var list []*differential
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		d := &differential{name: strings.TrimSuffix(filepath.Base(path), ".lua"), options: make(map[string]string)}
		for line := range strings.Lines(string(text)) {
			option, ok := strings.CutPrefix(line, "-- ")
			if !ok {
				break
			}
			key, value, _ := strings.Cut(strings.TrimSpace(option), ":")
			if key == "request" {
				d.requests = append(d.requests, strings.TrimSpace(value))
				continue
			}
			d.options[key] = strings.TrimSpace(value)
		}
		if len(d.requests) == 0 {
			t.Fatalf("%s has no request", path)
		}
		list = append(list, d)
	}
	return list
}

// startDifferential starts an HAProxy that has all scripts and asks an agent
// that has them too.
func startDifferential(t *testing.T, version string, scripts []*differential) *haproxy.Process {
	t.Helper()
	files := make(map[string]string)
	paths, err := filepath.Glob("differential/*.*")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		files[filepath.Base(path)] = string(text)
	}
	a := agent.Start(t, "--scripts", folder(t, files))
	var rules, groups, sections []string
	head := "global\n"
	for _, d := range scripts {
		head += "  lua-load " + d.name + ".lua\n"
		rules = append(rules, d.rules()...)
		groups = append(groups, "g-"+d.name)
		sections = append(sections, message(d.name, d.args(), ""), "spoe-group g-"+d.name+"\n  messages "+d.name+"\n")
	}
	spoe := "[lua]\nspoe-agent lua\n  groups " + strings.Join(groups, " ") + "\n" + spoeOptions + strings.Join(sections, "\n")
	c := haproxy.Echo{SPOE: spoe, Rules: rules}.Config()
	c.CFG = head + c.CFG
	for name, text := range files {
		c.Files[name] = text
	}
	c.Version, c.WaitUp = version, []string{"agents"}
	c.Vars = map[string]string{"AGENT_ADDR": a.Addr}
	return haproxy.Start(t, c)
}

// args are those of the script's message.
func (d *differential) args() string {
	args := d.options["args"]
	if input, ok := d.options["input"]; ok {
		args += " in=" + input
	}
	list := strings.Fields(d.options["call"])
	if d.isSample() {
		list = strings.FieldsFunc(d.options["fetch"]+d.options["converter"], func(r rune) bool { return r == ',' })
	}
	for i, a := range list {
		args += fmt.Sprintf(" arg%d=str(%s)", i+1, a)
	}
	return args
}

// rules are those of HAProxy's frontend for the script: both ways, and what
// makes the agent's verdict true.
func (d *differential) rules() []string {
	script := " if { req.hdr(x-script) -m str " + d.name + " }"
	native, ours := script+" { req.hdr(x-by) haproxy }", script+" { req.hdr(x-by) agent }"
	var rules []string
	if name, value, ok := strings.Cut(d.options["before"], " "); ok {
		rules = append(rules, "http-request set-var("+name+") "+value+script)
	}
	run := "http-request lua." + d.name + " " + d.options["call"]
	if params, ok := d.options["fetch"]; ok {
		run = "http-request set-var(txn." + d.name + ") lua." + d.name + "(" + params + ")"
	}
	if params, ok := d.options["converter"]; ok {
		run = "http-request set-var(txn." + d.name + ") " + d.options["input"] + ",lua." + d.name
		if params != "" {
			run += "(" + params + ")"
		}
	}
	rules = append(rules, run+native, "http-request send-spoe-group lua g-"+d.name+ours)
	for _, verdict := range verdicts {
		rules = append(rules, "http-request "+verdict.rule+ours+" { var(txn.lua.act) -m int "+verdict.code+" }")
	}
	return append(rules, d.answer("")+native, d.answer("lua.")+` hdr `+errorHeader+` "%[var(txn.lua.error)]"`+ours)
}

// verdicts are the rules that doc/haproxy-lua.md tells to write.
var verdicts = []struct{ code, rule string }{
	{"1", "allow"}, {"3", "deny deny_status 500"}, {"5", "deny"}, {"7", "deny deny_status 400"},
}

// answer shows the variables, which have a prefix behind their scope.
func (d *differential) answer(prefix string) string {
	var b strings.Builder
	b.WriteString("http-request return status 200 content-type text/plain string ok")
	for i, name := range d.vars() {
		scope, rest, _ := strings.Cut(name, ".")
		fmt.Fprintf(&b, ` hdr x-%d "%%[var(%s.%s%s)]"`, i, scope, prefix, rest)
	}
	return b.String()
}
