package haproxy

import (
	"iter"
	"strings"

	"github.com/spoa-lua/spoa-lua/spop"
)

// headers goes through req.hdrs_bin: each name and value behind its length, and
// two empty ones at the end.
func headers(b []byte) iter.Seq2[string, string] {
	return func(yield func(name, value string) bool) {
		for len(b) > 0 {
			var name, value []byte
			var ok bool
			if name, b, ok = cutText(b); !ok {
				return
			}
			if value, b, ok = cutText(b); !ok || len(name)+len(value) == 0 {
				return
			}
			if !yield(string(name), string(value)) {
				return
			}
		}
	}
}

// cutText cuts a text off the front of b that stands behind its length.
func cutText(b []byte) (text, rest []byte, ok bool) {
	n, k := spop.ParseVarint(b)
	if k == 0 || n > uint64(len(b)-k) {
		return nil, nil, false
	}
	end := k + int(n)
	return b[k:end], b[end:], true
}

// lines returns the values of the header fields of that name, a line each.
func lines(b []byte, want string) []string {
	var list []string
	for name, value := range headers(b) {
		if strings.EqualFold(name, want) {
			list = append(list, value)
		}
	}
	return list
}

// elements returns the values between the commas of all lines. Commas within
// quotes do not count.
func elements(b []byte, want string) []string {
	var list []string
	for _, line := range lines(b, want) {
		for {
			i := commaIn(line)
			if i < 0 {
				break
			}
			list = append(list, strings.Trim(line[:i], " \t"))
			line = line[i+1:]
		}
		list = append(list, strings.Trim(line, " \t"))
	}
	return list
}

func commaIn(s string) int {
	quoted := false
	for i := 0; i < len(s); i++ {
		switch {
		case quoted && s[i] == '\\':
			i++
		case s[i] == '"':
			quoted = !quoted
		case s[i] == ',' && !quoted:
			return i
		}
	}
	return -1
}

// occurrence picks one from a list: 1 is the first, -1 the last, 0 the last.
func occurrence(list []string, n int64) (string, bool) {
	if n == 0 {
		n = -1
	}
	if n < 0 {
		n += int64(len(list)) + 1
	}
	if n < 1 || n > int64(len(list)) {
		return "", false
	}
	return list[n-1], true
}

// cookies are the names and the values of a request's cookies. A semicolon or a comma
// ends one, unless it stands in quotes, and a dollar begins an attribute. What is left
// of a line needs room for a name of that length, an equals sign and a byte more.
func cookies(b []byte, nameLength int) iter.Seq2[string, string] {
	return func(yield func(name, value string) bool) {
		for _, line := range lines(b, "cookie") {
			for len(line) >= nameLength+2 {
				var part string
				part, line = cutCookie(line)
				name, value, ok := strings.Cut(part, "=")
				name = strings.Trim(name, " \t")
				if ok && !strings.HasPrefix(name, "$") && !yield(name, strings.Trim(value, " \t")) {
					return
				}
			}
		}
	}
}

// cutCookie cuts the first cookie off a line.
func cutCookie(line string) (first, rest string) {
	inQuotes, value := false, false
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == '=' && !value:
			value = true
		case inQuotes && c == '\\':
			i++
		case value && c == '"':
			inQuotes = !inQuotes
		case !inQuotes && (c == ';' || c == ','):
			return line[:i], line[i+1:]
		}
	}
	return line, ""
}

// cookie is the last value of a cookie, or the first of all without a name.
func cookie(b []byte, want string) (value string, ok bool) {
	for name, v := range cookies(b, len(want)) {
		if want == "" {
			return v, true
		}
		if name == want {
			value, ok = v, true
		}
	}
	return value, ok
}

// parameter returns the first value of a parameter of a query, or of any without a
// name. fold has the case of letters not count.
func parameter(query, want string, fold bool) (string, bool) {
	for query != "" {
		part, rest := query, ""
		if i := strings.IndexAny(query, "&;?"); i >= 0 {
			part, rest = query[:i], query[i+1:]
		}
		name, value, ok := strings.Cut(part, "=")
		if ok && (want == "" || name == want || fold && lower(name) == lower(want)) {
			return value, true
		}
		query = rest
	}
	return "", false
}

// lower is strings.ToLower by bytes.
func lower(s string) string { return mapBytes(s, 'A', 'Z', 'a'-'A') }

func upper(s string) string { return mapBytes(s, 'a', 'z', 'A'-'a'+256) }

func mapBytes(s string, low, high byte, shift int) string {
	b := []byte(s)
	for i, c := range b {
		if c >= low && c <= high {
			b[i] = byte(int(c) + shift)
		}
	}
	return string(b)
}
