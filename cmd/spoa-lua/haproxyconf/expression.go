package haproxyconf

import "strings"

// element is a fetch or a converter of an expression such as
// "src,ipmask(24),lua.country".
type element struct {
	name       string
	args       []string
	start, end int // in the word's value, without commas around it
}

// lua is the name of a function of Lua, or "".
func (e *element) lua() string {
	name, ok := strings.CutPrefix(e.name, "lua.")
	if !ok {
		return ""
	}
	return name
}

// expressions returns those in a word: all of it, or what a log-format has in
// %[...].
func expressions(value string) [][]element {
	var list [][]element
	if e := expression(value, 0); len(e) > 0 && e[len(e)-1].end == len(value) {
		list = append(list, e)
	}
	for i := 0; i+1 < len(value); i++ {
		if value[i] != '%' {
			continue
		}
		i++
		if value[i] == '%' {
			continue
		}
		i = pastFlags(value, i)
		if i >= len(value) || value[i] != '[' {
			continue
		}
		start := i + 1
		for start < len(value) && value[start] == ' ' {
			start++
		}
		if e := expression(value, start); len(e) > 0 {
			list = append(list, e)
			i = e[len(e)-1].end
		}
	}
	return list
}

// pastFlags is behind the name and the flags of a log-format's item, such as
// "(name){+Q}".
func pastFlags(value string, i int) int {
	for i < len(value) && (value[i] == '{' || value[i] == '(') {
		end := strings.IndexByte(value[i:], map[byte]byte{'{': '}', '(': ')'}[value[i]])
		if end < 0 {
			return len(value)
		}
		i += end + 1
	}
	return i
}

// expression reads the expression that begins there.
func expression(value string, start int) []element {
	var list []element
	for {
		e, ok := readElement(value, start)
		if !ok {
			return list
		}
		list = append(list, e)
		if e.end >= len(value) || value[e.end] != ',' {
			return list
		}
		start = e.end + 1
	}
}

func readElement(value string, start int) (element, bool) {
	end := start
	for end < len(value) && isNameByte(value[end]) {
		end++
	}
	e := element{name: value[start:end], start: start, end: end}
	if end == start {
		return e, false
	}
	if end < len(value) && value[end] == '(' {
		var ok bool
		if e.args, e.end, ok = readArguments(value, end+1); !ok {
			return e, false
		}
	}
	return e, true
}

func isNameByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("._-+:", c) >= 0
}

// readArguments reads up to the closing parenthesis and returns where it ends. The
// arguments have quotes and backslashes of their own.
func readArguments(value string, i int) (args []string, end int, ok bool) {
	if i < len(value) && value[i] == ')' {
		return nil, i + 1, true
	}
	var quote byte
	var arg strings.Builder
	for ; i < len(value); i++ {
		c := value[i]
		switch {
		case c == '\\' && quote != '\'' && i+1 < len(value):
			i++
			arg.WriteByte(value[i])
		case quote != 0 && c == quote:
			quote = 0
		case quote != 0:
			arg.WriteByte(c)
		case c == '"' || c == '\'':
			quote = c
		case c == ',':
			args = append(args, arg.String())
			arg.Reset()
		case c == ')':
			return append(args, arg.String()), i + 1, true
		default:
			arg.WriteByte(c)
		}
	}
	return nil, i, false
}
