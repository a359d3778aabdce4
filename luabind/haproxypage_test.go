package luabind

import (
	"os"
	"regexp"
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/spop"
)

var quoted = regexp.MustCompile("`([^`]+)`")

// pageRows returns the cells of the tables below a heading.
func pageRows(t *testing.T, heading string) [][]string {
	t.Helper()
	page, err := os.ReadFile("../doc/haproxy-lua.md")
	if err != nil {
		t.Fatal(err)
	}
	_, text, ok := strings.Cut(string(page), "\n## "+heading+"\n")
	if !ok {
		t.Fatalf("no heading %q", heading)
	}
	text, _, _ = strings.Cut(text, "\n## ")
	var rows [][]string
	for line := range strings.Lines(text) {
		if cells := strings.Split(strings.TrimSpace(line), "|"); len(cells) == 4 && strings.Contains(cells[1], "`") {
			rows = append(rows, cells[1:3])
		}
	}
	return rows
}

// inAction runs Lua text in an action, with txn.
func inAction(t *testing.T, body string, args ...spop.Arg) ([]string, error) {
	t.Helper()
	return inActionOf(t, "http-req", body, args...)
}

func inActionOf(t *testing.T, facility, body string, args ...spop.Arg) ([]string, error) {
	t.Helper()
	vm := newTestVM(t, &Program{}, `core.register_action("check", {"`+facility+`"}, function(txn) `+body+` end)`)
	for i, name := range vm.Messages() {
		if name == "check" {
			return exchangeAt(t, vm, i, newMessage(t, "check", args...))
		}
	}
	t.Fatal("no message check")
	return nil, nil
}

func exchangeAt(t *testing.T, vm *VM, i int, m *spop.Message) ([]string, error) {
	t.Helper()
	ack := spop.NewAck(16380)
	vm.Begin(ack, nil)
	err := vm.Call(i, m)
	vm.End()
	return actionTexts(t, ack), err
}

// TestHAProxyPageWorks checks that what the page says to work is there, and
// that the page knows all that is there.
func TestHAProxyPageWorks(t *testing.T) {
	known := make(map[string]bool)
	for _, row := range pageRows(t, "What works") {
		for _, m := range quoted.FindAllStringSubmatch(row[0], -1) {
			known[m[1]] = true
			dot := strings.LastIndexByte(m[1], '.') // some names are keywords of Lua
			expr := m[1][:dot] + "['" + m[1][dot+1:] + "']"
			if _, err := inAction(t, "assert("+expr+" ~= nil)"); err != nil {
				t.Errorf("%s: %v", m[1], err)
			}
		}
	}
	raising := ""
	for _, row := range pageRows(t, "What raises an error") {
		raising += row[0]
	}
	vm := newTestVM(t, &Program{}, `local _ = core`)
	for _, name := range []string{"core", "act", "Map", "Regex", "filter", "CertCache", "ACME"} {
		vm.state.G.Global.RawGetString(name).(*lua.LTable).ForEach(func(key, _ lua.LValue) {
			full := name + "." + key.String()
			if name == "Map" && !strings.HasPrefix(key.String(), "_") && key.String() != "new" {
				return // the same constants without the underscore
			}
			if !known[full] && !strings.Contains(raising, full) && !unusableMap[key.String()] {
				t.Errorf("the page does not know %s", full)
			}
		})
	}
}

// unusableMap are the constants of Map that Map.new refuses, as in HAProxy.
var unusableMap = map[string]bool{"_found": true, "_bool": true, "_bin": true, "_len": true, "_regm": true}

// TestHAProxyPageErrors checks the texts of all errors.
func TestHAProxyPageErrors(t *testing.T) {
	for _, row := range pageRows(t, "What raises an error") {
		want := quoted.FindStringSubmatch(row[1])[1]
		for _, m := range quoted.FindAllStringSubmatch(row[0], -1) {
			var text string
			var err error
			if strings.HasPrefix(m[1], "txn") || strings.HasPrefix(m[1], "act.") {
				_, err = inAction(t, m[1])
			} else {
				p := &Program{Scripts: []*Script{mustCompile(t, "t.lua", m[1])}}
				_, err = p.NewVM(nil)
			}
			if err != nil {
				text = err.Error()
			}
			if text != "t.lua:1: "+want {
				t.Errorf("%s: got error %q, want %q", m[1], text, want)
			}
		}
	}
}
