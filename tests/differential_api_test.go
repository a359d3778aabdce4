package tests

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// notCompared are functions of doc/haproxy-lua.md that no script of
// tests/differential calls, and why.
var notCompared = map[string]string{
	"Map._beg": "Map.beg is the same constant, and its map is compared",
}

// traps are what scripts of others get wrong most often, or VMs do, and the
// scripts that compare each.
var traps = map[string]string{
	"a, b = b, a":                                "language",
	"gmatch and gsub after an empty match":       "language",
	"the prefix of variables":                    "variables",
	"an error lets the request pass":             "verdict_error",
	"os.date, tonumber, escapes, upper":          "language",
	"lists of headers begin at 0":                "headers",
	"headers of a reply that are no lists":       "verdict_doneplain",
	"nil for a variable":                         "variables",
	"nil for a fetch":                            "fetch_nil",
	"nil for a map":                              "maps",
	"an argument that is absent or has no value": "fetches_absent",
	"booleans are 1 and 0":                       "fetch_boolean",
	"a status is a literal":                      "replies",
	"the last value of a header":                 "fetches",
}

// TestDifferentialAPI holds every function that doc/haproxy-lua.md says to work to
// a script of tests/differential, and every trap.
func TestDifferentialAPI(t *testing.T) {
	t.Parallel()
	texts := map[string]string{}
	var all strings.Builder
	for _, d := range differentials(t) {
		text, err := os.ReadFile("differential/" + d.name + ".lua")
		if err != nil {
			t.Fatal(err)
		}
		texts[d.name] = string(text)
		all.Write(text)
	}
	words := map[string]bool{}
	for _, word := range regexp.MustCompile(`\w+`).FindAllString(all.String(), -1) {
		words[word] = true
	}
	page, err := os.ReadFile("../doc/haproxy-lua.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(page), "\n## What works\n")
	section, _, _ = strings.Cut(section, "\n## ")
	names := 0
	for line := range strings.Lines(section) {
		cells := strings.Split(line, "|")
		if len(cells) != 4 {
			continue
		}
		for _, m := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(cells[1], -1) {
			names++
			called := words[m[1][strings.LastIndexByte(m[1], '.')+1:]]
			if reason := notCompared[m[1]]; called == (reason != "") {
				t.Errorf("%s: a script names it: %t, reason why none does: %q", m[1], called, reason)
			}
		}
	}
	if names < 150 || len(texts) < 60 {
		t.Errorf("%d names of the API and %d scripts: the page or the scripts are elsewhere", names, len(texts))
	}
	for trap, script := range traps {
		if texts[script] == "" {
			t.Errorf("%s: there is no script %s", trap, script)
		}
	}
}
