package haproxyconf

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spoa-lua/spoa-lua/luabind"
	"github.com/spoa-lua/spoa-lua/luabind/haproxy"
	"github.com/spoa-lua/spoa-lua/luabind/needs"
	"github.com/spoa-lua/spoa-lua/runtime"
	"github.com/spoa-lua/spoa-lua/spop"
)

// For returns HAProxy's side of what was loaded. The files are those that
// runtime.Check has read.
func For(gen *runtime.Generation, files []runtime.File, o Options) *Config {
	list := make([]needs.File, len(files))
	for i, f := range files {
		list[i] = needs.File(f)
	}
	p := &planner{Config: &Config{Options: o}, analysis: needs.New(list), facilities: map[string][]string{}}
	actions := map[string]bool{}
	p.noteReads(gen.Services())
	for _, message := range gen.Messages {
		p.noteReads(gen.Handlers(message))
		for _, h := range gen.Handlers(message) {
			actions[h.Origin.Name] = actions[h.Origin.Name] || h.Origin.API == "action"
			if h.Origin.Facility != "" {
				p.facilities[h.Origin.Name] = append(p.facilities[h.Origin.Name], h.Origin.Facility)
			}
		}
	}
	p.replaceUses(gen)
	p.noteNamed(gen)
	for _, message := range gen.Messages {
		p.message(message, gen.Handlers(message))
	}
	p.services(gen.Services())
	p.tellState(files)
	for _, c := range p.calls() {
		if !actions[c.Action] {
			p.warn("line %d: no script has the action lua.%s", c.Line, c.Action)
		}
	}
	return p.Config
}

// planner turns handlers into messages.
type planner struct {
	*Config
	analysis   *needs.Analysis
	facilities map[string][]string // of an action
	uses       *uses
	read       []string // variables that scripts read
}

// noteReads notes the variables that functions read.
func (p *planner) noteReads(handlers []*luabind.Handler) {
	for _, h := range handlers {
		if n, err := p.analysis.Of(h.Origin.File, h.Origin.Line, h.Origin.API == "spoa"); err == nil {
			p.read = append(p.read, n.Reads...)
		}
	}
}

// calls are the rules of the existing haproxy.cfg that run actions.
func (p *planner) calls() []Call {
	if p.Existing == nil {
		return nil
	}
	return p.Existing.Calls
}

func (p *planner) warn(format string, args ...any) {
	if text := fmt.Sprintf(format, args...); !slices.Contains(p.Warnings, text) {
		p.Warnings = append(p.Warnings, text)
	}
}

func (p *planner) message(name string, handlers []*luabind.Handler) {
	m := Message{Name: name}
	for _, h := range handlers {
		n, err := p.analysis.Of(h.Origin.File, h.Origin.Line, h.Origin.API == "spoa")
		if err != nil {
			p.warn("%s:%d: the function of %s stands in no file of Lua: add its arguments by hand", h.Script, h.Line, name)
		}
		switch h.Origin.API {
		case "spoa":
			p.native(&m, h, &n)
		case "action":
			if !p.action(&m, h, &n) {
				return
			}
		default:
			p.function(&m, h, &n)
		}
		for _, u := range n.Unknown {
			p.warn("%s", u)
		}
	}
	p.Messages = append(p.Messages, m)
}

func (m *Message) arg(entry string) {
	name, _, _ := strings.Cut(entry, "=")
	for _, there := range m.Args {
		if other, _, _ := strings.Cut(there, "="); other == name {
			return
		}
	}
	m.Args = append(m.Args, entry)
}

func place(h *luabind.Handler) string { return fmt.Sprintf("%s:%d", h.Script, h.Line) }

func (m *Message) comment(h *luabind.Handler) {
	if m.Comment != "" {
		m.Comment += ", "
	}
	m.Comment += place(h)
}

// native is a handler of spoa.on: its arguments are those that it declares, and
// those that it reads, by the fetches that such names usually stand for.
func (p *planner) native(m *Message, h *luabind.Handler, n *needs.Needs) {
	p.waits = p.waits || n.Waits
	m.comment(h)
	if m.Event == "" || h.Origin.Event != "" {
		m.Event = h.Origin.Event
	}
	if m.Event == "" {
		m.Event = "on-frontend-http-request"
	}
	declared := len(h.Origin.Args) > 0
	for _, a := range h.Origin.Args {
		p.argument(m, h, a)
	}
	if declared {
		n.Unknown = nil
		return
	}
	for _, field := range n.Fields {
		p.argument(m, h, field)
	}
}

