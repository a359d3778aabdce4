package haproxy

import (
	"fmt"
	"regexp"
	"regexp/syntax"
	"strconv"
	"strings"

	"github.com/spoa-lua/spoa-lua/spop"
)

// substitute is regsub(regex, text[, flags]), by RE2. From Lua the flag i does
// nothing in HAProxy, which has compiled the regex before it reads the flags.
func substitute(s string, p params) (spop.Value, error) {
	flags := p.text(2, "")
	if bad := strings.Trim(flags, "gi"); bad != "" {
		return spop.Null(), fmt.Errorf("'%s' is no flag: g and i are", bad)
	}
	first, err := compileRegex(p.text(0, ""), true)
	if err != nil {
		return spop.Null(), fmt.Errorf("regex '%s': %w (the syntax is RE2's)", p.text(0, ""), err)
	}
	re := first
	var b strings.Builder
	for {
		m := re.FindStringSubmatchIndex(s)
		if m == nil {
			b.WriteString(s)
			break
		}
		b.WriteString(s[:m[0]])
		expand(&b, p.text(1, ""), s, m)
		atEnd := s == ""
		s = s[m[1]:]
		if !strings.Contains(flags, "g") {
			b.WriteString(s)
			break
		}
		if atEnd || b.Len() > maxConverted {
			break
		}
		if m[0] == m[1] && s != "" {
			b.WriteByte(s[0])
			s = s[1:]
		}
		if re == first {
			re = notAtStart(first)
		}
	}
	if b.Len() > maxConverted {
		return spop.Null(), nil
	}
	return spop.String(b.String()), nil
}

// maxConverted is how long a result may be: HAProxy's own limit is a buffer,
// which a frame must fit too.
const maxConverted = 64 << 10

// expand writes a replacement: \0 to \9 are the match and its groups, \xHH a
// byte.
func expand(b *strings.Builder, replacement, s string, m []int) {
	for i := 0; i < len(replacement); i++ {
		c := replacement[i]
		if c != '\\' {
			b.WriteByte(c)
			continue
		}
		if i++; i == len(replacement) {
			return
		}
		switch c = replacement[i]; {
		case c >= '0' && c <= '9':
			if n := 2 * int(c-'0'); n < len(m) && m[n] >= 0 {
				b.WriteString(s[m[n]:m[n+1]])
			}
		case c == 'x' && i+2 < len(replacement) && isHex(replacement[i+1:i+3]):
			n, _ := strconv.ParseUint(replacement[i+1:i+3], 16, 8)
			b.WriteByte(byte(n))
			i += 2
		default:
			b.WriteByte(c)
		}
	}
}

func isHex(s string) bool {
	_, err := strconv.ParseUint(s, 16, 8)
	return err == nil
}

// notAtStart is the regex for what is left of a text, whose start is none.
func notAtStart(re *regexp.Regexp) *regexp.Regexp {
	tree, err := syntax.Parse(re.String(), syntax.Perl)
	if err != nil || !dropStart(tree) {
		return re
	}
	rest, err := regexp.Compile(tree.String())
	if err != nil {
		return re
	}
	return rest
}

// dropStart makes every start of the text one that is nowhere.
func dropStart(re *syntax.Regexp) (changed bool) {
	if re.Op == syntax.OpBeginText {
		re.Op = syntax.OpNoMatch
		return true
	}
	for _, sub := range re.Sub {
		changed = dropStart(sub) || changed
	}
	return changed
}
