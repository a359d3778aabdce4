package haproxyconf

import (
	"slices"

	"github.com/spoa-lua/spoa-lua/luabind"
	"github.com/spoa-lua/spoa-lua/luabind/haproxy"
	"github.com/spoa-lua/spoa-lua/luabind/needs"
	"github.com/spoa-lua/spoa-lua/runtime"
)

// replaceUses puts variables into the existing haproxy.cfg where it calls fetches
// and converters. What it says of actions is then read from what has become of it.
func (p *planner) replaceUses(gen *runtime.Generation) {
	p.uses = &uses{engine: p.Engine, functions: map[string]*function{}, warn: p.warn}
	for _, message := range gen.Messages {
		for _, h := range gen.Handlers(message) {
			if h.Origin.API == "fetch" || h.Origin.API == "converter" {
				p.uses.functions[message] = &function{name: message, converter: h.Origin.API == "converter", answers: p.answers(h)}
			}
		}
	}
	if p.Existing == nil {
		return
	}
	p.uses.find(p.Existing.Lines)
	moved, err := existing(p.uses.lines)
	if err != nil {
		p.warn("%v", err) // the file that it was made of had no error
		return
	}
	p.Existing = moved
	for _, a := range p.uses.asks {
		now := asked{at: a.spot, kind: a.rule, rules: p.uses.rules(a)}
		if a.last {
			now.sooner = func(when string) []string {
				a.when = when
				return p.uses.rules(a)
			}
		}
		p.asked = append(p.asked, now)
	}
}

// answers reports whether a fetch reads the server's answer.
func (p *planner) answers(h *luabind.Handler) bool {
	n, err := p.analysis.Of(h.Origin.File, h.Origin.Line, false)
	if err != nil {
		return false
	}
	return n.ResponseHeaders || slices.ContainsFunc(n.Fetches, func(f needs.Fetch) bool { return haproxy.OfAnswer(f.Name) })
}

// function is one of core.register_fetches or core.register_converters.
func (p *planner) function(m *Message, h *luabind.Handler, n *needs.Needs) {
	m.comment(h)
	f := p.uses.functions[m.Name]
	for _, entry := range p.uses.args(f) {
		m.arg(entry)
	}
	nameVariables(n, f.argLists())
	p.needed(m, n)
	if f.calls != nil {
		return
	}
	if f.converter {
		p.warn("%s: the converter %s: write what it converts into in=", place(h), m.Name)
		m.arg("in=str()")
	}
	m.Result = p.uses.result(f, 0)
	m.Sends = []Send{{Rule: "http-request send-spoe-group " + p.Engine + " " + m.Name}}
}
