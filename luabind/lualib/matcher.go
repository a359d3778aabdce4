package lualib

import (
	"strings"

	lua "github.com/yuin/gopher-lua"
)

const (
	captureOpen     = -1 // '(' seen, ')' not yet
	capturePosition = -2 // '()'
)

// maxMatchDepth bounds the matcher's recursion, as in Lua 5.4. Only items
// with a choice recurse, so that long literals are no concern.
const maxMatchDepth = 200

// ticksPerCheck is how many matching steps pass between two looks at the
// deadline: some ten microseconds.
const ticksPerCheck = 4096

type capture struct{ start, size int }

// matcher runs one pattern over one subject.
type matcher struct {
	L     *lua.LState
	src   string
	items []item
	caps  [maxCaptures]capture
	level int
	depth int
	ticks int
}

// init prepares m; it leaves the captures alone, which level guards.
func (m *matcher) init(L *lua.LState, src string, p *pattern) {
	m.L, m.src, m.items = L, src, p.items
	m.ticks = ticksPerCheck
}

// tick counts n steps and raises the deadline's error when it has passed.
func (m *matcher) tick(n int) {
	m.ticks -= n
	if m.ticks < 0 {
		m.ticks = ticksPerCheck
		checkAlive(m.L)
	}
}

// search finds the first match at or after from that does not end at last,
// where the match before ended: an empty match there would be its shadow. A
// negative end means there is none.
func (m *matcher) search(p *pattern, from, last int) (start, end int) {
	for s := from; ; s++ {
		if p.prefix != "" && !p.anchored {
			skip := strings.Index(m.src[s:], p.prefix)
			if skip < 0 {
				return 0, -1
			}
			s += skip
		}
		m.level = 0
		if e := m.match(s, 0); e >= 0 && e != last {
			return s, e
		}
		if p.anchored || s >= len(m.src) {
			return 0, -1
		}
	}
}

// match tries the items from pi on at byte si and returns the end of the
// match, or -1.
func (m *matcher) match(si, pi int) int {
	if m.depth >= maxMatchDepth {
		raisef(m.L, "pattern too complex")
	}
	m.depth++
	end := m.run(si, pi)
	m.depth--
	return end
}

func (m *matcher) run(si, pi int) int {
	for {
		it := &m.items[pi]
		m.tick(1)
		if it.op >= opChar && it.op <= opSet {
			if it.rep != 0 {
				return m.repeat(it, si, pi)
			}
			if si >= len(m.src) || !it.matches(m.src[si]) {
				return -1
			}
			si++
			pi++
			continue
		}
		switch it.op {
		case opEnd:
			return si
		case opOpen:
			return m.open(si, pi, captureOpen)
		case opPosition:
			return m.open(si, pi, capturePosition)
		case opClose:
			return m.close(si, pi)
		case opEOS:
			if si != len(m.src) {
				return -1
			}
		case opBalance:
			si = m.balance(it, si)
		case opFrontier:
			if !m.frontier(it, si) {
				return -1
			}
		case opBackref:
			si = m.backref(int(it.b), si)
		default:
			raisef(m.L, "%s", it.msg)
		}
		if si < 0 {
			return -1
		}
		pi++
	}
}

func (m *matcher) repeat(it *item, si, pi int) int {
	switch it.rep {
	case '?':
		if si < len(m.src) && it.matches(m.src[si]) {
			if end := m.match(si+1, pi+1); end >= 0 {
				return end
			}
		}
		return m.match(si, pi+1)
	case '-':
		for {
			if end := m.match(si, pi+1); end >= 0 {
				return end
			}
			if si >= len(m.src) || !it.matches(m.src[si]) {
				return -1
			}
			si++
		}
	}
	n := m.span(it, si)
	m.tick(n >> 3)
	least := 0
	if it.rep == '+' {
		least = 1
	}
	if next := &m.items[pi+1]; next.op == opEnd {
		if n < least {
			return -1
		}
		return si + n
	} else if next.op == opChar && next.rep == 0 {
		return m.shrinkTo(next.b, si, n, least, pi)
	}
	for ; n >= least; n-- {
		if end := m.match(si+n, pi+1); end >= 0 {
			return end
		}
	}
	return -1
}

// shrinkTo gives back bytes of a greedy run, trying the rest of the pattern
// only where the literal byte that must follow is found.
func (m *matcher) shrinkTo(b byte, si, n, least, pi int) int {
	for ; n >= least; n-- {
		m.tick(1)
		if at := si + n; at < len(m.src) && m.src[at] == b {
			if end := m.match(at, pi+1); end >= 0 {
				return end
			}
		}
	}
	return -1
}

// span counts the bytes from si on that match the item.
func (m *matcher) span(it *item, si int) int {
	rest := m.src[si:]
	switch it.op {
	case opAny:
		return len(rest)
	case opChar:
		for i := range len(rest) {
			if rest[i] != it.b {
				return i
			}
		}
	default:
		set := it.set
		for i := range len(rest) {
			if !set.has(rest[i]) {
				return i
			}
		}
	}
	return len(rest)
}

func (m *matcher) open(si, pi, size int) int {
	if m.level >= maxCaptures {
		raisef(m.L, "too many captures")
	}
	m.caps[m.level] = capture{si, size}
	m.level++
	end := m.match(si, pi+1)
	if end < 0 {
		m.level--
	}
	return end
}

func (m *matcher) close(si, pi int) int {
	for l := m.level - 1; l >= 0; l-- {
		if m.caps[l].size != captureOpen {
			continue
		}
		m.caps[l].size = si - m.caps[l].start
		end := m.match(si, pi+1)
		if end < 0 {
			m.caps[l].size = captureOpen
		}
		return end
	}
	raisef(m.L, "invalid pattern capture")
	return -1
}

func (m *matcher) balance(it *item, si int) int {
	if si >= len(m.src) || m.src[si] != it.b {
		return -1
	}
	depth := 1
	for i := si + 1; i < len(m.src); i++ {
		m.tick(1)
		switch m.src[i] {
		case it.b2: // first, so that %b"" ends at the second quote
			if depth--; depth == 0 {
				return i + 1
			}
		case it.b:
			depth++
		}
	}
	return -1
}

func (m *matcher) frontier(it *item, si int) bool {
	var before, after byte
	if si > 0 {
		before = m.src[si-1]
	}
	if si < len(m.src) {
		after = m.src[si]
	}
	return !it.set.has(before) && it.set.has(after)
}

func (m *matcher) backref(index, si int) int {
	if index < 1 || index > m.level || m.caps[index-1].size == captureOpen {
		raisef(m.L, "%s", captureIndexError(index))
	}
	c := m.caps[index-1]
	if c.size < 0 { // a position capture has no text to repeat
		return -1
	}
	m.tick(c.size >> 4)
	if !strings.HasPrefix(m.src[si:], m.src[c.start:c.start+c.size]) {
		return -1
	}
	return si + c.size
}
