package haproxy

import (
	"net/netip"
	"regexp"
	"strconv"
	"strings"

	"github.com/spoa-lua/spoa-lua/spop"
)

// forwarded is the Forwarded header of RFC 7239, one element of it, as strictly
// as HAProxy reads it: no blanks, names in lower case, each once.
func forwarded(s string) (map[string]string, bool) {
	fields := make(map[string]string)
	for part := range strings.SplitSeq(s, ";") {
		name, value, ok := strings.Cut(part, "=")
		if _, twice := fields[name]; !ok || twice {
			return nil, false
		}
		quoted := len(value) >= 2 && value[0] == '"' && value[len(value)-1] == '"'
		if quoted && name != "proto" {
			value = value[1 : len(value)-1]
		}
		if !isForwarded(name, value, quoted) {
			return nil, false
		}
		fields[name] = value
	}
	return fields, true
}

var plainHost = regexp.MustCompile(`^([A-Za-z0-9._~%!$&'()*+,;=-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]+)?$`)

func isForwarded(name, value string, quoted bool) bool {
	switch name {
	case "proto":
		return value == "http" || value == "https"
	case "host":
		return plainHost.MatchString(value) && (quoted || !strings.Contains(value, ":"))
	case "for", "by":
		n, ok := parseNode(value)
		return ok && (quoted || n.port == "" && !n.bracketed)
	}
	return false
}

// node is the name and the port of one, as for and by have it.
type node struct {
	name, port string
	bracketed  bool
}

var obfuscated = regexp.MustCompile(`^_[A-Za-z0-9._-]+$`)

func parseNode(s string) (node, bool) {
	n := node{}
	if rest, ok := strings.CutPrefix(s, "["); ok {
		name, port, ok := strings.Cut(rest, "]")
		a, err := netip.ParseAddr(name)
		if !ok || err != nil || !a.Is6() || a.Zone() != "" {
			return n, false
		}
		n.name, n.bracketed, s = name, true, port
		if s == "" {
			return n, true
		}
		if s[0] != ':' {
			return n, false
		}
		n.port = s[1:]
		return n, isPort(n.port)
	}
	name, port, hasPort := strings.Cut(s, ":")
	n.name, n.port = name, port
	a, err := netip.ParseAddr(n.name)
	known := n.name == "unknown" || obfuscated.MatchString(n.name) || err == nil && a.Is4()
	return n, known && (!hasPort || isPort(n.port))
}

func isPort(s string) bool {
	if obfuscated.MatchString(s) {
		return true
	}
	n := leading(s)
	return s != "" && strings.Trim(s, "0123456789") == "" && n >= 0 && n <= 65535
}

func forwardedIsValid(s string, _ params) (spop.Value, error) {
	_, ok := forwarded(s)
	return spop.Bool(ok), nil
}

// forwardedField is rfc7239_field(name).
func forwardedField(s string, p params) (spop.Value, error) {
	fields, _ := forwarded(s)
	v, ok := fields[p.text(0, "")]
	return optional(v, ok), nil
}

// forwardedName is rfc7239_n2nn: the name of a node, or its address.
func forwardedName(s string, _ params) (spop.Value, error) {
	n, ok := parseNode(s)
	if !ok {
		return spop.Null(), nil
	}
	if a, err := netip.ParseAddr(n.name); err == nil {
		return spop.IP(a), nil
	}
	return spop.String(n.name), nil
}

// forwardedPort is rfc7239_n2np: the port of a node, or the name that hides it.
func forwardedPort(s string, _ params) (spop.Value, error) {
	n, ok := parseNode(s)
	switch {
	case !ok || n.port == "":
		return spop.Null(), nil
	case n.port[0] == '_':
		return spop.String(n.port), nil
	}
	return spop.Int64(leading(n.port)), nil
}

// nodeName is what a node may be called when it hides its address.
var nodeName = regexp.MustCompile(`^[A-Za-z0-9._-]+$`)

// nodeOf is rfc7239_nn: the name of a node. From Lua all are texts: they get an
// underscore in front, and no name is unknown.
func nodeOf(s string, _ params) (spop.Value, error) {
	if s == "" {
		return spop.String("unknown"), nil
	}
	return optional("_"+s, nodeName.MatchString(s)), nil
}

// nodePort is rfc7239_np: the port of a node, a number or a name.
func nodePort(in spop.Value, _ params) (spop.Value, error) {
	if in.IsInt() {
		return spop.String(strconv.FormatUint(uint64(uint32(in.Int64())), 10)), nil
	}
	s := text(in)
	return optional("_"+s, nodeName.MatchString(s)), nil
}
