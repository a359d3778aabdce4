package haproxyconf

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// asksItself reports whether rules in front of the line can ask for what it reads.
func (l *line) asksItself() bool {
	return l.is("http-request", "http-response", "tcp-request content", "tcp-response content")
}

// atTheEnd are the directives that read expressions when the rules for requests
// have run.
var atTheEnd = []string{"use_backend", "use-server", "redirect", "balance", "hash", "stick", "force-persist", "ignore-persist", "persist", "server", "source"}

// logs are those whose expressions are read when the line of the log is written.
var logs = []string{"log-format", "log-format-sd", "error-log-format", "unique-id-format"}

// canAsk reports whether rules can ask for what a use reads.
func (one *use) canAsk() bool {
	if one.section.kind == "defaults" {
		return one.line.is(logs...)
	}
	rule, _ := one.section.where(one.line, one)
	return one.section.runsRules() && (rule != "" || one.line.is("acl"))
}

// place finds where rules ask for what a use reads.
func (u *uses) place(one *use, all []*section) {
	if one.line.is("acl") {
		for _, rule := range one.section.rulesUsing(one.line.words[1].raw) {
			u.ask(one, one.section, rule, true)
		}
		return
	}
	if one.section.kind != "defaults" {
		u.ask(one, one.section, one.line, false)
		return
	}
	for _, s := range all {
		if s.defaults == one.section && (s.kind == "frontend" || s.kind == "listen") {
			u.ask(one, s, one.line, false)
		}
	}
}

// ask adds an ask for what a line reads, itself or by an ACL.
func (u *uses) ask(one *use, s *section, l line, acl bool) {
	a := ask{use: one, turn: 1}
	a.rule, a.spot = s.where(l, one)
	if a.rule == "" {
		u.warn("line %d: nothing in front of this line can ask the agent for the lua.%s of its condition: write it otherwise", l.number, one.f.name)
		return
	}
	a.last = !l.asksItself()
	for _, end := range s.ends(a) {
		u.asks = append(u.asks, ask{use: one, rule: a.rule, spot: spot{line: end.number}, when: u.conditionOf(end), turn: 1})
	}
	switch {
	case acl:
		a.turn = 0
	case one.word < l.condition():
		a.turn, a.when = 2, u.conditionOf(l)
	}
	u.asks = append(u.asks, a)
}

// ends are the rules in front of an ask behind which no other one runs: what is
// read later must be asked for there, too.
func (s *section) ends(a ask) []line {
	var list []line
	for _, l := range s.lines {
		if a.last && l.number < a.spot.line && l.is(a.rule+" allow", a.rule+" accept") {
			list = append(list, l)
		}
	}
	return list
}

// conditionOf is the condition of a line as it becomes, with a blank in front.
func (u *uses) conditionOf(l line) string {
	l.words = wordsOf(u.lines[l.number-1])
	condition := ""
	for _, w := range l.words[l.condition():] {
		condition += " " + w.raw
	}
	return condition
}

// where returns the kind of rule that asks for what a line reads, and where it
// stands; "" when there is none.
func (s *section) where(l line, one *use) (rule string, at spot) {
	request, response := "http-request", "http-response"
	if !s.overHTTP() {
		request, response = "tcp-request content", "tcp-response content"
	}
	answer := one.f.answers || strings.HasPrefix(one.input, "res.") || strings.HasPrefix(one.input, "status")
	switch {
	case l.is("http-after-response"):
		return "http-response", spot{line: l.number}
	case l.asksItself():
		rule = l.words[0].raw
		if strings.HasPrefix(rule, "tcp-") {
			rule += " content"
		}
		return rule, spot{line: l.number}
	case l.is(atTheEnd...):
		return request, s.behindRules()
	case l.is(logs...) && answer:
		return response, s.inFrontOf()
	case l.is(logs...) && strings.Contains(one.input, "var("):
		return request, s.behindRules()
	case l.is(logs...): // also for requests that a rule refuses
		return request, s.inFrontOf(request, "redirect", "use_backend", "use-server")
	}
	return "", spot{}
}

// merge has each result asked for once in a place.
func (u *uses) merge() {
	var list []ask
	for _, a := range u.asks {
		i := slices.IndexFunc(list, func(b ask) bool {
			return a.spot == b.spot && a.rule == b.rule && a.use.f == b.use.f && a.use.call == b.use.call
		})
		if i < 0 {
			list = append(list, a)
			continue
		}
		list[i].turn = min(list[i].turn, a.turn)
		if list[i].when != a.when {
			list[i].when = ""
		}
	}
	slices.SortStableFunc(list, func(a, b ask) int {
		return cmp.Or(a.spot.line-b.spot.line, a.spot.order()-b.spot.order(), a.turn-b.turn)
	})
	u.asks = list
}

// inputVaries reports whether the uses of a converter convert different things.
func (f *function) inputVaries() bool {
	return slices.ContainsFunc(f.calls, func(p parameters) bool { return p.input != f.calls[0].input })
}

// argVaries reports whether the uses differ in an argument.
func (f *function) argVaries(i int) bool {
	return slices.ContainsFunc(f.calls, func(p parameters) bool {
		return (i < len(p.args)) != (i < len(f.calls[0].args)) || at(p.args, i) != at(f.calls[0].args, i)
	})
}

// maxArgs is how many arguments the longest list has.
func (f *function) maxArgs() int {
	n := 0
	for _, p := range f.calls {
		n = max(n, len(p.args))
	}
	return n
}

// argument is the variable that carries what differs between the uses.
func (f *function) argument(name string) string { return "txn." + variableName(f.name) + "_" + name }

// args are the entries of the function's message.
func (u *uses) args(f *function) []string {
	var list []string
	if i := slices.IndexFunc(u.list, func(one *use) bool { return one.f == f }); f.converter && i >= 0 {
		input := u.list[i].input
		if f.inputVaries() {
			input = "var(" + f.argument("in") + ")"
		}
		list = append(list, asWord("in="+input))
	}
	for i := range f.maxArgs() {
		name := "arg" + strconv.Itoa(i+1)
		if f.argVaries(i) {
			list = append(list, name+"=var("+f.argument(name)+")")
			continue
		}
		list = append(list, asWord(name+"=str("+quoteArgument(f.calls[0].args[i])+")"))
	}
	return list
}

// rules are those that ask: they put what differs into variables, send the message
// and keep the result.
func (u *uses) rules(a ask) []string {
	var list []string
	rule := func(format string, args ...any) { list = append(list, a.rule+" "+fmt.Sprintf(format, args...)+a.when) }
	f := a.use.f
	if f.converter && f.inputVaries() {
		rule("unset-var(%s)", f.argument("in")) // it stays when there is nothing to convert
		rule("set-var(%s) %s", f.argument("in"), asWord(a.use.input))
	}
	call := f.calls[a.use.call]
	for i := range f.maxArgs() {
		name := f.argument("arg" + strconv.Itoa(i+1))
		switch {
		case !f.argVaries(i):
		case i < len(call.args):
			rule("set-var(%s) %s", name, asWord("str("+quoteArgument(call.args[i])+")"))
		default:
			rule("unset-var(%s)", name)
		}
	}
	rule("send-spoe-group %s %s", u.engine, f.name)
	list = append(list, failClosed(u.engine, a.rule))
	if f.copied {
		result := u.result(f, a.use.call)
		f := function{name: f.name}
		rule("unset-var(%s)", result)
		rule("set-var(%s) var(%s)", result, u.result(&f, 0))
	}
	return list
}
