package haproxyconf

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRead(t *testing.T) {
	e, err := Read(strings.NewReader(`
frontend web
  http-request lua.guard strict "two words" a\ b 'it''s' if { path "/ #" } # why
	tcp-request  content lua.early unless LOCAL
  http-response lua.stamp # if
  # http-request lua.off
  http-request use-service lua.page if { path /page }
  use_backend %[lua.choose(a,b)] if { src,lua.listed -m bool }
`))
	if err != nil {
		t.Fatal(err)
	}
	calls := []Call{
		{Facility: "http-req", Action: "guard", Args: []string{"strict", "two words", "a b", "its"}, If: `if { path "/ #" }`, Line: 3},
		{Facility: "tcp-req", Action: "early", If: "unless LOCAL", Line: 4},
		{Facility: "http-res", Action: "stamp", Line: 5},
	}
	services := []Service{{Name: "page", If: "if { path /page }", Line: 7}}
	if diff := cmp.Diff(services, e.Services); diff != "" {
		t.Errorf("services (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(calls, e.Calls); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}

// TestReads finds the variables that a file expects from a script that computes
// their names.
func TestReads(t *testing.T) {
	e, err := Read(strings.NewReader(`
frontend web
  http-request set-var(txn.claim.host) req.hdr(host)
  # http-request deny if { var(txn.claim.off) -m found }
  http-request deny if { var(txn.claim.aud) -m str x } !{ var(txn.claim.sub,none) -m found } { var(txn.claim.host) -m found }
  http-request set-header x-aud %[var(txn.claim.aud)]%[var(txn.other)]
`))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"txn.claim.aud", "txn.claim.sub"}, e.reads("txn.claim.")); diff != "" {
		t.Errorf("variables (-want +got):\n%s", diff)
	}
}

// TestQuote shows that a value comes back from the words of a line and the quotes
// of a fetch's arguments.
func TestQuote(t *testing.T) {
	for value, want := range map[string]string{
		"plain":   "plain",
		"a b":     `\'a\ b\'`,
		"a,b)":    `\'a,b)\'`,
		`say "x"`: `\'say\ \"x\"\'`,
		"it's":    `\'it\'\"\'\"\'s\'`,
		"#1 $A":   `\'\#1\ $A\'`,
	} {
		if got := quote(value); got != want {
			t.Errorf("quote(%q) = %s, want %s", value, got, want)
		}
		line := words("x str(" + quote(value) + ") y")
		if len(line) != 3 {
			t.Errorf("%q: the line has the words %q", value, line)
			continue
		}
		if got := unquote(unquote(line[1])); got != "str("+value+")" {
			t.Errorf("%q reads back as %s", value, got)
		}
	}
}

// TestReplace shows what becomes of words that call functions: quotes, backslashes
// and what is around stay.
func TestReplace(t *testing.T) {
	for line, want := range map[string]string{
		"http-request x lua.f":                                 "http-request x var(txn.lua.f)",
		"http-request x lua.f(a,b),upper":                      "http-request x var(txn.lua.f),upper",
		"http-request x src,lua.c,lua.c,length":                "http-request x var(txn.c_result2),length",
		"http-request x 'a %[lua.f] b'":                        "http-request x 'a %[var(txn.lua.f)] b'",
		`http-request x a\ %[src,"lua.c(b c)"]`:                `http-request x a\ %[var(txn.lua.c)""]`,
		`http-request x "%[src,lua.c(\")\")]%[src]"`:           `http-request x "%[var(txn.lua.c)]%[src]"`,
		`http-request x %[src,lua.c(\\),\\\\)]%[z]`:            `http-request x %[var(txn.lua.c)]%[z]`,
		`http-request x %{+Q}[lua.f] "%(n){+X}[ lua.f ]"`:      `http-request x %{+Q}[var(txn.lua.f)] "%(n){+X}[ var(txn.lua.f) ]"`,
		"use_backend lua.f if TRUE":                            "use_backend lua.f if TRUE",
		"use_backend %[lua.f]":                                 "use_backend %[var(txn.lua.f)]",
		"http-request x if { lua.f a } !{ src,lua.c -i -f b }": "http-request x if { var(txn.lua.f) -m str a } !{ var(txn.lua.c) -m str -i -f b }",
		"http-request x if { lua.f -i -m beg a }":              "http-request x if { var(txn.lua.f) -i -m beg a }",
		"http-request x if { src,lua.c,upper A }":              "http-request x if { var(txn.lua.c),upper A }",
		"http-request x %%[lua.f] /lua.f path,lua.c/":          "http-request x %%[lua.f] /lua.f path,lua.c/",
		"http-request lua.f lua.f # %[lua.f]":                  "http-request lua.f var(txn.lua.f) # %[lua.f]",
		"http-request x %[lua.f":                               "http-request x %[var(txn.lua.f)",
		"http-request x %[lua.f(":                              "http-request x %[lua.f(",
		"acl a src,lua.c":                                      "acl a var(txn.lua.c) -m str",
		"acl lua.f lua.f -m found":                             "acl lua.f var(txn.lua.f) -m found",
		"description lua.f":                                    "description lua.f",
	} {
		u := uses{engine: "lua", functions: map[string]*function{"f": {name: "f"}, "c": {name: "c", converter: true}}, warn: func(string, ...any) {}}
		u.find([]string{"frontend a", line})
		if u.lines[1] != want {
			t.Errorf("%s\n  is  %s\nwant  %s", line, u.lines[1], want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add("frontend a\n  http-request lua.b c if { d }\n  use_backend %[lua.e(f)]\n")
	f.Add("http-request lua.a \"b\\")
	f.Fuzz(func(t *testing.T, text string) {
		e, err := Read(strings.NewReader(text))
		if err != nil {
			return
		}
		u := uses{engine: "lua", functions: map[string]*function{"b": {name: "b", converter: true}, "e": {name: "e"}}, warn: func(string, ...any) {}}
		u.find(e.Lines)
		if len(u.lines) != len(e.Lines) {
			t.Errorf("%d lines have become %d", len(e.Lines), len(u.lines))
		}
		for _, a := range u.asks {
			u.rules(a)
		}
		c := Config{Options: Options{Engine: "lua", Agent: "a:1", Existing: e}}
		for _, line := range e.Lines {
			if loadLine.MatchString(line) || serviceRule.MatchString(line) || strings.ContainsAny(line, "\r") {
				continue
			}
			if !strings.Contains(c.Rewrite(), line) {
				t.Errorf("the line %q is lost", line)
			}
		}
	})
}
