package lualib

import (
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
)

// replacer is one call of gsub.
type replacer struct {
	lib  *library
	m    matcher
	repl lua.LValue
	text string // repl as a string, when it is one
	raw  bool   // text has no '%'
	kept bool   // no match has been replaced so far
	out  []byte
}

func (lib *library) strGsub(L *lua.LState) int {
	s, text := CheckString(L, 1), CheckString(L, 2)
	limit := OptInteger(L, 4, int64(len(s))+1)
	r := replacer{lib: lib, repl: L.Get(3), kept: true}
	switch r.repl.(type) {
	case lua.LString, lua.LNumber, lua54.Int:
		r.text = CheckString(L, 3)
		r.raw = strings.IndexByte(r.text, '%') < 0
	case *lua.LTable, *lua.LFunction:
	default:
		TypeError(L, 3, "string/function/table")
	}
	p := lib.patterns.get(text)
	r.m.init(L, s, p)
	count := r.all(p, limit)
	if r.kept {
		L.SetTop(1)
		if L.Get(1).Type() != lua.LTString {
			L.Replace(1, lua.LString(s))
		} // else the string itself, not a copy
	} else {
		L.Push(lua.LString(r.out))
	}
	pushInt(L, int(count))
	return 2
}

// all replaces up to limit matches and returns their number.
func (r *replacer) all(p *pattern, limit int64) (count int64) {
	s := r.m.src
	copied, from, last := 0, 0, -1
	for count < limit {
		start, end := r.m.search(p, from, last)
		if end < 0 {
			break
		}
		count++
		r.add(s[copied:start])
		r.replace(start, end)
		copied, from, last = end, end, end
		if p.anchored {
			break
		}
	}
	if count > 0 {
		r.add(s[copied:])
	}
	return count
}

func (r *replacer) add(s string) {
	r.lib.checkSize(r.m.L, len(r.out)+len(s))
	r.out = append(r.out, s...)
}

// replace adds the replacement of the match.
func (r *replacer) replace(start, end int) {
	L := r.m.L
	var v lua.LValue
	switch repl := r.repl.(type) {
	case *lua.LTable:
		v = L.GetTable(repl, r.m.capture(0, start, end))
		checkAlive(L)
	case *lua.LFunction:
		L.Push(repl)
		n := r.m.pushCaptures(1, start, end)
		r.lib.call(L, n, 1)
		v = L.Get(-1)
		L.Pop(1)
	default:
		r.kept = false
		if r.raw {
			r.add(r.text)
			return
		}
		r.expand(start, end)
		return
	}
	switch v := v.(type) {
	case lua.LString:
		r.kept = false
		r.add(string(v))
	case lua.LNumber, lua54.Int:
		r.kept = false
		r.add(lua54.FormatNumber(v))
	default:
		if lua.LVAsBool(v) {
			raisef(L, "invalid replacement value (a %s)", TypeName(L, v))
		}
		r.add(r.m.src[start:end])
	}
}

// expand adds the replacement string with its %0 to %9 and %% replaced.
func (r *replacer) expand(start, end int) {
	text := r.text
	for {
		at := strings.IndexByte(text, '%')
		if at < 0 {
			r.add(text)
			return
		}
		r.add(text[:at])
		if at+1 >= len(text) {
			raisef(r.m.L, "invalid use of '%%' in replacement string")
		}
		switch c := text[at+1]; {
		case c == '%':
			r.add("%")
		case c == '0':
			r.add(r.m.src[start:end])
		case c >= '1' && c <= '9':
			r.addCapture(int(c-'1'), start, end)
		default:
			raisef(r.m.L, "invalid use of '%%' in replacement string")
		}
		text = text[at+2:]
	}
}

func (r *replacer) addCapture(i, start, end int) {
	m := &r.m
	if i < m.level && m.caps[i].size >= 0 {
		c := m.caps[i]
		r.add(m.src[c.start : c.start+c.size])
		return
	}
	switch v := m.capture(i, start, end).(type) {
	case lua.LString:
		r.add(string(v))
	default:
		r.add(lua54.FormatNumber(v))
	}
}
