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
	// Calls are the rules that run actions of the scripts, Uses the other places
	// that name a fetch or converter of theirs.
	Calls []Call
	Uses  []Use
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

// Use is a place of a haproxy.cfg that names a fetch or a converter of Lua.
type Use struct {
	// Name is its name, Args its parameters, Line the line in the file.
	Name string
	Args []string
	Line int
}

var luaUse = regexp.MustCompile(`\blua\.([A-Za-z0-9_.-]+)(?:\(([^()]*)\))?`)

var luaRule = regexp.MustCompile(`^\s*(http-request|http-response|http-after-response|tcp-request\s+content|tcp-response\s+content)\s+lua\.(\S+)\s*(.*?)\s*$`)

// Read reads a haproxy.cfg.
func Read(r io.Reader) (*Existing, error) {
	e := new(Existing)
	scanner := bufio.NewScanner(r)
	scanner.Buffer(nil, 1<<20)
	for scanner.Scan() {
		e.Lines = append(e.Lines, scanner.Text())
		if m := serviceRule.FindStringSubmatch(scanner.Text()); m != nil {
			e.Services = append(e.Services, Service{Name: m[1], If: strings.Join(words(m[2]), " "), Line: len(e.Lines)})
			continue
		}
		m := luaRule.FindStringSubmatch(scanner.Text())
		if m == nil {
			e.uses(scanner.Text())
			continue
		}
		if err := e.call(m[1], m[2], m[3]); err != nil {
			return nil, fmt.Errorf("line %d: %w", len(e.Lines), err)
		}
	}
	return e, scanner.Err()
}

// call notes a rule that runs an action.
func (e *Existing) call(rule, action, rest string) error {
	c := Call{Facility: facilityOf(rule), Action: action, Line: len(e.Lines)}
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

// uses notes fetches and converters in a line that is no comment.
func (e *Existing) uses(text string) {
	if strings.HasPrefix(strings.TrimSpace(text), "#") {
		return
	}
	for _, m := range luaUse.FindAllStringSubmatch(text, -1) {
		u := Use{Name: m[1], Line: len(e.Lines)}
		if m[2] != "" {
			u.Args = strings.Split(m[2], ",")
		}
		e.Uses = append(e.Uses, u)
	}
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

// words cuts a line at its blanks, outside of quotes and up to a comment
// (HAProxy's configuration manual, section 2.2).
func words(line string) []string {
	var list []string
	var word strings.Builder
	var quote byte
	for i := 0; i < len(line); i++ {
		c := line[i]
		switch {
		case c == '\\' && quote != '\'' && i+1 < len(line):
			word.WriteByte(c)
			i++
			word.WriteByte(line[i])
		case quote != 0:
			if c == quote {
				quote = 0
			}
			word.WriteByte(c)
		case c == '"' || c == '\'':
			quote = c
			word.WriteByte(c)
		case c == '#':
			i = len(line)
		case c == ' ' || c == '\t':
			if word.Len() > 0 {
				list = append(list, word.String())
				word.Reset()
			}
		default:
			word.WriteByte(c)
		}
	}
	if word.Len() > 0 {
		list = append(list, word.String())
	}
	return list
}

// unquote takes the quotes and backslashes off a word.
func unquote(w string) string {
	var b strings.Builder
	var quote byte
	for i := 0; i < len(w); i++ {
		c := w[i]
		switch {
		case c == '\\' && quote != '\'' && i+1 < len(w):
			i++
			b.WriteByte(w[i])
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
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

// usesOf returns the places of a fetch or converter.
func (e *Existing) usesOf(name string) []Use {
	var list []Use
	if e == nil {
		return nil
	}
	for _, u := range e.Uses {
		if u.Name == name {
			list = append(list, u)
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
