package tests

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	lua "github.com/spoa-lua/spoa-lua/luabind/haproxy"
	"github.com/spoa-lua/spoa-lua/tests/agent"
	"github.com/spoa-lua/spoa-lua/tests/haproxy"
)

// differential is one script of tests/differential, which HAProxy runs by
// lua-load and the agent as a policy. What scripts share is in lib, which they
// require. The comments at its top say how:
//
//	-- since: VERSION       the first HAProxy that can load it
//	-- until: VERSION       and the last one
//	-- vars: NAMES          the variables to compare
//	-- call: WORDS          the arguments of the action
//	-- fetch: A,B           the script registers a fetch, called with these
//	-- converter: A,B       or a converter,
//	-- input: SAMPLE        of this
//	-- args: ARGS           what the SPOE message carries besides
//	-- args3: ARGS          and from HAProxy 3.0 on
//	-- before: VAR SAMPLE   a variable that is set before
//	-- request: URL HEADERS a request to try; several of them
//	-- show: FORMAT         a log-format to compare behind the action
//	-- headers: NAMES       headers of the answer to compare, which a reply may set
//	-- edits: NAMES         headers that the action edits; from 3.4 on of any names
//	-- body: yes            compare the body of the answer
//	-- twice: yes           the action runs twice
//	-- response: yes        it runs on the response of a server
type differential struct {
	name     string
	options  map[string]string
	requests []string
}

// unlike are the scripts that decide otherwise behind some versions, and why. A
// difference that is gone fails the test, unless it is there atTimes.
var unlike = map[string]map[string]string{
	"proc_var": {"2.6": "it has no core.get_var"},

	"converters_since3":  {"2.6": "it has none of these", "3.4": atTimes + "the time 0 is in the year 1900"},
	"converters_since32": {"2.6": "it has none of these", "3.0": "the same", "3.4": atTimes + "the time 0 is in the year 1900"},
	"converters_jwt_pss": {"2.6": "it has no PS256"},
	"converters":         {"3.4": atTimes + "the time 0 is in the year 1900"},
	"converters_numbers": {"3.4": atTimes + "the time 0 is in the year 1900"},
	"converters_jwt":     {"3.4": "an error for a key file that is none, and -2 for the algorithm none; the agent is as 3.2"},
	"patref":             {"3.4": "del takes one of several entries of a key; giveup leaves what was prepared to the next one"},
	"fetches_cookies":    {"2.6": "it has none of these"},
	"floats": {
		"2.6": "floats without a fraction are integers in the agent's VM, and print without .0, see doc/lua-language.md",
		"3.0": "the same",
		"3.2": "the same",
		"3.4": "the same",
	},
	"bytes": {
		"3.0": "HAProxy takes the offset for a variable's name since 2.9, which fails from Lua; the agent is as 2.6",
		"3.2": "the same",
		"3.4": "the same",
	},
}

const atTimes = "at times: "

// TestDifferential runs every script in both ways and compares statuses and
// variables.
func TestDifferential(t *testing.T) {
	all := differentials(t)
	eachVersion(t, func(t *testing.T, version string) {
		scripts := slices.DeleteFunc(slices.Clone(all), func(d *differential) bool { return !d.runsIn(version) })
		p := startDifferential(t, version, scripts)
		for _, d := range scripts {
			t.Run(d.name, func(t *testing.T) {
				reason, listed := unlike[d.name][version]
				for _, line := range d.requests {
					diff := d.compare(t, p.URL(), line)
					if (diff != "") != listed && (diff != "" || !strings.HasPrefix(reason, atTimes)) {
						t.Errorf("%s: listed as unlike: %t, differences:\n%s", line, listed, diff)
					}
				}
			})
		}
	})
}

// runsIn reports whether a version can load the script.
func (d *differential) runsIn(version string) bool {
	last, ok := d.options["until"]
	return version >= d.options["since"] && (!ok || version <= last)
}

