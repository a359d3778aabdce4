package haproxy

import (
	"errors"
	"strings"

	"github.com/spoa-lua/spoa-lua/spop"
)

// cutLineEnd is cut_crlf: what stands in front of the first end of a line.
func cutLineEnd(s string, _ params) (spop.Value, error) {
	if i := strings.IndexAny(s, "\r\n"); i >= 0 {
		s = s[:i]
	}
	return spop.String(s), nil
}

// hostAndPort cuts at the last colon, unless a bracket comes behind it.
func hostAndPort(s string) (host, port string) {
	if i := strings.LastIndexAny(s, ":]"); i >= 0 && s[i] == ':' {
		return s[:i], s[i+1:]
	}
	return s, ""
}

func hostOnly(s string, _ params) (spop.Value, error) {
	host, _ := hostAndPort(s)
	return spop.String(host), nil
}

// portOnly is port_only, 0 without a port. HAProxy takes any byte for a digit.
func portOnly(s string, _ params) (spop.Value, error) {
	_, port := hostAndPort(s)
	n := uint32(0)
	for i := range len(port) {
		n = n*10 + uint32(port[i]) - '0'
	}
	return spop.Int64(int64(n)), nil
}

// parameterOf is param(name[, delimiter]).
func parameterOf(s string, p params) (spop.Value, error) {
	delimiter := p.text(1, "&")
	if len(delimiter) != 1 {
		return spop.Null(), errors.New("the delimiter must be one character")
	}
	for part := range strings.SplitSeq(s, delimiter) {
		if name, value, _ := strings.Cut(part, "="); name == p.text(0, "") && part != "" {
			return spop.String(value), nil
		}
	}
	return spop.Null(), nil
}

// languageOf is language(those that there are[, otherwise]) of Accept-Language:
// the one with the greatest weight.
func languageOf(s string, p params) (spop.Value, error) {
	best, weight := "", 0.0
	for part := range strings.SplitSeq(s, ",") {
		tag, attributes, _ := strings.Cut(part, ";")
		tag, _, _ = strings.Cut(strings.Trim(tag, " \t"), "-")
		if q := weightOf(attributes); q > weight && tag != "" && contains(p.text(0, ""), tag) {
			best, weight = tag, q
		}
	}
	if best == "" {
		if len(p) < 2 {
			return spop.Null(), nil
		}
		best = p.text(1, "")
	}
	return spop.String(best), nil
}

// contains reports whether a list with semicolons has the text.
func contains(list, text string) bool {
	for one := range strings.SplitSeq(list, ";") {
		if one == text {
			return true
		}
	}
	return false
}

// weightOf is the q among attributes, 1 when there is none that is a number.
func weightOf(attributes string) float64 {
	for a := range strings.SplitSeq(attributes, ";") {
		q, ok := strings.CutPrefix(strings.TrimLeft(a, " \t"), "q=")
		if !ok || q == "" || q[0] != '0' {
			continue
		}
		weight, digit := 0.0, 0.1
		for _, c := range strings.TrimPrefix(q[1:], ".") {
			if c < '0' || c > '9' {
				break
			}
			weight += digit * float64(c-'0')
			digit /= 10
		}
		return weight
	}
	return 1
}
