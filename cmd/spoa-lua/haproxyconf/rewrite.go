package haproxyconf

import (
	"regexp"
	"slices"
	"strings"
)

// rewriter puts the rules into an existing haproxy.cfg.
type rewriter struct {
	c     *Config
	at    map[int][]string // the rules in place of a line
	once  []string         // those that a section has once
	serve map[int]Service  // the lines that have a service answer
	more  map[spot][]string
	out   []string
}

var loadLine = regexp.MustCompile(`^\s*lua-(load|load-per-thread|prepend-path)\s`)

// Rewrite returns the existing haproxy.cfg as it is with the scripts in the
// agent: the rules that ran them send groups, and what loaded them is a comment.
func (c *Config) Rewrite() string {
	r := &rewriter{c: c, at: map[int][]string{}, serve: map[int]Service{}, more: map[spot][]string{}}
	for _, s := range c.Existing.Services {
		if _, known := c.carried[s.Name]; known {
			r.serve[s.Line] = s
		}
	}
	for _, a := range c.asked {
		r.more[a.at] = append(r.more[a.at], a.rules...)
	}
	for i := range c.Messages {
		m := &c.Messages[i]
		for _, s := range m.Sends {
			if s.Line == 0 {
				continue
			}
			rules, once := split(c.lines(*m, s))
			r.at[s.Line] = append(r.at[s.Line], rules...)
			for _, rule := range once {
				if !slices.Contains(r.once, rule) {
					r.once = append(r.once, rule)
				}
			}
		}
	}
	r.sections()
	return strings.Join(r.out, "\n") + "\n" + r.backends()
}

// backends are the sections of the agent.
func (r *rewriter) backends() string {
	var list []string
	if len(r.c.Messages) > 0 {
		list = append(list, r.c.Backend())
	}
	if r.sendsToService() {
		list = append(list, serviceBackend)
	}
	if len(list) == 0 {
		return ""
	}
	text := "\n"
	if needsOwnDefaults(r.c.Existing.Lines) {
		text += ownDefaults
	}
	return text + strings.Join(list, "\n")
}

// sendsToService reports whether a section sends requests to the backend of the
// services.
func (r *rewriter) sendsToService() bool {
	return slices.ContainsFunc(sections(r.c.Existing.Lines), func(s *section) bool { return s.kind != "backend" && r.serves(s) })
}

func (r *rewriter) serves(s *section) bool {
	return slices.ContainsFunc(s.lines, func(l line) bool { _, ok := r.serve[l.number]; return ok })
}

// sections writes the lines section by section.
func (r *rewriter) sections() {
	lines := r.c.Existing.Lines
	list := sections(lines)
	front := len(lines)
	if len(list) > 0 {
		front = list[0].first
	}
	for i, text := range lines[:front] {
		r.line(text, i+1, nil)
	}
	for _, s := range list {
		r.section(s, lines)
	}
}

// section writes a section: one that sends a group has the filter.
func (r *rewriter) section(s *section, lines []string) {
	if r.serves(s) {
		first := s.inFrontOf("http-request")
		r.more[first] = append([]string{"http-request del-header spoa-lua- -m beg"}, r.more[first]...)
		at, more := toService(s)
		r.more[at] = append(r.more[at], more...)
	}
	asks := s.kind == "frontend" && r.c.hasEvents()
	for _, l := range s.lines {
		asks = asks || len(r.at[l.number]) > 0 || r.asked(l.number)
	}
	for n := s.first; n <= s.last; n++ {
		r.line(lines[n], n+1, s)
		if n == s.first && asks {
			r.head()
		}
	}
}

// asked reports whether rules at a line ask the agent.
func (r *rewriter) asked(number int) bool {
	return slices.ContainsFunc(r.c.asked, func(a asked) bool { return a.at.line == number })
}

// head writes what a section begins with that asks the agent.
func (r *rewriter) head() {
	if r.c.readsBody() {
		r.put("  option http-buffer-request")
	}
	for _, rule := range append(r.c.filter(), r.once...) {
		r.put("  " + rule)
	}
}

func (r *rewriter) put(line string) { r.out = append(r.out, line) }

func (r *rewriter) line(text string, number int, s *section) {
	indent := text[:len(text)-len(strings.TrimLeft(text, " \t"))]
	put := func(rules []string) {
		for _, rule := range rules {
			r.put(indent + rule)
		}
	}
	put(r.more[spot{line: number}])
	service, isService := r.serve[number]
	switch {
	case isService:
		put(r.c.service(service))
	case loadLine.MatchString(text):
		r.put(indent + loadComment(text))
	case len(r.at[number]) > 0:
		for _, rule := range r.at[number] {
			put(append(r.sooner(rule, number, s), rule))
		}
	default:
		r.put(text)
	}
	if sectionLine.MatchString(text) {
		indent = "  "
	}
	put(r.more[spot{number, true}])
}

// sooner are the rules of a section that ask for what is read when its rules have
// run, if a rule of an action ends them.
func (r *rewriter) sooner(rule string, number int, s *section) []string {
	var list []string
	for _, a := range r.c.asked {
		if a.sooner == nil || a.at.line <= number || a.at.line > s.last+1 {
			continue
		}
		for _, end := range []string{" allow ", " accept "} {
			if when, ends := strings.CutPrefix(rule, a.kind+end); ends {
				list = append(list, a.sooner(" "+when)...)
			}
		}
	}
	return list
}

// loadComment is a line that loaded a script, and what the agent has for it.
func loadComment(text string) string {
	flag := agentFlag(text)
	if flag != "" {
		flag = " (" + flag + ")"
	}
	return "# in spoa-lua" + flag + ": " + strings.TrimSpace(text)
}

func (c *Config) hasEvents() bool {
	return slices.ContainsFunc(c.Messages, func(m Message) bool { return m.Event != "" })
}