// argument adds NAME=FETCH, or a name that a fetch is known for.
func (p *planner) argument(m *Message, h *luabind.Handler, entry string) {
	if strings.Contains(entry, "=") {
		m.arg(entry)
		return
	}
	fetch, ok := usualFetch(entry)
	if !ok {
		p.warn(`%s: which fetch is the argument %q of %s? Write spoa.on(%q, {args = {"%s=FETCH"}}, fn)`, place(h), entry, m.Name, m.Name, entry)
		return
	}
	m.arg(entry + "=" + fetch)
}

// action is a function of core.register_action. It reports false for a message
// that need not be sent because another one stands for it.
func (p *planner) action(m *Message, h *luabind.Handler, n *needs.Needs) bool {
	facilities := p.facilities[h.Origin.Name]
	sent := p.Existing.used(h.Origin.Name)
	if len(sent) == 0 {
		sent = forHTTP(facilities)
	}
	several := len(facilities) > 1 // then each has a message of its own
	if several != (h.Origin.Facility != "") || several && !slices.Contains(sent, h.Origin.Facility) {
		return false
	}
	facility := sent[0]
	if several {
		facility = h.Origin.Facility
	}
	m.comment(h)
	calls := p.Existing.callsOf(h.Origin.Name, facility)
	sets := p.parameters(m, h, calls)
	nameVariables(n, argsOf(calls))
	p.needed(m, n)
	rule := ruleOf(facility) + " send-spoe-group " + p.Engine + " " + m.Name
	for i, c := range calls {
		m.Sends = append(m.Sends, Send{Before: sets[i], Rule: rule + c.condition(), Line: c.Line})
	}
	if calls == nil {
		m.Sends = []Send{{Rule: rule}}
	}
	p.nameHeaders(n, calls)
	m.Apply = append(p.aliases(n, facility), p.rules(n, facility)...)
	return true
}

