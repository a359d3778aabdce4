package luabind

import (
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spoa-lua/spoa-lua/spop"
)

// A file of testdata holds cases, each behind a line "--- NAME". A case is a
// script called t.lua, whose line 1 is the one behind its name. Its comments
// "--> ..." tell in this order what to do and what must come of it:
//
//	load-error REGEXP       the script does not load
//	call MESSAGE ARG...     with arguments like ip=ipv4:192.0.2.1, %20 is a blank
//	set-var SCOPE.NAME V    an action of the last call, as spop prints it
//	unset-var SCOPE.NAME
//	error REGEXP            the last call returns this error
//	log REGEXP              what was logged since the last call began
//
// Actions and log lines that are not told fail the case.
type luaCase struct {
	name, src string
	loadError string
	log       []string // while loading
	calls     []luaCall
}

type luaCall struct {
	message string
	args    []string
	actions []string
	err     string
	log     []string
}

func TestLua(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.lua")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", err)
	}
	for _, file := range files {
		for _, c := range parseCases(t, file) {
			t.Run(filepath.Base(file)+"/"+c.name, func(t *testing.T) {
				t.Parallel()
				c.run(t)
			})
		}
	}
}

func parseCases(t *testing.T, file string) []*luaCase {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var cases []*luaCase
	for line := range strings.Lines(string(b)) {
		if name, ok := strings.CutPrefix(line, "--- "); ok {
			cases = append(cases, &luaCase{name: strings.TrimSpace(name)})
			continue
		}
		if len(cases) == 0 {
			continue
		}
		c := cases[len(cases)-1]
		c.src += line
		if text, ok := strings.CutPrefix(strings.TrimSpace(line), "--> "); ok {
			c.directive(t, text)
		}
	}
	return cases
}

func (c *luaCase) directive(t *testing.T, text string) {
	t.Helper()
	word, rest, _ := strings.Cut(text, " ")
	if word == "call" {
		f := strings.Fields(rest)
		c.calls = append(c.calls, luaCall{message: f[0], args: f[1:]})
		return
	}
	if word == "load-error" {
		c.loadError = rest
		return
	}
	if word == "log" && len(c.calls) == 0 {
		c.log = append(c.log, rest)
		return
	}
	call := &c.calls[len(c.calls)-1]
	switch word {
	case "set-var", "unset-var":
		call.actions = append(call.actions, text)
	case "error":
		call.err = rest
	case "log":
		call.log = append(call.log, rest)
	default:
		t.Fatalf("case %s: unknown directive %q", c.name, text)
	}
}

func (c *luaCase) run(t *testing.T) {
	var log logRecorder
	p := &Program{Log: log.logger(), Shared: NewShared(100), Vars: map[string]string{"dc": "fra1"}}
	p.Info = Info{Version: "1.2.3", Generation: 7, Hostname: "lb1.example.org"}
	p.ReadFile = func(_, path string) ([]byte, error) { return os.ReadFile(filepath.Join("testdata", path)) }
	p.OpenFile = func(_, path string) (*os.File, string, error) {
		f, err := os.Open(filepath.Join("testdata", path))
		return f, path, err
	}
	p.Module = func(_, name string) (*Script, error) {
		path := "mod/" + strings.ReplaceAll(name, ".", "/") + ".lua"
		b, err := os.ReadFile(filepath.Join("testdata", path))
		if err != nil {
			return nil, err
		}
		return Compile(path, b)
	}
	vm, err := c.load(p)
	matchError(t, "loading", err, c.loadError)
	matchLog(t, "loading", log.lines(), c.log)
	if err != nil {
		return
	}
	defer vm.Close()
	for _, call := range c.calls {
		what := "call " + call.message + " " + strings.Join(call.args, " ")
		got, err := exchange(t, vm, newMessage(t, call.message, caseArgs(t, call.args)...))
		matchError(t, what, err, call.err)
		if !slices.Equal(got, call.actions) {
			t.Errorf("%s: got actions\n\t%s\nwant\n\t%s", what, strings.Join(got, "\n\t"), strings.Join(call.actions, "\n\t"))
		}
		matchLog(t, what, log.lines(), call.log)
	}
}

func (c *luaCase) load(p *Program) (*VM, error) {
	s, err := Compile("t.lua", []byte(c.src))
	if err != nil {
		return nil, err
	}
	p.Scripts = []*Script{s}
	return p.NewVM(nil)
}

func caseArgs(t *testing.T, texts []string) []spop.Arg {
	t.Helper()
	var args []spop.Arg
	for _, text := range texts {
		text, err := url.PathUnescape(text)
		if err != nil {
			t.Fatal(err)
		}
		args = append(args, arg(t, text))
	}
	return args
}

func matchError(t *testing.T, what string, err error, want string) {
	t.Helper()
	switch {
	case err == nil && want != "":
		t.Errorf("%s: got no error, want %s", what, want)
	case err != nil && want == "":
		t.Errorf("%s: got error %q", what, err)
	case err != nil && !regexp.MustCompile(want).MatchString(err.Error()):
		t.Errorf("%s: got error\n\t%q\nwant\n\t%s", what, err, want)
	}
}

func matchLog(t *testing.T, what string, got, want []string) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: logged\n\t%s\nwant\n\t%s", what, strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
		return
	}
	for i := range got {
		if !regexp.MustCompile(want[i]).MatchString(got[i]) {
			t.Errorf("%s: logged\n\t%s\nwant\n\t%s", what, got[i], want[i])
		}
	}
}
