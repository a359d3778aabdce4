package haproxyconf

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/spoa-lua/spoa-lua/luabind/haproxy"
	"github.com/spoa-lua/spoa-lua/luabind/needs"
)

var (
	headerName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]*$`)
	headerRead = regexp.MustCompile(`\b(req\.|res\.|s)?f?hdr(?:_[a-z]+)?\(([A-Za-z][A-Za-z0-9_-]*)`)
)

// nameHeaders gives names to the headers that the script edits under names that it
// computes: those that the parameters of the action and variables of the
// environment are, or lists of such, and those that the existing haproxy.cfg
// reads. A rule for a header that the script leaves alone does nothing. HAProxy 3.4
// has rules that need no names.
func (p *planner) nameHeaders(n *needs.Needs, calls []Call) {
	if haproxy.HasHeaderLists(p.Version) {
		n.Unknown = slices.DeleteFunc(n.Unknown, func(text string) bool {
			return strings.HasSuffix(text, needs.ComputedHeader) || strings.HasSuffix(text, needs.ComputedReplyHeader)
		})
		return
	}
	var given []string
	for _, c := range calls {
		for _, a := range c.Args {
			if !p.Existing.hasSection(a) {
				given = append(given, headerNames(a)...)
			}
		}
	}
	for _, value := range p.environment() {
		given = append(given, headerNames(value)...)
	}
	if n.AnyReplyHeader {
		n.ReplyHeaders = append(n.ReplyHeaders, given...)
		tellRules(n, needs.ComputedReplyHeader, "the name of the reply's header", given)
	}
	var there []string
	for _, e := range slices.Clone(n.Edits) {
		if e.Name != "" || !strings.Contains(e.Function, "header") {
			continue
		}
		for _, name := range slices.Concat(given, p.Existing.readHeaders(strings.HasPrefix(e.Function, "res_"))) {
			n.Edits = append(n.Edits, needs.Edit{Function: e.Function, Name: name})
			there = append(there, name)
		}
	}
	tellRules(n, needs.ComputedHeader, "the name of the header", there)
}

// tellRules says in the place of a text for what names there are rules.
func tellRules(n *needs.Needs, text, what string, names []string) {
	var told []string
	for _, name := range names {
		if !slices.Contains(told, name) {
			told = append(told, name)
		}
	}
	for i, unknown := range n.Unknown {
		if place, ok := strings.CutSuffix(unknown, text); ok && told != nil {
			n.Unknown[i] = place + what + " is computed: there are rules for " + strings.Join(told, ", ") +
				"; write those for others by hand, see doc/haproxy-lua.md"
		}
	}
}

// headerNames are the names of headers that a text is a list of.
func headerNames(text string) []string {
	var names []string
	for name := range strings.SplitSeq(strings.ToLower(text), ",") {
		if name = strings.TrimSpace(name); headerName.MatchString(name) {
			names = append(names, name)
		}
	}
	return names
}

// environment are the values of variables that look like names of headers, by
// what they are called or what they hold.
func (p *planner) environment() []string {
	vars := maps.Clone(p.Vars)
	if vars == nil {
		vars = map[string]string{}
	}
	if p.Existing != nil {
		for _, line := range p.Existing.Lines {
			w := words(line)
			if len(w) == 3 && (w[0] == "setenv" || w[0] == "presetenv") && vars[unquote(w[1])] == "" {
				vars[unquote(w[1])] = unquote(w[2])
			}
		}
	}
	var values []string
	for _, name := range slices.Sorted(maps.Keys(vars)) {
		if strings.Contains(strings.ToLower(name), "header") || strings.Contains(vars[name], "-") {
			values = append(values, vars[name])
		}
	}
	return values
}

// readHeaders are the headers that lines read, of requests or of answers.
func (e *Existing) readHeaders(response bool) []string {
	if e == nil {
		return nil
	}
	var names []string
	for _, line := range e.Lines {
		if strings.HasPrefix(strings.TrimSpace(line), "#") {
			continue
		}
		for _, m := range headerRead.FindAllStringSubmatch(line, -1) {
			name := strings.ToLower(m[2])
			if (m[1] == "res." || m[1] == "s") == response && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}
