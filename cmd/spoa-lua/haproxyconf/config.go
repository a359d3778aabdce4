package haproxyconf

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/spoa-lua/spoa-lua/luabind/haproxy"
	"github.com/spoa-lua/spoa-lua/luabind/needs"
)

// Options are what the configuration is written for.
type Options struct {
	// Engine is the name of the SPOE engine, of its agent and the prefix of its
	// variables: letters, digits and `_`.
	Engine string
	// Agent is the address of the agent, as a server line has it.
	Agent string
	// Version is HAProxy's, such as "3.0"; "" is for all that are supported.
	Version string
	// Existing is the haproxy.cfg that runs the scripts today, or nil.
	Existing *Existing
	// Vars are those of --var, which scripts read by os.getenv.
	Vars map[string]string
}

// Config is HAProxy's side of some scripts.
type Config struct {
	Options
	// Messages are what HAProxy sends, in the order of their registration.
	Messages []Message
	// Warnings are what the reader has to look at, as "file:line: text".
	Warnings []string

	waits   bool // a script waits for time to pass, or for somebody else
	asked   []asked
	carried map[string][]string // rules that send along what a service asks for
}

// asked are rules that ask for what a line of the existing haproxy.cfg reads.
type asked struct {
	at     spot
	rules  []string
	kind   string                     // of the rules
	sooner func(when string) []string // the same in front of what ends the rules; nil unless they are the last
}

// Message is one message and how it comes to be sent.
type Message struct {
	// Name is that of the spoe-message, and of its group when it has one.
	Name string
	// Args are the entries of its args, Later those that only later versions of
	// HAProxy have, by the first of these.
	Args  []string
	Later map[string][]string
	// Event is when HAProxy sends it. "" stands for a group that rules send.
	Event string
	// Sends are the places where rules send the group: those of the existing
	// haproxy.cfg, or one.
	Sends []Send
	// Apply are the rules that make true what the script decides.
	Apply []string
	// Result is the variable of a fetch or converter that no line uses.
	Result string
	// Comment says where the script registers it, and what else it may be for.
	Comment string
}

// Send is one place where a group is sent.
type Send struct {
	// Before are rules in front of it, Rule is the one that sends it.
	Before []string
	Rule   string
	// Line is what it stands for in the existing haproxy.cfg, or 0.
	Line int
}

// lines are all rules of one place.
func (c *Config) lines(m Message, s Send) []string {
	return slices.Concat(s.Before, []string{s.Rule, failClosed(c.Engine, s.Rule)}, m.Apply)
}

// failClosed is the comment behind a rule that asks: it has a rule that refuses who
// was not asked about. In front of the question it would refuse nobody.
func failClosed(engine, asks string) string {
	refuse := "http-request deny deny_status 503"
	switch {
	case strings.HasPrefix(asks, "http-response"):
		refuse = "http-response deny deny_status 502"
	case strings.HasPrefix(asks, "tcp-request"):
		refuse = "tcp-request content reject"
	case strings.HasPrefix(asks, "tcp-response"):
		refuse = "tcp-response content reject"
	}
	return "# To fail closed when the agent is away: " + refuse + " if { var(txn." + engine + ".error) -m found }"
}

// since31 reports whether the version has SPOP as a mode of its own.
func (o *Options) since31() bool {
	var major, minor int
	n, _ := fmt.Sscanf(o.Version, "%d.%d", &major, &minor)
	return n == 2 && (major > 3 || major == 3 && minor >= 1)
}

// ruleVersion is the version that rules are for: the oldest when it is not said.
func (o *Options) ruleVersion() string { return cmp.Or(o.Version, "2.6") }

// SPOE returns the text of spoe.conf.
func (c *Config) SPOE() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# What HAProxy asks the scripts, and when. Written by spoa-lua haproxy-config.\n[%s]\n\nspoe-agent %[1]s\n", c.Engine)
	list(&b, "messages", c.names(func(m Message) bool { return m.Event != "" }))
	list(&b, "groups", c.names(func(m Message) bool { return m.Event == "" }))
	fmt.Fprintf(&b, "  option var-prefix %s\n", c.Engine)
	b.WriteString("  option set-on-error error\n  option continue-on-error\n  option force-set-var\n" + c.processing())
	if !c.since31() {
		b.WriteString("  timeout hello 2s\n  timeout idle 2m\n")
	}
	b.WriteString("  use-backend spoa-lua\n  log global\n  option dontlog-normal\n")
	for _, m := range c.Messages {
		fmt.Fprintf(&b, "\n# %s\nspoe-message %s\n", m.Comment, m.Name)
		list(&b, "args", m.Args)
		for _, version := range slices.Sorted(maps.Keys(m.Later)) {
			b.WriteString(".if version_atleast(" + version + ")\n")
			list(&b, "args", m.Later[version])
			b.WriteString(".endif\n")
		}
		if m.Event != "" {
			fmt.Fprintf(&b, "  event %s\n", m.Event)
			continue
		}
		fmt.Fprintf(&b, "\nspoe-group %s\n  messages %[1]s\n", m.Name)
	}
	return b.String()
}

