package lualib

import (
	"fmt"
	"strings"
)

// maxCaptures is the number of captures a pattern may have, as in Lua 5.4.
const maxCaptures = 32

type opcode uint8

const (
	opEnd      opcode = iota // the pattern is used up: a match
	opChar                   // one byte equal to item.b
	opAny                    // any byte
	opSet                    // a byte of item.set
	opOpen                   // '('
	opPosition               // '()'
	opClose                  // ')'
	opBalance                // %bxy, x in b and y in b2
	opFrontier               // %f[set]
	opBackref                // %1, the index in b
	opEOS                    // '$' at the end
	opError                  // a malformed item; raised only when reached, as in Lua
)

// item is one step of a compiled pattern.
type item struct {
	op  opcode
	rep byte // 0 or one of ? * + -
	b   byte
	b2  byte
	set *charset
	msg string
}

func (it *item) matches(c byte) bool {
	switch it.op {
	case opChar:
		return c == it.b
	case opSet:
		return it.set.has(c)
	default:
		return true
	}
}

// pattern is a compiled Lua pattern. It is immutable.
type pattern struct {
	items    []item
	anchored bool
	plain    bool   // the prefix is all there is
	text     string // what string.find looks for verbatim when it is plain
	prefix   string // literal bytes every match begins with
}

// compilePattern never fails: a malformed part becomes an item that raises
// its error when the matcher comes to it, which is when Lua notices it.
func compilePattern(src string, anchors bool) *pattern {
	p := &pattern{}
	i := 0
	if anchors && src != "" && src[0] == '^' {
		p.anchored = true
		i = 1
	}
	p.items = make([]item, 0, len(src)-i+1)
	for i < len(src) {
		var it item
		it, i = parseItem(src, i)
		if it.op <= opSet && i < len(src) && isRepetition(src[i]) {
			it.rep = src[i]
			i++
		}
		p.items = append(p.items, it)
		if it.op == opError {
			break
		}
	}
	p.items = append(p.items, item{op: opEnd})
	p.prefix = literalPrefix(p.items)
	// An escaped byte such as %. is literal too once compiled. A lone ')' is
	// no magic character to string.find, while it is an error for a matcher.
	p.plain, p.text = !p.anchored && len(p.prefix) == len(p.items)-1, p.prefix
	if !strings.ContainsAny(src, "^$*+?.([%-") {
		p.plain, p.text = true, src
	}
	return p
}

func isRepetition(b byte) bool { return b == '*' || b == '+' || b == '-' || b == '?' }

func literalPrefix(items []item) string {
	n := 0
	for items[n].op == opChar && items[n].rep == 0 {
		n++
	}
	buf := make([]byte, n)
	for i := range buf {
		buf[i] = items[i].b
	}
	return string(buf)
}

func parseItem(src string, i int) (item, int) {
	c := src[i]
	switch c {
	case '(':
		if i+1 < len(src) && src[i+1] == ')' {
			return item{op: opPosition}, i + 2
		}
		return item{op: opOpen}, i + 1
	case ')':
		return item{op: opClose}, i + 1
	case '$':
		if i+1 == len(src) {
			return item{op: opEOS}, i + 1
		}
	case '.':
		return item{op: opAny}, i + 1
	case '[':
		return parseSet(src, i+1, opSet)
	case '%':
		return parseEscape(src, i+1)
	}
	return item{op: opChar, b: c}, i + 1
}

func malformed(src, msg string) (item, int) {
	return item{op: opError, msg: msg}, len(src)
}

func parseEscape(src string, i int) (item, int) {
	if i >= len(src) {
		return malformed(src, "malformed pattern (ends with '%')")
	}
	c := src[i]
	switch {
	case c == 'b':
		if i+2 >= len(src) {
			return malformed(src, "malformed pattern (missing arguments to '%b')")
		}
		return item{op: opBalance, b: src[i+1], b2: src[i+2]}, i + 3
	case c == 'f':
		if i+1 >= len(src) || src[i+1] != '[' {
			return malformed(src, "missing '[' after '%f' in pattern")
		}
		return parseSet(src, i+2, opFrontier)
	case c >= '0' && c <= '9':
		return item{op: opBackref, b: c - '0'}, i + 1
	case classes[c] != nil:
		return item{op: opSet, set: classes[c]}, i + 1
	default:
		return item{op: opChar, b: c}, i + 1
	}
}

// parseSet reads a set whose '[' is just before i.
func parseSet(src string, i int, op opcode) (item, int) {
	negated := i < len(src) && src[i] == '^'
	if negated {
		i++
	}
	end := setEnd(src, i)
	if end < 0 {
		return malformed(src, "malformed pattern (missing ']')")
	}
	set := new(charset)
	body := src[i:end]
	for k := 0; k < len(body); k++ {
		c := body[k]
		switch {
		case c == '%' && k+1 < len(body):
			k++
			if class := classes[body[k]]; class != nil {
				set.union(class)
			} else {
				set.add(body[k])
			}
		case k+2 < len(body) && body[k+1] == '-':
			set.addRange(c, body[k+2])
			k += 2
		default:
			set.add(c)
		}
	}
	if negated {
		set.negate()
	}
	return item{op: op, set: set}, end + 1
}

// setEnd finds the ']' of a set. The first byte is never the end, so that
// []] and [^]] hold a bracket.
func setEnd(src string, i int) int {
	for first := true; i < len(src); first = false {
		if src[i] == ']' && !first {
			return i
		}
		if src[i] == '%' {
			i++
		}
		i++
	}
	return -1
}

// The cache holds the patterns of a script, which are few and short; what is
// longer is rare enough to be compiled each time.
const (
	maxCachedPatterns = 256
	maxCachedPattern  = 512
)

// patternCache belongs to one VM and needs no lock.
type patternCache struct {
	patterns map[string]*pattern
}

func (c *patternCache) get(src string) *pattern {
	if p := c.patterns[src]; p != nil {
		return p
	}
	p := compilePattern(src, true)
	if len(src) > maxCachedPattern {
		return p
	}
	if c.patterns == nil {
		c.patterns = make(map[string]*pattern)
	}
	if len(c.patterns) >= maxCachedPatterns {
		for old := range c.patterns {
			delete(c.patterns, old)
			break
		}
	}
	c.patterns[src] = p
	return p
}

func captureIndexError(index int) string {
	return fmt.Sprintf("invalid capture index %%%d", index)
}
