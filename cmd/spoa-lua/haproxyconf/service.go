package haproxyconf

import (
	"fmt"
	"strings"

	"github.com/spoa-lua/spoa-lua/luabind"
	"github.com/spoa-lua/spoa-lua/luabind/haproxy"
	"github.com/spoa-lua/spoa-lua/luabind/needs"
)

// chosen is the variable with the name of the service that answers.
const chosen = "var(txn.spoa_lua_service)"

// isChosen is the condition that one does.
const isChosen = "if { " + chosen + " -m found }"

// HasServices reports whether the existing haproxy.cfg has services answer.
func (c *Config) HasServices() bool { return c.Existing != nil && len(c.Existing.Services) > 0 }

// services plans the headers of the services that the existing haproxy.cfg calls.
func (p *planner) services(handlers []*luabind.Handler) {
	if p.Existing == nil {
		return
	}
	known := map[string]bool{}
	p.carried = map[string][]string{}
	for _, h := range handlers {
		known[h.Origin.Name] = true
		p.carried[h.Origin.Name] = p.headers(h)
	}
	for _, s := range p.Existing.Services {
		if !known[s.Name] {
			p.warn("line %d: no script has the service lua.%s", s.Line, s.Name)
			continue
		}
		p.warn("line %d: the agent answers for lua.%s with --http-listen 127.0.0.1:9080", s.Line, s.Name)
	}
}

// headers are the rules that send along what a service asks for.
func (p *planner) headers(h *luabind.Handler) []string {
	n, err := p.analysis.Of(h.Origin.File, h.Origin.Line, false)
	if err != nil {
		p.warn("%s: the function of the service %s stands in no file of Lua: send what it asks for by hand, see doc/haproxy-lua.md", place(h), h.Origin.Name)
		return nil
	}
	var rules []string
	header := func(name, expression string) {
		value := asWord("%[" + expression + "]")
		rules = append(rules, fmt.Sprintf("http-request set-header %s%s %s if { %s -m str %s } { %s -m found }",
			haproxy.ArgHeader, name, value, chosen, asWord(h.Origin.Name), asWord(expression)))
	}
	for _, f := range n.Fetches {
		switch {
		case haproxy.IsOwn(f.Name) || haproxy.OfHTTP(f.Name): // services of HAProxy have none of the latter
		case f.Computed:
			p.warn("%s: the parameters of the fetch %s are computed: send its header by hand, see doc/haproxy-lua.md", f.Place, f.Name)
		case haproxy.FetchSince(f.Name) == "" || !haproxy.AtLeast(p.ruleVersion(), haproxy.FetchSince(f.Name)):
			p.warn("%s: not every HAProxy that this is for has the fetch %s: send its header by hand, see doc/haproxy-lua.md", f.Place, f.Name)
		default:
			header(haproxy.HeaderOfFetch(f.Name, f.Args), fetchOf(f))
		}
	}
	for _, name := range n.Reads {
		header(name, "var("+name+")")
	}
	for _, u := range n.Unknown {
		if !strings.HasSuffix(u, needs.ComputedReplyHeader) { // what a service answers needs no rules
			p.warn("%s", u)
		}
	}
	return rules
}

// fetchOf is a fetch of a script as HAProxy spells it.
func fetchOf(f needs.Fetch) string {
	_, fetch, _ := strings.Cut(haproxy.Argument(f.Name, f.Args), "=")
	return fetch
}

// serviceBackend is where requests go that a service answers.
const serviceBackend = `# The agent's --http-listen.
backend spoa-lua-http
  mode http
  option http-buffer-request
  timeout connect 1s
  timeout server 10s
  server agent1 127.0.0.1:9080
`

// service returns the rules in place of the one that has a service answer. As
// there, the rules behind it do not run then.
func (c *Config) service(s Service) []string {
	list := []string{strings.TrimRight("http-request set-var(txn.spoa_lua_service) str("+quote(s.Name)+") "+s.If, " ")}
	list = append(list, c.carried[s.Name]...)
	return append(list,
		"http-request set-header spoa-lua-service %["+chosen+"] "+isChosen,
		"http-request allow "+isChosen)
}

// toService returns the lines of a section that send requests to the agent. In a
// backend that is a server of its own.
func toService(s *section) (at spot, lines []string) {
	if s.kind == "backend" {
		return s.inFrontOf(), []string{"server spoa-lua-http 127.0.0.1:9080 weight 0", "use-server spoa-lua-http " + isChosen}
	}
	return s.inFrontOf("use_backend", "use-server"), []string{"use_backend spoa-lua-http " + isChosen}
}
