//go:build linux

package main

import (
	"fmt"
	"slices"
	"strings"
)

// kind is where a policy runs.
type kind int

const (
	noPolicy kind = iota
	inLua         // in HAProxy
	nullAgent
	spoaLua
)

// row is a configuration under test, and a row of the table.
type row struct {
	name    string
	kind    kind
	message string // name of the policy
	try     try
	unix    bool // HAProxy asks over a unix socket
	base    int  // the row with the same policy in HAProxy's Lua
}

// rows returns what o asks for. Each run measures all of them.
func rows(o options) []row {
	list := []row{
		{name: "no policy", kind: noPolicy, base: 1},
		{name: "HAProxy's Lua, five values", kind: inLua, message: "five", base: 1},
		{name: "null agent", kind: nullAgent, message: "five", base: 1},
		{name: "spoa-lua, five values", kind: spoaLua, message: "five", base: 1},
	}
	if o.one {
		at := len(list)
		list = append(list,
			row{name: "HAProxy's Lua, one value", kind: inLua, message: "one", base: at},
			row{name: "spoa-lua, one value", kind: spoaLua, message: "one", base: at})
	}
	if o.unix {
		list = append(list, row{name: "spoa-lua, five values, unix socket", kind: spoaLua, message: "five", unix: true, base: 1})
	}
	for _, t := range o.tries {
		list = append(list, row{name: "spoa-lua, five values, " + t.text, kind: spoaLua, message: "five", try: t, base: 1})
	}
	return list
}

// try is what a row has more than the configuration for everybody: lines by
// the section to which they belong.
type try struct {
	text  string
	lines map[string]string
}

// sections are those that a try may add to; "server" is the line of the agent.
var sections = []string{"global", "spoe", "backend", "server"}

func parseTry(text string) (try, error) {
	t := try{text: text, lines: make(map[string]string)}
	for part := range strings.SplitSeq(text, ";") {
		section, line, ok := strings.Cut(strings.TrimSpace(part), ":")
		if !ok || !slices.Contains(sections, section) {
			return t, fmt.Errorf("%q must be SECTION: LINE, with one of %s", part, strings.Join(sections, ", "))
		}
		if section == "server" {
			t.lines[section] += " " + strings.TrimSpace(line)
			continue
		}
		t.lines[section] += "  " + strings.TrimSpace(line) + "\n"
	}
	return t, nil
}