// compare sends one request to each side and tells how they differ.
func (d *differential) compare(t *testing.T, url, line string) string {
	t.Helper()
	native, nativeStatus, nativeBody := d.ask(t, url, line, "haproxy")
	ours, status, body := d.ask(t, url, line, "agent")
	if code := ours.Get(errorHeader); code != "" {
		t.Errorf("%s: error variable is %s", line, code)
	}
	var diff strings.Builder
	if nativeStatus != status {
		fmt.Fprintf(&diff, "status by HAProxy %d, by the agent %d\n", nativeStatus, status)
	}
	differ := func(what, by, us string) {
		if by != us {
			fmt.Fprintf(&diff, "%s differs\nHAProxy %s\nagent   %s\n", what, by, us)
		}
	}
	for i, name := range append(d.vars(), "the message") {
		key := fmt.Sprintf("x-%d", i)
		differ(name, native.Get(key), ours.Get(key))
	}
	for name := range strings.FieldsSeq(d.options["headers"]) {
		differ("header "+name, strings.Join(native.Values(name), ", "), strings.Join(ours.Values(name), ", "))
	}
	if d.options["body"] != "" {
		differ("body", nativeBody, body)
	}
	return diff.String()
}

func (d *differential) ask(t *testing.T, url, line, by string) (http.Header, int, string) {
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
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, CheckRedirect: lastResponse}
	resp, err := client.Do(req)
	if errors.Is(err, io.EOF) {
		return http.Header{}, 0, "" // closed without an answer
	}
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.Header, resp.StatusCode, string(body)
}

func lastResponse(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

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
	files := folderFiles(t, "differential")
	rules := []string{"http-request set-var(txn.script) req.hdr(x-script)", "http-request set-var(txn.by) req.hdr(x-by)"}
	var groups, sections []string
	head := "global\n"
	if version >= "3.2" {
		// It pauses after 50 rules, and loops for ever when that follows core.msleep.
		head += "  tune.max-rules-at-once 10000\n"
	}
	for _, d := range scripts {
		head += "  lua-load " + d.name + ".lua\n"
		rules = append(rules, d.rules(version)...)
		groups = append(groups, "g-"+d.name)
		sections = append(sections, message(d.name, d.args(version), ""), "spoe-group g-"+d.name+"\n  messages "+d.name+"\n")
	}
	rules = append(rules, verdicts(version, scripts)...)
	for _, d := range scripts {
		rules = append(rules, d.answers()...)
	}
	spoe := "[lua]\nspoe-agent lua\n  groups " + strings.Join(groups, "\n  groups ") + "\n" + spoeOptions + strings.Join(sections, "\n")
	c := haproxy.Echo{SPOE: spoe, Rules: rules}.Config()
	c.CFG = head + c.CFG + origin + proxies
	maps.Copy(c.Files, files)
	files["haproxy.cfg"] = c.CFG // where the agent finds core.backends
	web, echo := startWebsite(t), startEchoServer(t)
	a := agent.Start(t, "--scripts", folder(t, files), "--egress", "127.0.0.1:"+web, "--egress", "127.0.0.1:"+echo)
	c.Version, c.WaitUp = version, []string{"agents"}
	c.Vars = map[string]string{"AGENT_ADDR": a.Addr, "WEB_PORT": web, "ECHO_PORT": echo}
	return haproxy.Start(t, c)
}