// wordsOfLine is how many words stand behind the first one of a line: HAProxy takes
// 63.
const wordsOfLine = 50

// list writes a directive with its words, on several lines when they are many.
func list(b *strings.Builder, directive string, words []string) {
	for line := range slices.Chunk(words, wordsOfLine) {
		fmt.Fprintf(b, "  %s %s\n", directive, strings.Join(line, " "))
	}
}

// processing is how long HAProxy waits for an answer: longer than the agent's own
// limit, which must be raised for scripts that wait.
func (c *Config) processing() string {
	if !c.waits {
		return "  timeout processing 500ms\n"
	}
	return "  # Scripts wait here: run the agent with --timeout 4s, and --egress for whom they ask.\n  timeout processing 5s\n"
}

func (c *Config) names(want func(Message) bool) []string {
	var names []string
	for _, m := range c.Messages {
		if want(m) {
			names = append(names, m.Name)
		}
	}
	return names
}

// Frontend returns the lines of the frontend that the scripts decide about.
func (c *Config) Frontend() string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, "  "+format+"\n", args...) }
	if c.readsBody() {
		line("# The scripts read the body: HAProxy waits for it, up to tune.bufsize.")
		line("option http-buffer-request")
	}
	for _, l := range c.filter() {
		line("%s", l)
	}
	var after []string
	for _, m := range c.Messages {
		for i, s := range m.Sends {
			if i == 0 {
				line("# %s: %s", m.Name, m.Comment)
			}
			if s.Line > 0 {
				line("# in place of line %d", s.Line)
			}
			rules, later := split(c.lines(m, s))
			for _, r := range rules {
				line("%s", r)
			}
			after = append(after, later...)
		}
		if m.Result != "" {
			line("# then var(%s) stands for lua.%s", m.Result, m.Name)
		}
	}
	c.printAsked(line)
	for i, r := range after {
		if slices.Index(after, r) == i {
			line("%s", r)
		}
	}
	return b.String()
}

// printAsked prints the rules that ask for what lines read, and what becomes of
// these.
func (c *Config) printAsked(line func(format string, args ...any)) {
	for i, a := range c.asked {
		if i == 0 || c.asked[i-1].at != a.at {
			line("# %s line %d: %s", map[bool]string{true: "behind", false: "in front of"}[a.at.behind], a.at.line, strings.TrimSpace(c.Existing.Lines[a.at.line-1]))
		}
		for _, r := range a.rules {
			line("%s", r)
		}
	}
}

// split takes out the rules that a section has once, whatever sends a group.
func split(rules []string) (these, once []string) {
	for _, r := range rules {
		if strings.HasPrefix(r, "http-after-response ") {
			once = append(once, r)
			continue
		}
		these = append(these, r)
	}
	return these, once
}

// filter are the lines that a section needs which sends messages.
func (c *Config) filter() []string {
	lines := []string{"filter spoe engine " + c.Engine + " config spoe.conf"}
	if events := c.names(func(m Message) bool { return m.Event != "" }); len(events) > 0 {
		lines = append(lines, failClosed(c.Engine, "http-request")) // events come before rules
	}
	return lines
}

func (c *Config) readsBody() bool {
	return slices.ContainsFunc(c.Messages, func(m Message) bool {
		return slices.ContainsFunc(m.Args, func(arg string) bool { return strings.Contains(arg, "=req.body") })
	})
}

// Backend returns the section of the agent.
func (c *Config) Backend() string {
	mode := "tcp"
	if c.since31() {
		mode = "spop"
	}
	return "backend spoa-lua\n  mode " + mode + "\n  option spop-check\n  timeout connect 1s\n  timeout server 3m\n  server agent1 " + c.Agent + " check\n"
}

