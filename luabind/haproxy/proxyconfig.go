package haproxy

import (
	"slices"
	"strconv"
	"strings"
)

// proxy is a section of haproxy.cfg.
type proxy struct {
	name, mode        string
	uuid              int
	frontend, backend bool
	disabled, sticks  bool
	servers           []server
	defaults          server // what default-server says
}

// server is a server line of a section.
type server struct {
	name, addr       string
	puid, weight     int
	backup, disabled bool
	checked          bool // HAProxy asks it whether it is well
}

// configReader reads the sections of a haproxy.cfg that are proxies.
type configReader struct {
	list     []*proxy
	in       *proxy            // the section that is read, nil for another kind
	defaults map[string]*proxy // by name, "" the last one
}

// readProxies returns the sections of a haproxy.cfg that are proxies.
func readProxies(text []byte) []*proxy {
	r := &configReader{defaults: map[string]*proxy{"": newDefaults()}}
	for line := range strings.Lines(string(text)) {
		words := configWords(line)
		if len(words) == 0 {
			continue
		}
		switch {
		case startsSection(words[0]):
			r.section(append(words, ""))
		case r.in == nil:
		case len(words) > 1:
			r.in.line(words)
		case words[0] == "disabled":
			r.in.disabled = true
		}
	}
	giveNumbers(r.list, func(p *proxy) *int { return &p.uuid })
	for _, p := range r.list {
		list := make([]*server, len(p.servers))
		for i := range p.servers {
			list[i] = &p.servers[i]
		}
		giveNumbers(list, func(s *server) *int { return &s.puid })
	}
	return r.list
}

// HasProxies reports whether text, a haproxy.cfg, has a section that scripts see.
func HasProxies(text []byte) bool { return len(readProxies(text)) > 0 }

// giveNumbers gives those their identifiers that have none, as HAProxy does: the next
// one that is free, and each that has one counts too.
func giveNumbers[T any](list []T, id func(T) *int) {
	taken := make(map[int]bool)
	for _, v := range list {
		taken[*id(v)] = true
	}
	next := 1
	for _, v := range list {
		if p := id(v); *p == 0 {
			for taken[next] {
				next++
			}
			*p = next
		}
		next++
	}
}

func newDefaults() *proxy { return &proxy{mode: "tcp", defaults: server{weight: 1}} }

// section begins one.
func (r *configReader) section(words []string) {
	kind, name := words[0], words[1]
	if kind == "defaults" {
		r.in = newDefaults()
		r.defaults[""], r.defaults[name] = r.in, r.in
		return
	}
	if r.in = nil; !isProxy(kind) {
		return
	}
	p := *r.defaults[""]
	if i := slices.Index(words, "from"); i > 0 && r.defaults[words[i+1]] != nil {
		p = *r.defaults[words[i+1]]
	}
	p.name, p.frontend, p.backend = name, kind != "backend", kind != "frontend"
	r.in = &p
	r.list = append(r.list, r.in)
}

func isProxy(keyword string) bool {
	return keyword == "frontend" || keyword == "backend" || keyword == "listen"
}

func startsSection(keyword string) bool {
	switch keyword {
	case "global", "defaults", "resolvers", "peers", "cache", "userlist", "program", "mailers", "ring", "http-errors",
		"fcgi-app", "crt-store", "log-forward", "log-profile", "traces", "acme":
		return true
	}
	return isProxy(keyword)
}

// line takes a line of a section, with a word behind the keyword.
func (p *proxy) line(words []string) {
	switch words[0] {
	case "mode":
		p.mode = words[1]
	case "id":
		p.uuid, _ = strconv.Atoi(words[1])
	case "stick-table":
		p.sticks = true
	case "default-server":
		p.defaults.options(words[1:])
	case "server":
		if len(words) > 2 {
			p.add(words[1], words[2], words[3:])
		}
	case "server-template":
		if len(words) > 3 {
			p.template(words[1], words[2], words[3:])
		}
	}
}

