package haproxyconf

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spoa-lua/spoa-lua/luabind/haproxy"
)

// function is a fetch or a converter of the scripts, as a configuration uses it.
type function struct {
	name      string
	converter bool
	answers   bool // it reads the server's answer
	calls     []parameters
	copied    bool // its results have variables of their own: others come between
}

// parameters are what a function is called with: those that are told apart.
type parameters struct {
	input string // of a converter, as the configuration writes it
	args  []string
}

func (f *function) call(p parameters) int {
	for i, there := range f.calls {
		if there.input == p.input && slices.Equal(there.args, p.args) {
			return i
		}
	}
	f.calls = append(f.calls, p)
	return len(f.calls) - 1
}

// use is a place where a line calls a function.
type use struct {
	f       *function
	call    int // of f.calls
	section *section
	line    line
	word    int // of the line
	at      int // in the word's value
	input   string
}

// ask is a place where rules ask the agent for the result of a function.
type ask struct {
	use  *use
	spot spot
	rule string // the kind of rule
	when string // the condition, with a blank in front of it
	turn int    // at its spot: what conditions need comes first
	last bool   // it stands behind the rules
}

// uses finds and replaces the uses of functions in a configuration.
type uses struct {
	engine    string
	functions map[string]*function
	warn      func(format string, args ...any)
	list      []*use
	lines     []string // as they become
	asks      []ask
}

// find goes through the sections.
func (u *uses) find(lines []string) {
	u.lines = slices.Clone(lines)
	all := sections(lines)
	for _, s := range all {
		for _, l := range s.lines {
			for i := range l.words {
				u.findIn(s, l, i)
			}
		}
	}
	u.decide()
	for i, one := range u.list {
		if i == 0 || u.list[i-1].line.number != one.line.number {
			u.rewrite(one.line)
		}
	}
	for _, one := range u.list {
		u.place(one, all)
	}
	u.merge()
}

// named reports whether a word is a name: of an action, a service or something of
// HAProxy.
func (l *line) named(i int) bool {
	switch i {
	case 0:
		return true
	case 1:
		return l.is("http-request", "http-response", "http-after-response", "acl", "server") ||
			l.is("use_backend", "use-server") && !strings.Contains(l.words[1].raw, "%")
	case 2:
		return l.is("tcp-request content", "tcp-response content", "http-request use-service")
	}
	return false
}

func (u *uses) findIn(s *section, l line, i int) {
	if l.named(i) || !strings.Contains(l.words[i].raw, "lua.") {
		return
	}
	value := decode(l.words[i].raw).value
	for _, e := range expressions(value) {
		for k := range e {
			if f := u.function(l, e[k].lua(), k > 0); f != nil {
				p := parameters{args: e[k].args}
				if k > 0 {
					p.input = value[e[0].start:e[k-1].end]
				}
				one := &use{f: f, section: s, line: l, word: i, at: e[k].start, input: p.input}
				if !one.canAsk() {
					u.warn("line %d: nothing in front of this line can ask the agent for lua.%s: keep lua-load for it, or write it otherwise", l.number, f.name)
					continue
				}
				one.call = f.call(p)
				u.list = append(u.list, one)
			}
		}
	}
}

// function is the one of that name; nil when there is none.
func (u *uses) function(l line, name string, converter bool) *function {
	if name == "" {
		return nil
	}
	f := u.functions[name]
	if f == nil || f.converter != converter {
		u.warn("line %d: no script has the %s lua.%s", l.number, map[bool]string{true: "converter", false: "fetch"}[converter], name)
		return nil
	}
	return f
}

// decide gives results variables of their own where others of the same function
// come between the question and the line that reads it.
func (u *uses) decide() {
	for i, one := range u.list {
		f := one.f
		if len(f.calls) < 2 {
			continue
		}
		f.copied = f.copied || !one.line.asksItself()
		for _, other := range u.list[:i] {
			f.copied = f.copied || other.f == f && other.line.number == one.line.number && other.call != one.call
		}
	}
}

// result is the variable with the result of a call.
func (u *uses) result(f *function, call int) string {
	if f.copied {
		return fmt.Sprintf("txn.%s_result%d", variableName(f.name), call+1)
	}
	return "txn." + u.engine + "." + haproxy.VarOfFunction(f.name)
}

// rewrite writes variables in the place of the functions of a line.
func (u *uses) rewrite(l line) {
	text := u.lines[l.number-1]
	for i, w := range slices.Backward(l.words) {
		p := decode(w.raw)
		var changes []change
		whole := false
		for _, e := range expressions(p.value) {
			if c, last, ok := u.change(l, i, p.value, e); ok {
				changes = append(changes, c)
				whole = last && c.from == 0
			}
		}
		if changes == nil {
			continue
		}
		now := p.with(changes)
		if whole && l.needsMethod(i) {
			now += " -m str" // as for the texts of Lua; a variable has no method of its own
		}
		text = text[:w.start] + now + text[w.end():]
	}
	u.lines[l.number-1] = text
}

// change is what becomes of an expression with functions, and whether one of them
// is its last element. It notes what their converters read.
func (u *uses) change(l line, word int, value string, e []element) (c change, last, ok bool) {
	c = change{from: e[0].start, to: e[len(e)-1].end}
	for k := range e {
		if k > 0 && c.text != "" {
			c.text += value[e[k-1].end:e[k].start] // the comma
		}
		i := slices.IndexFunc(u.list, func(one *use) bool {
			return one.line.number == l.number && one.word == word && one.at == e[k].start
		})
		switch {
		case i < 0 && c.text != "":
			c.text += value[e[k].start:e[k].end]
		case i >= 0:
			one := u.list[i]
			one.input = strings.TrimSuffix(c.text, ",")
			if c.text == "" && k > 0 {
				one.input = value[e[0].start:e[k-1].end]
			}
			c.text = "var(" + u.result(one.f, one.call) + ")"
		}
		last = i >= 0
	}
	return c, last, c.text != ""
}

// needsMethod reports whether the expression in a word is that of an ACL without a
// method of matching.
func (l *line) needsMethod(i int) bool {
	before := l.words[i-1].raw
	if isACL := i == 2 && l.is("acl"); before != "{" && before != "!{" && !isACL {
		return false
	}
	for k := i + 1; k < len(l.words); k++ {
		switch flag := l.words[k].raw; flag {
		case "-m":
			return false
		case "-f":
			k++
		case "-i", "-n", "-u", "-M":
		default:
			return true
		}
	}
	return true
}
