package haproxyconf

import (
	"bufio"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
)

// Existing is a haproxy.cfg that runs scripts by lua-load.
type Existing struct {
	// Lines are those of the file.
	Lines []string
	// Calls are the rules that run actions of the scripts.
	Calls []Call
	// Services are the rules that have a service of the scripts answer.
	Services []Service
}

// Service is a rule such as "http-request use-service lua.NAME if COND".
type Service struct {
	// Name is the service's.
	Name string
	// If is the condition, with its word, or "".
	If string
	// Line is the rule's line in the file.
	Line int
}

var serviceRule = regexp.MustCompile(`^\s*http-request\s+use-service\s+lua\.(\S+)\s*(.*?)\s*$`)

// Call is a rule of a haproxy.cfg that runs an action of lua-load's scripts.
type Call struct {
	// Facility is the kind of rule, such as "http-req"; Action the action's name.
	Facility, Action string
	// Args are the parameters that the rule gives.
	Args []string
	// If is the condition, with its word: "if { path_beg /api }"; or "".
	If string
	// Line is the rule's line in the file.
	Line int
}

func (c *Call) condition() string {
	if c.If == "" {
		return ""
	}
	return " " + c.If
}

var luaRule = regexp.MustCompile(`^\s*(http-request|http-response|http-after-response|tcp-request\s+content|tcp-response\s+content)\s+lua\.(\S+)\s*(.*?)\s*$`)

// Read reads a haproxy.cfg.
func Read(r io.Reader) (*Existing, error) {
	var lines []string
	scanner := bufio.NewScanner(r)
	scanner.Buffer(nil, 1<<20)
	for scanner.Scan() {
		lines = append(lines, scanner.Text())
	}
	if err := scanner.Err(); err != nil {
		return nil, err
	}
	return existing(lines)
}

// existing is what some lines run.
func existing(lines []string) (*Existing, error) {
	e := &Existing{Lines: lines}
	for i, text := range lines {
		if m := serviceRule.FindStringSubmatch(text); m != nil {
			e.Services = append(e.Services, Service{Name: m[1], If: strings.Join(words(m[2]), " "), Line: i + 1})
			continue
		}
		m := luaRule.FindStringSubmatch(text)
		if m == nil {
			continue
		}
		if err := e.call(m[1], m[2], m[3], i+1); err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
	}
	return e, nil
}

// call notes a rule that runs an action.
func (e *Existing) call(rule, action, rest string, line int) error {
	c := Call{Facility: facilityOf(rule), Action: action, Line: line}
	if c.Facility == "" {
		return fmt.Errorf("%s rules cannot reach an agent; use http-response", rule)
	}
	words := words(rest)
	if i := slices.IndexFunc(words, func(w string) bool { return w == "if" || w == "unless" }); i >= 0 {
		c.If = strings.Join(words[i:], " ")
		words = words[:i]
	}
	for _, w := range words {
		c.Args = append(c.Args, unquote(w))
	}
	e.Calls = append(e.Calls, c)
	return nil
}

func facilityOf(rule string) string {
	kind, _, _ := strings.Cut(rule, "-")
	switch {
	case strings.HasPrefix(rule, "http-after"):
		return ""
	case strings.Contains(rule, "request"):
		return kind + "-req"
	}
	return kind + "-res"
}

// callsOf returns the rules that run an action in a kind of rules.
func (e *Existing) callsOf(action, facility string) []Call {
	var list []Call
	if e == nil {
		return nil
	}
	for _, call := range e.Calls {
		if call.Action == action && call.Facility == facility {
			list = append(list, call)
		}
	}
	return list
}

// used returns the facilities that rules run an action in.
func (e *Existing) used(action string) []string {
	var list []string
	if e == nil {
		return nil
	}
	for _, call := range e.Calls {
		if call.Action == action && !slices.Contains(list, call.Facility) {
			list = append(list, call.Facility)
		}
	}
	return list
}

// names reports whether a line has a word with the name of a variable.
func (e *Existing) names(variable string) bool {
	if e == nil {
		return false
	}
	word := regexp.MustCompile(`\b` + regexp.QuoteMeta(variable) + `\b`)
	return slices.ContainsFunc(e.Lines, word.MatchString)
}

// hasSection reports whether a section, such as a backend, has a name.
func (e *Existing) hasSection(name string) bool {
	return e != nil && slices.ContainsFunc(sections(e.Lines), func(s *section) bool { return s.name == name })
}

var readVariable = regexp.MustCompile(`\bvar\(([A-Za-z0-9_.]+)`)

// reads returns the variables whose names begin so that lines read and none sets.
func (e *Existing) reads(prefix string) []string {
	if e == nil {
		return nil
	}
	var list []string
	for _, line := range e.Lines {
		if strings.HasPrefix(strings.TrimSpace(line), "#") {
			continue
		}
		for _, m := range readVariable.FindAllStringSubmatchIndex(line, -1) {
			name := line[m[2]:m[3]]
			if strings.HasPrefix(name, prefix) && !slices.Contains(list, name) && !e.sets(name) {
				list = append(list, name)
			}
		}
	}
	return list
}

// sets reports whether a rule sets a variable.
func (e *Existing) sets(name string) bool {
	rule := regexp.MustCompile(`\bset-var(-fmt)?\(` + regexp.QuoteMeta(name) + `[,)]`)
	return slices.ContainsFunc(e.Lines, rule.MatchString)
}
