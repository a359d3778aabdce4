package egress

import (
	"errors"
	"fmt"
	"net/netip"
	"path"
	"strconv"
	"strings"

	"github.com/spoa-lua/spoa-lua/luabind/remote"
)

// Public is the rule that allows the addresses of the public Internet.
const Public = "public"

// Policy is which destinations scripts may connect to. The zero Policy allows
// none. It must not be changed while it is used.
type Policy struct {
	public bool
	rules  []rule
	unix   []string
}

// rule allows a port, or any when it is 0, of a range of addresses or of a host.
type rule struct {
	text   string
	prefix netip.Prefix // of a rule for addresses
	host   string       // of one for a name; a leading dot stands for all names below
	port   uint16
}

// ParsePolicy reads rules: "public", an address or a range in CIDR notation, a
// name of a host or "*.DOMAIN", each but "public" with or without ":PORT", and
// "unix:PATH", in which * stands for a part of a name. No rules are "public".
func ParsePolicy(rules []string) (*Policy, error) {
	if len(rules) == 0 {
		rules = []string{Public}
	}
	p := new(Policy)
	for _, text := range rules {
		if err := p.add(text); err != nil {
			return nil, fmt.Errorf("%q: %w", text, err)
		}
	}
	return p, nil
}

func (p *Policy) add(text string) error {
	if text == Public {
		p.public = true
		return nil
	}
	if _, rest, ok := strings.Cut(text, "://"); ok {
		host, _, _ := strings.Cut(rest, "/")
		return fmt.Errorf("it is a URL: write its host, %s", host)
	}
	if file, ok := strings.CutPrefix(text, "unix:"); ok {
		if _, err := path.Match(file, ""); err != nil || !path.IsAbs(file) {
			return errors.New("a unix socket must be an absolute path")
		}
		p.unix = append(p.unix, file)
		return nil
	}
	r, err := parseRule(text)
	if err != nil {
		return err
	}
	p.rules = append(p.rules, r)
	return nil
}

func parseRule(text string) (rule, error) {
	r := rule{text: text}
	where, port, err := cutPort(text)
	if err != nil {
		return r, err
	}
	r.port = port
	if prefix, err := netip.ParsePrefix(where); err == nil {
		if prefix != prefix.Masked() {
			return r, fmt.Errorf("the range begins at %s", prefix.Masked())
		}
		r.prefix = prefix
		return r, nil
	}
	if addr, err := netip.ParseAddr(where); err == nil {
		r.prefix = netip.PrefixFrom(addr, addr.BitLen())
		return r, nil
	}
	r.host = normalHost(strings.TrimPrefix(where, "*"))
	if !isHost(strings.TrimPrefix(r.host, ".")) || strings.HasPrefix(where, "*") != strings.HasPrefix(r.host, ".") {
		return r, fmt.Errorf("it must be %s, ADDRESS, ADDRESS/BITS, HOST or *.DOMAIN, each with or without :PORT, or unix:PATH", Public)
	}
	return r, nil
}

// cutPort cuts ":PORT" off; an IPv6 address stands in brackets then.
func cutPort(text string) (where string, port uint16, err error) {
	where, digits := text, ""
	if rest, ok := strings.CutPrefix(text, "["); ok {
		inner, after, ok := strings.Cut(rest, "]")
		if !ok || after != "" && after[0] != ':' {
			return "", 0, errors.New("brackets must hold the address, with :PORT or nothing behind")
		}
		where, digits = inner, after
	} else if strings.Count(text, ":") == 1 {
		i := strings.IndexByte(text, ':')
		where, digits = text[:i], text[i:]
	}
	if digits == "" {
		return where, 0, nil
	}
	n, err := strconv.ParseUint(digits[1:], 10, 16)
	if err != nil || n == 0 {
		return "", 0, fmt.Errorf("port %q must be 1 to 65535", digits[1:])
	}
	return where, uint16(n), nil
}

// isHost reports whether name has the characters and the shape of a host's name.
func isHost(name string) bool {
	if name == "" || len(name) > 253 {
		return false
	}
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || len(label) > 63 || strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
			return false
		}
	}
	return true
}

func normalHost(name string) string { return strings.ToLower(strings.TrimSuffix(name, ".")) }

// checkAddr tells why a connection to addr, which host stands for, is refused.
// host is "" when the address itself was given.
func (p *Policy) checkAddr(host string, addr netip.AddrPort) error {
	ip := addr.Addr().Unmap().WithZone("")
	kind := kindOf(ip)
	if p.public && kind == "" {
		return nil
	}
	for i := range p.rules {
		if p.rules[i].allows(host, ip, addr.Port(), kind) {
			return nil
		}
	}
	return refused(host, ip, addr.Port(), kind)
}

func (r *rule) allows(host string, ip netip.Addr, port uint16, kind string) bool {
	if r.port != 0 && r.port != port {
		return false
	}
	if r.host == "" {
		return r.prefix.Contains(ip)
	}
	below := strings.HasPrefix(r.host, ".") && strings.HasSuffix(host, r.host)
	if host != r.host && !below {
		return false
	}
	// A name is as good as its DNS: it may stand for a host of this network, not
	// for this machine or the service that hands out its credentials.
	return kind == "" || kind == kindPrivate || kind == kindLoopback && host == "localhost"
}

func refused(host string, ip netip.Addr, port uint16, kind string) error {
	addr := netip.AddrPortFrom(ip, port).String()
	e := &remote.RefusedError{Destination: addr, Rule: "no --egress lists it", Hint: "--egress " + addr}
	if host != "" {
		e.Destination = host + " (" + addr + ")"
	}
	if kind != "" {
		e.Rule = kind + " addresses must be listed"
	}
	return e
}

// checkUnix returns the path of a socket to connect to, which is the one that was
// looked at, or why the connection is refused. The system reads a path up to a zero
// byte and would follow a link in front of "..".
func (p *Policy) checkUnix(file string) (string, error) {
	clean := path.Clean(file)
	for _, pattern := range p.unix {
		if ok, _ := path.Match(pattern, clean); ok && !strings.Contains(clean, "\x00") {
			return clean, nil
		}
	}
	return "", &remote.RefusedError{Destination: "unix:" + file, Rule: "unix sockets must be listed", Hint: "--egress unix:" + clean}
}

// The kinds of addresses that are not public.
const (
	kindLoopback  = "loopback"
	kindLinkLocal = "link-local"
	kindPrivate   = "private"
	kindSpecial   = "special-purpose"
)

// special are the ranges of IANA's registries that are not of the public
// Internet, or that lead to an IPv4 address inside: NAT64, 6to4, Teredo.
var special = prefixes("0.0.0.0/8", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24",
	"203.0.113.0/24", "240.0.0.0/4", "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
	"5f00::/16", "fec0::/10")

var shared = netip.MustParsePrefix("100.64.0.0/10") // between a provider and its customers

func prefixes(list ...string) []netip.Prefix {
	var out []netip.Prefix
	for _, s := range list {
		out = append(out, netip.MustParsePrefix(s))
	}
	return out
}

// kindOf names what is special about an address; "" is a public one.
func kindOf(ip netip.Addr) string {
	switch {
	case ip.IsLoopback():
		return kindLoopback
	case ip.IsLinkLocalUnicast():
		return kindLinkLocal
	case ip.IsPrivate(), shared.Contains(ip):
		return kindPrivate
	case ip.IsMulticast(), ip.IsUnspecified():
		return kindSpecial
	}
	for _, p := range special {
		if p.Contains(ip) {
			return kindSpecial
		}
	}
	return ""
}