// args are those of the script's message.
func (d *differential) args(version string) string {
	args := d.options["args"]
	if version != "2.6" {
		args += " " + d.options["args3"]
	}
	if lua.HasHeaderLists(version) {
		args += " " + lua.HeaderListArgument
	}
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
func (d *differential) rules(version string) []string {
	native, ours := d.conditions()
	var rules []string
	if name, value, ok := strings.Cut(d.options["before"], " "); ok {
		rules = append(rules, "http-request set-var("+name+") "+value+" if { var(txn.script) -m str "+d.name+" }")
	}
	run := d.section() + " lua." + d.name + " " + d.options["call"]
	if params, ok := d.options["fetch"]; ok {
		run = "http-request set-var(txn." + d.name + ") lua." + d.name + "(" + params + ")"
	}
	if params, ok := d.options["converter"]; ok {
		run = "http-request set-var(txn." + d.name + ") " + d.options["input"] + ",lua." + d.name
		if params != "" {
			run += "(" + params + ")"
		}
	}
	group := append([]string{run + native, d.section() + " send-spoe-group lua g-" + d.name + ours}, d.edits(version)...)
	if d.options["twice"] != "" {
		group = append(group, group...)
	}
	return append(rules, group...)
}

// edits are the rules that do to a message what the action did in the agent.
func (d *differential) edits(version string) []string {
	names, ok := d.options["edits"]
	if !ok {
		return nil
	}
	if d.isResponse() {
		return append(lua.HeaderRules("lua", version, true, strings.Fields(names)), lua.StatusRules("lua", version)...)
	}
	return append(lua.HeaderRules("lua", version, false, strings.Fields(names)), lua.RequestRules("lua", version)...)
}

func (d *differential) isResponse() bool { return d.options["response"] != "" }

func (d *differential) section() string {
	if d.isResponse() {
		return "http-response"
	}
	return "http-request"
}

// verdicts are the rules behind all groups.
func verdicts(version string, scripts []*differential) []string {
	var headers []string
	for _, d := range scripts {
		headers = append(headers, strings.Fields(d.options["headers"])...)
	}
	slices.Sort(headers)
	var rules []string
	for _, response := range []bool{false, true} {
		rules = append(rules, lua.StreamRules("lua", version, response)...)
		replies := lua.ReplyRules("lua", version, response, nil)
		rules = append(rules, replies[:len(lua.Statuses)+1]...)
		rules = append(rules, lua.VerdictRules("lua", version, response)...)
	}
	return append(rules, lua.ReplyHeaderRules("lua", version, slices.Compact(headers))...)
}

// answers show what came of a script.
func (d *differential) answers() []string {
	native, ours := d.conditions()
	failed := ` hdr ` + errorHeader + ` "%[var(txn.lua.error)]"`
	if !d.isResponse() {
		return []string{"http-request return status 200 content-type text/plain string ok" + d.answer(" hdr ", "") + native,
			"http-request return status 200 content-type text/plain string ok" + d.answer(" hdr ", "lua.") + failed + ours}
	}
	rules := []string{"use_backend origin-server" + native, "use_backend origin-server" + ours, "http-request allow" + native, "http-request allow" + ours}
	for when, shown := range map[string]string{native: d.answer("\n ", ""), ours: d.answer("\n ", "lua.") + strings.Replace(failed, " hdr ", "\n ", 1)} {
		for header := range strings.SplitSeq(shown, "\n") {
			if header != "" {
				rules = append(rules, "http-response set-header"+header+when)
			}
		}
	}
	return rules
}

// conditions are those of requests that HAProxy's Lua, or the agent, runs the
// script for.
func (d *differential) conditions() (native, ours string) {
	script := " if { var(txn.script) -m str " + d.name + " }"
	return script + " { var(txn.by) -m str haproxy }", script + " { var(txn.by) -m str agent }"
}

// origin is the server whose responses some scripts run on.
const origin = `
frontend origin
  bind 127.0.0.1:${ORIGIN_PORT}
  http-request return status 200 content-type text/plain string origin hdr x-one a hdr x-two "b, c" hdr x-two d hdr set-cookie "a=1, 2"

backend origin-server
  server origin 127.0.0.1:${ORIGIN_PORT}
`

// proxies are sections that a script looks at.
const proxies = `
backend known
  server one 127.0.0.1:7001 weight 7
  server two 127.0.0.2:7002 backup weight 3
  server three 127.0.0.3:7003
  server six [::1]:7006

backend empty
  mode http

listen both
  bind 127.0.0.1:${BOTH_PORT}
  server one 127.0.0.1:7001 backup

backend raw
  mode tcp
  server one 127.0.0.1:7001
`

// answer shows the variables, which have a prefix behind their scope, and the
// format. Each begins with start.
func (d *differential) answer(start, prefix string) string {
	var b strings.Builder
	for i, name := range d.vars() {
		scope, rest, _ := strings.Cut(name, ".")
		fmt.Fprintf(&b, `%sx-%d "%%[var(%s.%s%s)]"`, start, i, scope, prefix, rest)
	}
	if show := d.options["show"]; show != "" {
		fmt.Fprintf(&b, `%sx-%d "%s"`, start, len(d.vars()), show)
	}
	return b.String()
}