// Complete returns a whole haproxy.cfg to try the scripts with.
func (c *Config) Complete() string {
	return `# A configuration to try the scripts with. Take over the lines of the frontend
# from the filter on, and the backend spoa-lua. Written by spoa-lua haproxy-config.
global
  log stdout format raw local0

defaults
  log global
  mode http
  option httplog
  timeout connect 5s
  timeout client 30s
  timeout server 30s

frontend www
  bind 127.0.0.1:8080
` + c.Frontend() + `  default_backend app

backend app
  server app1 127.0.0.1:8000

` + c.Backend()
}

var statusRule = regexp.MustCompile(`^(http-re\S+ (?:return status|set-status)) (\d+)(.*-m int )\d+ }$`)

// onlyStatuses makes the rules of those statuses that the script uses, beside the
// usual ones where it computes some.
func onlyStatuses(rules []string, n *needs.Needs) []string {
	statuses := slices.Clone(n.Statuses)
	if n.AnyStatus {
		statuses = append(statuses, haproxy.Statuses...)
		slices.Sort(statuses)
		statuses = slices.Compact(statuses)
	}
	if !slices.Contains(statuses, 200) {
		statuses = append([]int{200}, statuses...) // a reply that names none
	}
	var list []string
	done := map[string]bool{}
	for _, r := range rules {
		m := statusRule.FindStringSubmatch(r)
		if m == nil {
			list = append(list, r)
			continue
		}
		if done[m[1]] || m[2] == "204" {
			continue
		}
		done[m[1]] = true
		for _, s := range statuses {
			list = append(list, fmt.Sprintf("%s %d%s%d }", m[1], s, answerOf(s, m[3]), s))
		}
	}
	return list
}

// answerOf is what stands between the status of a rule and its number: HAProxy
// takes no body with a 204.
func answerOf(status int, rule string) string {
	if at := strings.Index(rule, " if "); status == 204 && at >= 0 {
		return rule[at:]
	}
	return rule
}

// rules are the lines that apply what an action has decided.
func (c *Config) rules(n *needs.Needs, facility string) []string {
	response := facility == "http-res"
	switch facility {
	case "tcp-req", "tcp-res":
		kind := ruleOf(facility)
		return []string{
			fmt.Sprintf("%s accept if { var(txn.%s.act) -m int 1 }", kind, c.Engine),
			fmt.Sprintf("%s reject if { var(txn.%s.act) -m int 3 4 5 6 7 }", kind, c.Engine),
		}
	}
	list := c.headerRules(n, response)
	uses := func(functions ...string) bool {
		return slices.ContainsFunc(n.Edits, func(e needs.Edit) bool { return slices.Contains(functions, e.Function) })
	}
	if !response && uses("req_set_method", "req_set_path", "req_set_query", "req_set_uri") {
		list = append(list, haproxy.RequestRules(c.Engine, c.ruleVersion())...)
	}
	if response && uses("res_set_status") {
		list = append(list, haproxy.StatusRules(c.Engine, c.ruleVersion())...)
	}
	if n.Stream {
		list = append(list, haproxy.StreamRules(c.Engine, c.ruleVersion(), response)...)
	}
	if n.Replies {
		list = append(list, haproxy.ReplyRules(c.Engine, c.ruleVersion(), response, n.ReplyHeaders)...)
	}
	list = onlyStatuses(list, n)
	if !n.Returns {
		return list
	}
	return append(list, haproxy.VerdictRules(c.Engine, c.ruleVersion(), response)...)
}

// headerRules are the rules for the headers that a script edits: those for what
// it does to each of them.
func (c *Config) headerRules(n *needs.Needs, response bool) []string {
	does := map[string][]string{} // by name: set, add, del, rep
	var names []string
	for _, e := range n.Edits {
		direction, rest, _ := strings.Cut(e.Function, "_")
		if direction == "res" != response || !e.OfHeader() {
			continue
		}
		if haproxy.HasHeaderLists(c.Version) {
			return haproxy.HeaderRules(c.Engine, c.Version, response, nil)
		}
		if e.Name == "" {
			continue
		}
		if does[e.Name] == nil {
			names = append(names, e.Name)
		}
		does[e.Name] = append(does[e.Name], rest[:3])
	}
	var list []string
	for _, name := range names {
		for _, rule := range haproxy.HeaderRules(c.Engine, c.ruleVersion(), response, []string{name}) {
			kind := "set"
			switch {
			case strings.Contains(rule, ".addhdr_"):
				kind = "add"
			case strings.Contains(rule, ".delhdr_"):
				kind = "del"
			}
			if slices.Contains(does[name], kind) || slices.Contains(does[name], "rep") {
				list = append(list, rule)
			}
		}
	}
	return list
}