// aliases are rules that give what the script sets the name that the existing
// haproxy.cfg, and the arguments of its functions, know it by.
func (p *planner) aliases(n *needs.Needs, facility string) []string {
	var rules []string
	names := slices.Clone(n.Sets)
	for _, prefix := range n.SetPrefixes {
		for _, name := range p.Existing.reads(prefix) {
			if _, rest, _ := strings.Cut(name, "."); !strings.HasPrefix(rest, p.Engine+".") && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	for _, name := range names {
		scope, rest, err := spop.ParseVarName(name)
		if err != nil || !p.Existing.names(name) && !slices.Contains(p.read, name) {
			continue
		}
		variable := "var(" + scope.String() + "." + p.Engine + "." + rest + ")"
		rules = append(rules, fmt.Sprintf("%s set-var(%s) %s if { %[3]s -m found }", ruleOf(facility), name, variable))
	}
	return rules
}

// forHTTP are the facilities of HTTP among some, or else all of them: an action
// that is registered for both is called by one kind of rule.
func forHTTP(facilities []string) []string {
	var list []string
	for _, f := range facilities {
		if strings.HasPrefix(f, "http-") {
			list = append(list, f)
		}
	}
	if list == nil {
		return facilities
	}
	return list
}

// ruleOf is the kind of rules of a facility.
func ruleOf(facility string) string {
	return map[string]string{
		"http-req": "http-request", "http-res": "http-response",
		"tcp-req": "tcp-request content", "tcp-res": "tcp-response content",
	}[facility]
}

// parameters adds the parameters of an action. Where its calls differ in them, a
// variable is set in front of each.
func (p *planner) parameters(m *Message, h *luabind.Handler, calls []Call) (sets [][]string) {
	sets = make([][]string, len(calls))
	for i := range h.Origin.Params {
		name := "arg" + strconv.Itoa(i+1)
		values := valuesOf(calls, i)
		switch len(values) {
		case 0:
			p.warn("%s: the action %s takes %d parameters: write the value of %s into str()", place(h), h.Origin.Name, h.Origin.Params, name)
			m.arg(name + "=str()")
		case 1:
			m.arg(name + "=str(" + quote(values[0]) + ")")
		default:
			variable := "txn." + variableName(m.Name) + "_" + name
			m.arg(name + "=var(" + variable + ")")
			for j, c := range calls {
				sets[j] = append(sets[j], ruleOf(c.Facility)+" set-var("+variable+") str("+quote(at(c.Args, i))+")"+c.condition())
			}
		}
	}
	return sets
}

func valuesOf(calls []Call, i int) []string {
	var values []string
	for _, c := range calls {
		if v := at(c.Args, i); !slices.Contains(values, v) {
			values = append(values, v)
		}
	}
	return values
}

func at(list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return ""
}

// variableName is what a variable's name can hold of a name.
func variableName(s string) string { return haproxy.VarOfHeader(s) }

// needed adds the arguments for what a function of HAProxy's API asks for.
func (p *planner) needed(m *Message, n *needs.Needs) {
	p.waits = p.waits || n.Waits
	for _, f := range n.Fetches {
		if haproxy.HasSideEffect(f.Name) {
			p.warn("%s: the fetch %s changes a table of HAProxy's, which no agent can: set a variable and use http-request sc-inc-gpc", f.Place, f.Name)
			continue
		}
		if f.Computed && !fromWhole(f.Name) {
			p.warn("%s: the parameters of the fetch %s are computed: name its arguments in the message's args by hand", f.Place, f.Name)
			continue
		}
		if !haproxy.IsOwn(f.Name) {
			p.fetch(m, f)
		}
	}
	if n.RequestHeaders || edits(n, "req_") {
		m.arg("req.hdrs_bin=req.hdrs_bin")
	}
	if n.ResponseHeaders || edits(n, "res_") {
		m.arg("res.hdrs_bin=res.hdrs_bin")
	}
	if haproxy.HasHeaderLists(p.Version) && (n.Replies || slices.ContainsFunc(n.Edits, needs.Edit.OfHeader)) {
		m.arg(haproxy.HeaderListArgument)
	}
	if n.Keeps { // from 3.1 on a request and its answer have nothing else in common
		p.since(m, "3.0", "txn.id32=txn.id32")
	}
	for _, name := range n.Reads {
		if _, _, err := spop.ParseVarName(name); err != nil {
			p.warn("%s: %s reads a variable that HAProxy cannot have: %v", m.Comment, m.Name, err)
			continue
		}
		m.arg(name + "=var(" + name + ")")
	}
}

// fetch adds what a fetch needs. One that HAProxy does not have is nil in its Lua.
func (p *planner) fetch(m *Message, f needs.Fetch) {
	_, source, _ := strings.Cut(haproxy.Argument(f.Name, f.Args), "=")
	name, _, _ := strings.Cut(source, "(")
	since := haproxy.FetchSince(name)
	if since == "" {
		p.warn("%s: no version of HAProxy up to 3.4 has the fetch %s: if yours has, name the argument in the message's args by hand", f.Place, f.Name)
		return
	}
	if !p.since(m, since, asWord(haproxy.Argument(f.Name, f.Args))) {
		p.warn("%s: HAProxy has the fetch %s from %s on", f.Place, f.Name, since)
	}
}

// since adds an argument that HAProxy has from a version on: under a condition when
// the file is for all versions. It reports false when the version of the file has it
// not.
func (p *planner) since(m *Message, version, entry string) bool {
	switch {
	case version == "2.6" || p.Version != "" && haproxy.AtLeast(p.Version, version):
		m.arg(entry)
	case p.Version != "":
		return false
	case !slices.Contains(m.Later[version], entry):
		if m.Later == nil {
			m.Later = map[string][]string{}
		}
		m.Later[version] = append(m.Later[version], entry)
	}
	return true
}

// fromWhole reports whether the agent computes a fetch, whatever its parameters are,
// from all headers, the query or the body.
func fromWhole(fetch string) bool {
	_, whole, _ := strings.Cut(haproxy.Argument(fetch, nil), "=")
	return slices.Contains([]string{"req.hdrs_bin", "res.hdrs_bin", "query", "req.body"}, whole)
}

// edits reports whether headers are edited that a script may read back.
func edits(n *needs.Needs, direction string) bool {
	return slices.ContainsFunc(n.Edits, func(e needs.Edit) bool {
		return strings.HasPrefix(e.Function, direction+"rep_")
	})
}
