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
	front map[int]bool     // lines that stay, behind those rules
	out   []string
}

var (
	sectionLine = regexp.MustCompile(`^\s*(global|defaults|frontend|backend|listen|peers|resolvers|userlist|program|http-errors|ring|cache|mailers|log-forward|fcgi-app|crt-store|traces)\b`)
	loadLine    = regexp.MustCompile(`^\s*lua-(load|load-per-thread|prepend-path)\s`)
)

// Rewrite returns the existing haproxy.cfg as it is with the scripts in the
// agent: the rules that ran them send groups, and what loaded them is a comment.
func (c *Config) Rewrite() string {
	r := &rewriter{c: c, at: map[int][]string{}, front: map[int]bool{}}
	for i := range c.Messages {
		m := &c.Messages[i]
		for _, s := range m.Sends {
			if s.Line == 0 {
				continue
			}
			rules, once := split(m.lines(s))
			r.at[s.Line] = append(r.at[s.Line], rules...)
			r.front[s.Line] = r.front[s.Line] || m.Result != ""
			for _, rule := range once {
				if !slices.Contains(r.once, rule) {
					r.once = append(r.once, rule)
				}
			}
		}
	}
	r.lines(c.Existing.Lines)
	return strings.Join(r.out, "\n") + "\n\n" + c.Backend()
}

// lines writes the lines section by section: a section that sends a group has the
// filter.
func (r *rewriter) lines(lines []string) {
	for begin := 0; begin < len(lines); {
		end := begin + 1
		for end < len(lines) && !sectionLine.MatchString(lines[end]) {
			end++
		}
		asks := false
		for n := begin + 1; n <= end; n++ {
			asks = asks || len(r.at[n]) > 0
		}
		r.section(lines[begin:end], begin+1, asks)
		begin = end
	}
}

func (r *rewriter) section(lines []string, number int, asks bool) {
	head := sectionLine.FindStringSubmatch(lines[0])
	if asks || head != nil && head[1] == "frontend" && r.c.hasEvents() {
		r.out = append(r.out, lines[0])
		if r.c.readsBody() {
			r.put("  option http-buffer-request")
		}
		for _, rule := range append(r.c.filter(), r.once...) {
			r.put("  " + rule)
		}
		lines, number = lines[1:], number+1
	}
	for i, text := range lines {
		r.line(text, number+i)
	}
}

func (r *rewriter) put(line string) { r.out = append(r.out, line) }

func (r *rewriter) line(text string, number int) {
	indent := text[:len(text)-len(strings.TrimLeft(text, " \t"))]
	for _, rule := range r.at[number] {
		r.put(indent + rule)
	}
	switch {
	case loadLine.MatchString(text):
		r.put(indent + loadComment(text))
	case len(r.at[number]) > 0 && !r.front[number]:
	default:
		r.put(r.replaceUses(text, number))
	}
}

// loadComment is a line that loaded a script, and what the agent has for it.
func loadComment(text string) string {
	flag := agentFlag(text)
	if flag != "" {
		flag = " (" + flag + ")"
	}
	return "# in spoa-lua" + flag + ": " + strings.TrimSpace(text)
}

// replaceUses writes the variable in the place of a fetch.
func (r *rewriter) replaceUses(text string, number int) string {
	for i := range r.c.Messages {
		m := &r.c.Messages[i]
		for _, u := range r.c.Existing.usesOf(m.Name) {
			if u.Line != number || m.Result == "" {
				continue
			}
			text = luaUse.ReplaceAllStringFunc(text, func(use string) string {
				if luaUse.FindStringSubmatch(use)[1] != m.Name {
					return use
				}
				return "var(" + m.Result + ")"
			})
		}
	}
	return text
}

func (c *Config) hasEvents() bool {
	return slices.ContainsFunc(c.Messages, func(m Message) bool { return m.Event != "" })
}
