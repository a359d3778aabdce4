package modules

import (
	"regexp/syntax"
	"unicode/utf8"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lualib"
)

// maxAnchored is how long a text may be for all matches of a pattern that looks
// at what stands around a match, such as \b. The library finds these only all at
// once, which takes the square of the length at worst, and nothing ends it.
const maxAnchored = 16 << 10

// matches finds the matches of a pattern one after the other, by the rules of
// regexp.FindAll, and looks at the time in between.
type matches struct {
	L    *lua.LState
	re   *pattern
	text string
	pos  int
	last int     // where the match before ended
	all  [][]int // of an anchored pattern
}

// matchesOf begins at a byte of the text, counted from 0.
func matchesOf(L *lua.LState, re *pattern, text string, from int) *matches {
	m := &matches{L: L, re: re, text: text, pos: from, last: -1}
	if !re.anchored {
		return m
	}
	if len(text) > maxAnchored {
		lualib.Raise(L, "the text has %d bytes, the limit for all matches of a pattern with ^, $ or \\b is %d", len(text), maxAnchored)
	}
	m.all = re.FindAllStringSubmatchIndex(text, -1)
	for len(m.all) > 0 && m.all[0][0] < from {
		m.all = m.all[1:]
	}
	return m
}

// next returns the offsets of the next match and its groups, or nil.
func (m *matches) next() []int {
	if m.re.anchored {
		if len(m.all) == 0 {
			return nil
		}
		at := m.all[0]
		m.all = m.all[1:]
		return at
	}
	for m.pos <= len(m.text) {
		checkAlive(m.L)
		at := m.re.FindStringSubmatchIndex(m.text[m.pos:])
		if at == nil {
			break
		}
		for i := range at {
			if at[i] >= 0 {
				at[i] += m.pos
			}
		}
		again := at[1] == m.pos && at[0] == m.last // empty, at the end of the one before
		if at[1] == m.pos {
			_, width := utf8.DecodeRuneInString(m.text[m.pos:])
			m.pos += max(1, width)
		} else {
			m.pos = at[1]
		}
		m.last = at[1]
		if !again {
			return at
		}
	}
	m.pos = len(m.text) + 1
	return nil
}

// looksAround reports whether a program has conditions on what stands around a
// place.
func looksAround(prog *syntax.Prog) bool {
	for _, inst := range prog.Inst {
		if inst.Op == syntax.InstEmptyWidth {
			return true
		}
	}
	return false
}
