package haproxy

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/spoa-lua/spoa-lua/spop"
)

// jsonEscape is json(code): a text as it can stand in a string of JSON. The codes
// that begin with utf8 fail for what is none, or leave it out with an s.
func jsonEscape(s string, p params) (spop.Value, error) {
	code := p.text(0, "")
	switch code {
	case "", "ascii", "utf8", "utf8s", "utf8p", "utf8ps":
	default:
		return spop.Null(), fmt.Errorf("'%s' is no code: ascii, utf8, utf8s, utf8p and utf8ps are", code)
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := rune(s[i]), 1
		if code != "" && code != "ascii" {
			r, size = utf8.DecodeRuneInString(s[i:])
			if bad := r == utf8.RuneError && size == 1 || r >= 0xfffe; bad {
				if !strings.HasSuffix(code, "s") {
					return spop.Null(), nil
				}
				i += size
				continue
			}
		}
		escapeRune(&b, r)
		i += size
	}
	return spop.String(b.String()), nil
}

func escapeRune(b *strings.Builder, r rune) {
	if i := strings.IndexRune("\"\\/\b\f\n\r\t", r); i >= 0 {
		b.WriteByte('\\')
		b.WriteByte(`"\/bfnrt`[i])
		return
	}
	if r < ' ' || r >= 0x7f {
		fmt.Fprintf(b, `\u%04x`, r)
		return
	}
	b.WriteRune(r)
}

// jsonQuery is json_query(path[, "int"]).
func jsonQuery(s string, p params) (spop.Value, error) {
	if err := checkQuery(p); err != nil {
		return spop.Null(), err
	}
	if p.text(0, "") == "" {
		return spop.Null(), errors.New("the path must not be empty")
	}
	return queried(s, p), nil
}

func checkQuery(p params) error {
	if kind := p.text(1, "int"); kind != "int" {
		return fmt.Errorf("'%s' is no type of the result: int is", kind)
	}
	return nil
}

// queried is what a path leads to: null when there is nothing, and for objects.
func queried(s string, p params) spop.Value {
	path, ok := strings.CutPrefix(p.text(0, ""), "$")
	if !ok {
		return spop.Null()
	}
	found, ok := follow(s, path)
	if !ok {
		return spop.Null()
	}
	switch c := found[0]; c {
	case '"':
		return unquoted(found[1 : len(found)-1])
	case 't', 'f':
		return spop.Bool(c == 't')
	case '[':
		return spop.String(found)
	case '{', 'n':
		return spop.Null()
	}
	return number(found, len(p) > 1)
}

// maxExact is the largest integer that doubles hold exactly.
const maxExact = 1<<53 - 1

// number is a number as an integer, or as C's %g writes it.
func number(s string, integer bool) spop.Value {
	if !integer {
		f, _ := strconv.ParseFloat(s, 64)
		return spop.String(strconv.FormatFloat(f, 'g', 6, 64))
	}
	n := leading(s)
	if n == math.MinInt64 || n > maxExact || n < -maxExact {
		return spop.Null()
	}
	return spop.Int64(n)
}

// unquoted is what stands between quotes. A code beyond one byte is none of
// HAProxy's, nor is an escaped slash.
func unquoted(s string) spop.Value {
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			b = append(b, s[i])
			continue
		}
		i++
		if i+4 < len(s) && s[i] == 'u' && s[i+1:i+3] == "00" {
			n, err := strconv.ParseUint(s[i+3:i+5], 16, 8)
			if err != nil {
				return spop.Null()
			}
			b = append(b, byte(n))
			i += 4
			continue
		}
		j := -1
		if i < len(s) {
			j = strings.IndexByte(`"\bfnrt`, s[i])
		}
		if j < 0 {
			return spop.Null()
		}
		b = append(b, "\"\\\b\f\n\r\t"[j])
	}
	return spop.String(string(b))
}

// follow returns the text of the value that a path leads to: .key and [index],
// with a backslash before a dot or bracket of a key. The text behind it need not
// be JSON.
func follow(s, path string) (string, bool) {
	s = blank(s)
	if path == "" {
		end, ok := valueEnd(s, 0)
		return s[:end], ok
	}
	switch {
	case path[0] == '.' && strings.HasPrefix(s, "{"):
		key, rest := cutKey(path[1:])
		return inside(s, func(name string, _ int64) bool { return name == key }, rest)
	case path[0] == '[' && strings.HasPrefix(s, "["):
		index, rest, ok := strings.Cut(path[1:], "]")
		if !ok {
			return "", false
		}
		want := leading(index)
		return inside(s, func(_ string, i int64) bool { return i == want }, rest)
	}
	return "", false
}

func cutKey(path string) (key, rest string) {
	var b strings.Builder
	for i := 0; i < len(path); i++ {
		if path[i] == '.' || path[i] == '[' {
			return b.String(), path[i:]
		}
		if path[i] == '\\' && i+1 < len(path) {
			i++
		}
		b.WriteByte(path[i])
	}
	return b.String(), ""
}

// inside goes through an object or array and follows the rest of the path into
// what is wanted.
func inside(s string, wanted func(name string, i int64) bool, rest string) (string, bool) {
	object := s[0] == '{'
	s = blank(s[1:])
	for i := int64(0); s != "" && s[0] != '}' && s[0] != ']'; i++ {
		name := ""
		if object {
			end, ok := valueEnd(s, 0)
			if !ok || s[0] != '"' {
				return "", false
			}
			name, s = s[1:end-1], blank(s[end:])
			if s, ok = strings.CutPrefix(s, ":"); !ok {
				return "", false
			}
		}
		if wanted(name, i) {
			return follow(s, rest)
		}
		s = blank(s)
		end, ok := valueEnd(s, 0)
		if !ok {
			return "", false
		}
		if s, ok = strings.CutPrefix(blank(s[end:]), ","); !ok {
			return "", false
		}
		s = blank(s)
	}
	return "", false
}

func blank(s string) string { return strings.TrimLeft(s, " \t\r\n") }

// maxJSONDepth is how deep what a query skips may nest.
const maxJSONDepth = 20

// valueEnd is where the value ends that s begins with.
func valueEnd(s string, depth int) (int, bool) {
	if s == "" || depth > maxJSONDepth {
		return 0, false
	}
	switch s[0] {
	case '"':
		for i := 1; i < len(s); i++ {
			switch s[i] {
			case '\\':
				i++
			case '"':
				return i + 1, true
			}
		}
		return 0, false
	case '{', '[':
		return nestedEnd(s, depth)
	}
	for _, word := range []string{"true", "false", "null"} {
		if strings.HasPrefix(s, word) {
			return len(word), true
		}
	}
	end := len(s) - len(strings.TrimLeft(s, "+-.0123456789eE"))
	_, err := strconv.ParseFloat(s[:end], 64)
	return end, end > 0 && err == nil
}

func nestedEnd(s string, depth int) (int, bool) {
	closing := s[0] + 2 // of { and [
	i := 1
	for {
		i += len(s[i:]) - len(strings.TrimLeft(s[i:], " \t\r\n,:"))
		if i >= len(s) {
			return 0, false
		}
		if s[i] == closing {
			return i + 1, true
		}
		end, ok := valueEnd(s[i:], depth+1)
		if !ok {
			return 0, false
		}
		i += end
	}
}
