package haproxyconf

import (
	"regexp"
	"slices"
	"strings"
)

var sectionLine = regexp.MustCompile(`^\s*(global|defaults|frontend|backend|listen|peers|resolvers|userlist|program|http-errors|ring|cache|mailers|log-forward|fcgi-app|crt-store|traces)\b`)

// section is a part of a haproxy.cfg, by the indexes of its lines.
type section struct {
	kind, name  string
	from        string // the defaults that it names
	first, last int
	defaults    *section // those that count for it
	lines       []line
}

// line is one line of a section.
type line struct {
	number int // from 1
	words  []word
}

// is reports whether a line begins with those words.
func (l *line) is(directives ...string) bool {
	for _, d := range directives {
		want := strings.Fields(d)
		if len(l.words) < len(want) {
			continue
		}
		same := true
		for i, w := range want {
			same = same && l.words[i].raw == w
		}
		if same {
			return true
		}
	}
	return false
}

// condition is the index of the word if or unless, or of the end.
func (l *line) condition() int {
	for i, w := range l.words {
		if i > 0 && (w.raw == "if" || w.raw == "unless") {
			return i
		}
	}
	return len(l.words)
}

// sections cuts lines at the heads of sections. What is in front of the first one
// is in none.
func sections(lines []string) []*section {
	var list []*section
	for i, text := range lines {
		w := wordsOf(text)
		if head := sectionLine.FindStringSubmatch(text); head != nil {
			s := &section{kind: head[1], first: i}
			if len(w) > 1 {
				s.name = w[1].raw
			}
			s.from = fromOf(w)
			s.defaults = defaultsOf(w, list)
			list = append(list, s)
		}
		if len(list) == 0 {
			continue
		}
		s := list[len(list)-1]
		s.last = i
		s.lines = append(s.lines, line{i + 1, w})
	}
	return list
}

// fromOf is the name behind from in the head of a section, or "".
func fromOf(head []word) string {
	if i := slices.IndexFunc(head, func(w word) bool { return w.raw == "from" }); i > 0 && i+1 < len(head) {
		return head[i+1].raw
	}
	return ""
}

// defaultsOf are those that a section names behind from, or the last ones.
func defaultsOf(head []word, before []*section) *section {
	from := fromOf(head)
	for _, s := range slices.Backward(before) {
		if s.kind == "defaults" && (from == "" || s.name == from) {
			return s
		}
	}
	return nil
}

// runsRules reports whether rules of the section run for requests.
func (s *section) runsRules() bool {
	return slices.Contains([]string{"frontend", "listen", "backend"}, s.kind)
}

// overHTTP reports whether the section understands HTTP: it, or its defaults, say
// so, or there are rules that need it.
func (s *section) overHTTP() bool {
	for at := s; at != nil; at = at.defaults {
		for _, l := range slices.Backward(at.lines) {
			if l.is("mode") && len(l.words) > 1 {
				return l.words[1].raw == "http"
			}
		}
	}
	return slices.ContainsFunc(s.lines, func(l line) bool { return l.is("http-request", "http-response") })
}

// spot is where rules are put in: in front of a line, or behind it.
type spot struct {
	line   int // from 1
	behind bool
}

// order tells spots of the same line apart.
func (s spot) order() int {
	if s.behind {
		return 1
	}
	return 0
}

// inFrontOf is in front of the first line with one of the directives, or else at
// the end of the section.
func (s *section) inFrontOf(directives ...string) spot {
	end := spot{s.first + 1, true}
	for _, l := range s.lines {
		if l.is(directives...) {
			return spot{line: l.number}
		}
		if len(l.words) > 0 {
			end.line = l.number
		}
	}
	return end
}

// behindRules is where the last rules of a request are put in: HAProxy warns of
// rules behind those that choose a server.
func (s *section) behindRules() spot { return s.inFrontOf("redirect", "use_backend", "use-server") }

// rulesUsing are the lines whose conditions name an ACL.
func (s *section) rulesUsing(acl string) []line {
	var list []line
	for _, l := range s.lines {
		for _, w := range l.words[l.condition():] {
			if strings.TrimPrefix(w.raw, "!") == acl {
				list = append(list, l)
				break
			}
		}
	}
	return list
}
