package lualib

import (
	"strings"

	lua "github.com/yuin/gopher-lua"
)

func (lib *library) strFind(L *lua.LState) int {
	s, text := CheckString(L, 1), CheckString(L, 2)
	from, ok := firstIndex(L, s)
	if !ok {
		L.Push(lua.LNil)
		return 1
	}
	if lua.LVAsBool(L.Get(4)) {
		return pushPlain(L, s, text, from)
	}
	p := lib.patterns.get(text)
	if p.plain {
		return pushPlain(L, s, p.text, from)
	}
	var m matcher
	m.init(L, s, p)
	start, end := m.search(p, from, -1)
	if end < 0 {
		L.Push(lua.LNil)
		return 1
	}
	pushInt(L, start+1)
	pushInt(L, end)
	return 2 + m.pushCaptures(0, start, end)
}

// firstIndex is the optional third argument as an index from 0 on; it may be
// the end of the string but not beyond it.
func firstIndex(L *lua.LState, s string) (int, bool) {
	pos := OptInteger(L, 3, 1)
	if pos > int64(len(s))+1 {
		return 0, false
	}
	return startPos(pos, len(s)) - 1, true
}

func pushPlain(L *lua.LState, s, text string, from int) int {
	at := strings.Index(s[from:], text)
	if at < 0 {
		L.Push(lua.LNil)
		return 1
	}
	pushInt(L, from+at+1)
	pushInt(L, from+at+len(text))
	return 2
}

func (lib *library) strMatch(L *lua.LState) int {
	s, text := CheckString(L, 1), CheckString(L, 2)
	from, ok := firstIndex(L, s)
	if !ok {
		L.Push(lua.LNil)
		return 1
	}
	p := lib.patterns.get(text)
	var m matcher
	m.init(L, s, p)
	start, end := m.search(p, from, -1)
	if end < 0 {
		L.Push(lua.LNil)
		return 1
	}
	return m.pushCaptures(1, start, end)
}

// strGmatch returns an iterator. A '^' is no anchor here: the manual says that
// it would make no sense, and Lua takes it for a literal byte.
func (lib *library) strGmatch(L *lua.LState) int {
	s, text := CheckString(L, 1), CheckString(L, 2)
	last := -1
	from, ok := firstIndex(L, s)
	if !ok {
		from = len(s) + 1
	}
	var p *pattern
	if strings.HasPrefix(text, "^") {
		p = compilePattern(text, false)
	} else {
		p = lib.patterns.get(text)
	}
	m := new(matcher)
	L.Push(L.NewFunction(func(L *lua.LState) int {
		if from > len(s) {
			L.Push(lua.LNil)
			return 1
		}
		m.init(L, s, p)
		start, end := m.search(p, from, last)
		if end < 0 {
			from = len(s) + 1
			L.Push(lua.LNil)
			return 1
		}
		from, last = end, end
		return m.pushCaptures(1, start, end)
	}))
	return 1
}

// pushCaptures pushes all captures, at least as many as least: without any
// capture the whole match stands for the first one.
func (m *matcher) pushCaptures(least, start, end int) int {
	n := max(m.level, least)
	for i := range n {
		m.L.Push(m.capture(i, start, end))
	}
	return n
}

func (m *matcher) capture(i, start, end int) lua.LValue {
	if i >= m.level {
		if i != 0 {
			raisef(m.L, "%s", captureIndexError(i+1))
		}
		return part(m.src, start, end)
	}
	c := m.caps[i]
	switch c.size {
	case captureOpen:
		raisef(m.L, "unfinished capture")
	case capturePosition:
		if c.start+1 < len(smallInts) {
			return smallInts[c.start+1]
		}
		return lua.LNumber(c.start + 1)
	}
	return part(m.src, c.start, c.start+c.size)
}
