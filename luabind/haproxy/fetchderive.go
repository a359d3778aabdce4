package haproxy

import (
	"strings"

	"github.com/spoa-lua/spoa-lua/spop"
)

// recipe computes a fetch from several arguments.
type recipe struct {
	from    []string
	compute func(sources []spop.Value) spop.Value
}

// recipes are the fetches that several arguments, or others than in derived, are
// enough for. The first that has all of its arguments counts.
var recipes = map[string][]recipe{
	"path":         {{[]string{"url"}, func(v []spop.Value) spop.Value { return pathOf(cutQuery(origin(v[0]))) }}},
	"pathq":        {{[]string{"path", "query"}, pathAndQuery}, {[]string{"url"}, func(v []spop.Value) spop.Value { return pathOf(origin(v[0])) }}},
	"query":        {{[]string{"url"}, queryOf}},
	"base":         {{[]string{hdrsBin, "path"}, baseOf}},
	"baseq":        {{[]string{hdrsBin, "path", "query"}, func(v []spop.Value) spop.Value { return baseOf([]spop.Value{v[0], pathAndQuery(v[1:])}) }}},
	"base32":       {{[]string{hdrsBin, "path"}, base32Of}},
	"req_body_len": {{[]string{"req.body"}, lengthOf}},
}

func lengthOf(v []spop.Value) spop.Value { return spop.Int64(int64(len(v[0].Bytes()))) }

// composed computes a fetch by its recipe.
func (api *API) composed(m *spop.Message, name string) (spop.Value, bool) {
	for _, r := range recipes[name] {
		sources := make([]spop.Value, 0, len(r.from))
		for _, from := range r.from {
			v, ok := api.argument(m, from)
			if !ok {
				break
			}
			sources = append(sources, v)
		}
		if len(sources) == len(r.from) {
			return r.compute(sources), true
		}
	}
	return spop.Value{}, false
}

// origin is a URL without its scheme and its host.
func origin(url spop.Value) string {
	s := text(url)
	_, rest, ok := strings.Cut(s, "://")
	if !ok || strings.HasPrefix(s, "/") {
		return s
	}
	if i := strings.IndexAny(rest, "/?"); i >= 0 {
		return rest[i:]
	}
	return ""
}

func cutQuery(s string) string {
	s, _, _ = strings.Cut(s, "?")
	return s
}

// pathOf is what begins with a slash: "*" of OPTIONS is no path.
func pathOf(s string) spop.Value { return optional(s, strings.HasPrefix(s, "/")) }

func queryOf(v []spop.Value) spop.Value {
	_, query, ok := strings.Cut(text(v[0]), "?")
	return optional(query, ok)
}

func pathAndQuery(v []spop.Value) spop.Value {
	if v[1].Kind() == spop.KindNull { // no question mark
		return v[0]
	}
	return spop.String(text(v[0]) + "?" + text(v[1]))
}

// baseOf is the host, as the client wrote it, and the path behind it.
func baseOf(v []spop.Value) spop.Value {
	if v[1].Kind() == spop.KindNull {
		return v[1]
	}
	host, _ := occurrence(elements(v[0].Bytes(), "host"), 1)
	return spop.String(host + text(v[1]))
}

// base32Of is base32: the hash of base.
func base32Of(v []spop.Value) spop.Value {
	base := baseOf(v)
	if base.Kind() == spop.KindNull {
		return base
	}
	h := uint32(0)
	for _, c := range base.Bytes() {
		h = uint32(c) + h<<6 + h<<16 - h
	}
	return spop.Int64(int64(avalanche(h)))
}

// headerBlock is req_hdrs: the headers with their ends of lines, and an empty line.
func headerBlock(v spop.Value, _ []string) spop.Value {
	var b strings.Builder
	for name, value := range headers(v.Bytes()) {
		b.WriteString(name + ": " + value + "\r\n")
	}
	return spop.Binary([]byte(b.String() + "\r\n"))
}

// cookieNames is req_cook_names([delimiter]).
func cookieNames(v spop.Value, args []string) spop.Value {
	var names []string
	for name := range cookies(v.Bytes(), 0) {
		names = append(names, name)
	}
	return joinedNames(names, args)
}

// setCookieNames is res_cook_names([delimiter]).
func setCookieNames(v spop.Value, args []string) spop.Value {
	var names []string
	for _, line := range lines(v.Bytes(), "set-cookie") {
		names = appendCookieName(names, line)
	}
	return joinedNames(names, args)
}

func appendCookieName(names []string, part string) []string {
	name, _, ok := strings.Cut(strings.Trim(part, " \t"), "=")
	if name = strings.TrimRight(name, " \t"); ok && name != "" {
		names = append(names, name)
	}
	return names
}

func joinedNames(names, args []string) spop.Value {
	delimiter := arg(args, 0)
	if delimiter == "" {
		delimiter = ","
	}
	return spop.String(strings.Join(names, delimiter))
}

// setCookieCount is res_cook_cnt(name).
func setCookieCount(v spop.Value, args []string) spop.Value {
	n := int64(0)
	for _, line := range lines(v.Bytes(), "set-cookie") {
		for _, name := range appendCookieName(nil, line) {
			if name == arg(args, 0) || len(args) == 0 {
				n++
			}
		}
	}
	return spop.Int64(n)
}