func (p *proxy) add(name, addr string, options []string) {
	s := p.defaults
	s.name, s.addr = name, serverAddr(addr)
	s.options(options)
	p.servers = append(p.servers, s)
}

// maxTemplate bounds how many servers one line makes.
const maxTemplate = 10_000

// template is server-template PREFIX COUNT ADDRESS, or PREFIX FIRST-LAST ADDRESS.
func (p *proxy) template(prefix, count string, rest []string) {
	first, last, ranged := strings.Cut(count, "-")
	from := 1
	if ranged {
		from, _ = strconv.Atoi(first)
	} else {
		last = first
	}
	to, _ := strconv.Atoi(last)
	for i := from; i <= min(to, from+maxTemplate); i++ {
		p.add(prefix+strconv.Itoa(i), rest[0], rest[1:])
	}
}

// options reads what stands behind a server's address.
func (s *server) options(words []string) {
	for i := 0; i < len(words); i++ {
		next := ""
		if i+1 < len(words) {
			next = words[i+1]
		}
		switch words[i] {
		case "backup":
			s.backup = true
		case "no-backup":
			s.backup = false
		case "disabled":
			s.disabled = true
		case "enabled":
			s.disabled = false
		case "check":
			s.checked = true
		case "no-check":
			s.checked = false
		case "weight":
			s.weight, _ = strconv.Atoi(next)
			i++
		case "id":
			s.puid, _ = strconv.Atoi(next)
			i++
		case "cookie", "track", "sni", "check-sni", "namespace", "source", "addr", "agent-send", "verifyhost", "proto":
			i++ // a word of the user's, which may look like a keyword
		}
	}
}

// addressFamilies are what may stand in front of an address and does not show.
var addressFamilies = map[string]bool{
	"ipv4": true, "ipv6": true, "tcp": true, "tcp4": true, "tcp6": true, "quic4": true, "quic6": true, "mptcp": true, "mptcp4": true, "mptcp6": true,
}

// serverAddr is an address as Server:get_addr prints it: "127.0.0.1:80", without
// brackets around one of IPv6, and port 0 for none. A path is itself. A name stays
// a name, which HAProxy has resolved.
func serverAddr(text string) string {
	family, rest, ok := strings.Cut(text, "@")
	switch {
	case ok && (family == "unix" || family == "uxst"):
		return rest
	case ok && (family == "abns" || family == "abnsz" || family == "sockpair" || family == "fd"):
		return ""
	case ok && addressFamilies[family]:
		text = rest
	}
	if strings.HasPrefix(text, "/") {
		return text
	}
	host, port := text, ""
	if i := strings.LastIndexByte(text, ':'); i >= 0 && i > strings.LastIndexByte(text, ']') {
		host, port = text[:i], text[i+1:]
	}
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	if port = strings.TrimPrefix(port, "+"); port == "" {
		port = "0"
	}
	if a, ok := parseHost(host); ok {
		host = a.String()
	} else if host == "" || host == "*" {
		host = "0.0.0.0"
	}
	return host + ":" + port
}

// configWords cuts a line at its blanks, without quotes, backslashes and comment.
func configWords(line string) []string {
	var words []string
	var word strings.Builder
	inWord, quote := false, byte(0)
	for i := 0; i < len(line); i++ {
		c := line[i]
		switch {
		case c == '\\' && quote != '\'' && i+1 < len(line):
			i++
			word.WriteByte(line[i])
			inWord = true
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && (c == '"' || c == '\''):
			quote, inWord = c, true
		case quote == 0 && strings.IndexByte(" \t\r\n#", c) >= 0:
			if inWord {
				words = append(words, word.String())
				word.Reset()
			}
			if inWord = false; c == '#' {
				return words
			}
		default:
			word.WriteByte(c)
			inWord = true
		}
	}
	if inWord {
		words = append(words, word.String())
	}
	return words
}
