package haproxyconf

import "strings"

// word is a word of a line, as it is written there.
type word struct {
	raw   string
	start int // in the line
}

func (w word) end() int { return w.start + len(w.raw) }

// wordsOf cuts a line at its blanks, outside of quotes and up to a comment
// (HAProxy's configuration manual, section 2.2).
func wordsOf(line string) []word {
	var list []word
	start := -1
	end := func(i int) {
		if start >= 0 {
			list = append(list, word{line[start:i], start})
		}
		start = -1
	}
	var quote byte
	for i := 0; i < len(line); i++ {
		c := line[i]
		switch {
		case quote == 0 && (c == ' ' || c == '\t'):
			end(i)
			continue
		case quote == 0 && c == '#':
			end(i)
			return list
		}
		if start < 0 {
			start = i
		}
		switch {
		case c == '\\' && quote != '\'':
			i++
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
		}
	}
	end(len(line))
	return list
}

// words are the words of a line with their quotes.
func words(line string) []string {
	var list []string
	for _, w := range wordsOf(line) {
		list = append(list, w.raw)
	}
	return list
}

// environment stands in a value for a dollar sign in front of the name of a
// variable of the environment.
const environment = '\x01'

// plainWord is a word without its quotes and backslashes.
type plainWord struct {
	raw   string
	value string
	from  []int  // where each byte of the value is written
	to    []int  // where that ends
	quote []byte // the quote that is open at each byte of raw, and at its end
}

func decode(raw string) plainWord {
	p := plainWord{raw: raw, quote: make([]byte, len(raw)+1)}
	var value strings.Builder
	add := func(c byte, from, to int) {
		value.WriteByte(c)
		p.from, p.to = append(p.from, from), append(p.to, to)
	}
	var quote byte
	for i := 0; i < len(raw); i++ {
		c := raw[i]
		p.quote[i] = quote
		switch {
		case c == '\\' && quote != '\'' && i+1 < len(raw):
			add(raw[i+1], i, i+2)
			i++
			p.quote[i] = quote
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
		case c == '$' && quote == '"':
			add(environment, i, i+1)
		default:
			add(c, i, i+1)
		}
	}
	p.quote[len(raw)] = quote
	p.value = value.String()
	return p
}

// unquote takes the quotes and backslashes off a word.
func unquote(raw string) string {
	return strings.ReplaceAll(decode(raw).value, string(environment), "$")
}

// change is a text in the place of a part of a word's value.
type change struct {
	from, to int
	text     string
}

// with returns the word with the changes, which follow each other. Quotes that
// begin or end within such a part are kept.
func (p *plainWord) with(changes []change) string {
	var b strings.Builder
	done := 0
	for _, c := range changes {
		from, to := p.from[c.from], p.to[c.to-1]
		b.WriteString(p.raw[done:from] + c.text)
		if before, behind := p.quote[from], p.quote[to]; before != behind {
			for _, quote := range []byte{before, behind} {
				if quote != 0 {
					b.WriteByte(quote)
				}
			}
		}
		done = to
	}
	return b.String() + p.raw[done:]
}

// asWord writes a value as a word of a line.
func asWord(value string) string {
	if strings.ContainsRune(value, environment) {
		return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "$", `\$`, string(environment), "$").Replace(value) + `"`
	}
	return escapeWord.Replace(value)
}

// quote writes a text as an argument of a fetch, in a configuration's line: in
// quotes for the fetch, with backslashes for the line. A quote ends the ones of
// the fetch and stands between others.
func quote(s string) string { return asWord(quoteArgument(s)) }

func quoteArgument(s string) string {
	if !strings.ContainsAny(s, " \t#\\\"'(),$") {
		return s
	}
	return "'" + strings.ReplaceAll(s, `'`, `'"'"'`) + "'"
}

var escapeWord = strings.NewReplacer(`\`, `\\`, " ", `\ `, "\t", "\\\t", "#", `\#`, `"`, `\"`, "'", `\'`)
