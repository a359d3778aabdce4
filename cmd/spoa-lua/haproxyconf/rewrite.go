package haproxyconf

import (
	"regexp"
	"slices"
	"strings"
)

// rewriter puts the rules into an existing haproxy.cfg.
type rewriter struct {
	c      *Config
	at     map[int][]string // the rules in place of a line
	once   []string         // those that a section has once
	front  map[int]bool     // lines that stay, behind those rules
	serve  map[int]Service  // the lines that have a service answer
	behind map[int]string   // a rule behind such a line
	out    []string
}

var (
	sectionLine = regexp.MustCompile(`^\s*(global|defaults|frontend|backend|listen|peers|resolvers|userlist|program|http-errors|ring|cache|mailers|log-forward|fcgi-app|crt-store|traces)\b`)
	backendLine = regexp.MustCompile(`^\s*(use_backend|default_backend)\s`)
	loadLine    = regexp.MustCompile(`^\s*lua-(load|load-per-thread|prepend-path)\s`)
)

// Rewrite returns the existing haproxy.cfg as it is with the scripts in the
// agent: the rules that ran them send groups, and what loaded them is a comment.
func (c *Config) Rewrite() string {
	r := &rewriter{c: c, at: map[int][]string{}, front: map[int]bool{}, serve: map[int]Service{}, behind: map[int]string{}}
	for _, s := range c.Existing.Services {
		r.serve[s.Line] = s
	}
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
	text := strings.Join(r.out, "\n") + "\n"
	if len(c.Messages) > 0 {
		text += "\n" + c.Backend()
	}
	if len(c.Existing.Services) > 0 {
		text += "\n" + serviceBackend
	}
	return text
}

// HasServices reports whether the existing haproxy.cfg has services answer.
func (c *Config) HasServices() bool { return c.Existing != nil && len(c.Existing.Services) > 0 }

// serviceBackend is where requests go that a service answers.
const serviceBackend = `# The agent's --http-listen.
backend spoa-lua-http
  mode http
  option http-buffer-request
  timeout connect 1s
  timeout server 10s
  server agent1 127.0.0.1:9080
`

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
		r.section(r.withServices(lines[begin:end], begin+1), begin+1, asks)
		begin = end
	}
}

// withServices returns the lines of a section with a backend for the requests that
// services answer. It stands in front of the section's other backends; the number
// of lines stays, so that each is known by its own.
func (r *rewriter) withServices(lines []string, number int) []string {
	chosen := -1
	for i := range lines {
		if _, ok := r.serve[number+i]; ok {
			chosen = i
		}
	}
	if chosen < 0 {
		return lines
	}
	for i := range lines {
		if backendLine.MatchString(lines[i]) {
			chosen = i
			break
		}
	}
	lines = slices.Clone(lines)
	lines[0] += "\n  http-request del-header spoa-lua- -m beg"
	const rule = "  http-request set-header spoa-lua-service %[var(txn.spoa_lua_service)] if { var(txn.spoa_lua_service) -m found }\n" +
		"  use_backend spoa-lua-http if { var(txn.spoa_lua_service) -m found }"
	if backendLine.MatchString(lines[chosen]) {
		lines[chosen] = rule + "\n" + lines[chosen]
	} else {
		r.behind[number+chosen] = rule
	}
	return lines
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
	if s, ok := r.serve[number]; ok {
		r.put(strings.TrimRight(indent+"http-request set-var(txn.spoa_lua_service,ifnotexists) str("+s.Name+") "+s.If, " ")) // the first one that matches
		if rule := r.behind[number]; rule != "" {
			r.put(rule)
		}
		return
	}
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
