package modules

import (
	"fmt"
	"regexp"
	"regexp/syntax"
	"sync"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lualib"
)

// pattern is a compiled regular expression. It does not change.
type pattern struct {
	*regexp.Regexp
	steps    int  // of its program
	anchored bool // it looks at what stands around a match
}

// maxWork bounds the length of a text times the steps of a pattern: about what
// one search may cost.
const maxWork = 1 << 24

// patterns are those that scripts have used, for all VMs of a load.
type patterns struct {
	mu   sync.RWMutex
	list map[string]*pattern
}

const (
	maxPatterns   = 1000     // in the cache
	maxPatternLen = 16 << 10 // bytes
)

// get compiles a pattern once. A full cache begins anew.
func (p *patterns) get(text string) (*pattern, error) {
	p.mu.RLock()
	re := p.list[text]
	p.mu.RUnlock()
	if re != nil {
		return re, nil
	}
	re, err := compilePattern(text)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.list == nil || len(p.list) >= maxPatterns {
		p.list = make(map[string]*pattern)
	}
	p.list[text] = re
	return re, nil
}

func compilePattern(text string) (*pattern, error) {
	if len(text) > maxPatternLen {
		return nil, fmt.Errorf("the pattern has %d bytes, the limit is %d", len(text), maxPatternLen)
	}
	parsed, err := syntax.Parse(text, syntax.Perl)
	if err != nil {
		return nil, fmt.Errorf("%w (the syntax is RE2's)", err)
	}
	prog, err := syntax.Compile(parsed.Simplify())
	if err != nil {
		return nil, err
	}
	re, err := regexp.Compile(text)
	if err != nil {
		return nil, err
	}
	return &pattern{re, len(prog.Inst), looksAround(prog)}, nil
}

// reModule is the module re in one VM.
type reModule struct{ env }

func openRE(e env) lua.LValue {
	m := reModule{e}
	return e.table(map[string]lua.LGFunction{
		"test": m.test, "match": m.match, "find": m.find, "named": m.named, "gmatch": m.gmatch, "gsub": m.gsub, "split": m.split,
		"escape": func(L *lua.LState) int {
			L.Push(lua.LString(regexp.QuoteMeta(lualib.CheckString(L, 1))))
			return 1
		},
	})
}

// args are a text and a pattern, the first two arguments of all functions.
func (m reModule) args(L *lua.LState) (string, *pattern) {
	text := lualib.CheckString(L, 1)
	re, err := m.shared.patterns.get(lualib.CheckString(L, 2))
	if err != nil {
		lualib.ArgError(L, 2, err.Error())
	}
	if len(text) > maxWork/re.steps {
		lualib.Raise(L, "the text has %d bytes, the limit for this pattern is %d", len(text), maxWork/re.steps)
	}
	return text, re
}

// test is test(text, pattern): whether it matches anywhere.
func (m reModule) test(L *lua.LState) int {
	text, re := m.args(L)
	L.Push(lua.LBool(re.MatchString(text)))
	return 1
}

// match is match(text, pattern): the groups of the first match, or all of it when
// there are none; nil for no match.
func (m reModule) match(L *lua.LState) int {
	text, re := m.args(L)
	at := re.FindStringSubmatchIndex(text)
	if at == nil {
		L.Push(lua.LNil)
		return 1
	}
	return pushGroups(L, text, at)
}

// find is find(text, pattern[, init]): where the first match begins and ends, and
// its groups. The match may begin at the byte init at the earliest.
func (m reModule) find(L *lua.LState) int {
	text, re := m.args(L)
	init := lualib.OptInteger(L, 3, 1)
	if init < 1 || init > int64(len(text))+1 {
		L.Push(lua.LNil)
		return 1
	}
	at := matchesOf(L, re, text, int(init)-1).next()
	if at == nil {
		L.Push(lua.LNil)
		return 1
	}
	L.Push(lua.LNumber(at[0] + 1))
	L.Push(lua.LNumber(at[1]))
	if len(at) == 2 {
		return 2
	}
	return 2 + pushGroups(L, text, at)
}

// pushGroups pushes the groups of a match, or all of it when there are none. A
// group without a part in the match is nil.
func pushGroups(L *lua.LState, text string, at []int) int {
	if len(at) == 2 {
		L.Push(lua.LString(text[at[0]:at[1]]))
		return 1
	}
	for i := 2; i < len(at); i += 2 {
		L.Push(groupAt(text, at, i))
	}
	return len(at)/2 - 1
}

func groupAt(text string, at []int, i int) lua.LValue {
	if at[i] < 0 {
		return lua.LNil
	}
	return lua.LString(text[at[i]:at[i+1]])
}

// named is named(text, pattern): a table of the named groups of the first match,
// or nil.
func (m reModule) named(L *lua.LState) int {
	text, re := m.args(L)
	at := re.FindStringSubmatchIndex(text)
	if at == nil {
		L.Push(lua.LNil)
		return 1
	}
	t := L.CreateTable(0, 8)
	for i, name := range re.SubexpNames() {
		if name != "" {
			t.RawSetString(name, groupAt(text, at, 2*i))
		}
	}
	L.Push(t)
	return 1
}

// gmatch is gmatch(text, pattern): an iterator over the groups of all matches.
func (m reModule) gmatch(L *lua.LState) int {
	text, re := m.args(L)
	all := matchesOf(L, re, text, 0)
	L.Push(m.host.NewFunction(func(L *lua.LState) int {
		all.L = L
		at := all.next()
		if at == nil {
			L.Push(lua.LNil)
			return 1
		}
		return pushGroups(L, text, at)
	}))
	return 1
}

// gsub is gsub(text, pattern, replacement[, n]): the text with all matches, or n
// of them, replaced, and how many there were. The replacement is a text in which
// $1 and ${name} are groups, a table that is asked for the first group, or a
// function that gets the groups; false and nil of them leave the match alone.
func (m reModule) gsub(L *lua.LState) int {
	text, re := m.args(L)
	with := L.Get(3)
	switch with.Type() {
	case lua.LTString, lua.LTNumber, lua.LTTable, lua.LTFunction:
	default:
		lualib.TypeError(L, 3, "string/function/table")
	}
	most := lualib.OptInteger(L, 4, int64(len(text))+1)
	all := matchesOf(L, re, text, 0)
	var b []byte
	begin, count := 0, 0
	for int64(count) < most {
		at := all.next()
		if at == nil {
			break
		}
		count++
		b = append(b, text[begin:at[0]]...)
		b = m.replaced(L, b, re, with, text, at)
		begin = at[1]
		mayMake(L, len(b))
	}
	b = append(b, text[begin:]...)
	mayMake(L, len(b))
	L.Push(lua.LString(b))
	L.Push(lua.LNumber(count))
	return 2
}

// replaced appends what a match is replaced with.
func (m reModule) replaced(L *lua.LState, b []byte, re *pattern, with lua.LValue, text string, at []int) []byte {
	var v lua.LValue
	switch with := with.(type) {
	case *lua.LTable:
		first := at[:2]
		if len(at) > 2 {
			first = at[2:4]
		}
		if first[0] >= 0 {
			v = L.GetField(with, text[first[0]:first[1]])
		}
	case *lua.LFunction:
		checkAlive(L)
		L.Push(with)
		L.Call(pushGroups(L, text, at), 1)
		v = L.Get(-1)
		L.Pop(1)
	default:
		return re.ExpandString(b, with.String(), text, at)
	}
	switch v := v.(type) {
	case lua.LString, lua.LNumber:
		return append(b, v.String()...)
	case nil, *lua.LNilType:
		return append(b, text[at[0]:at[1]]...)
	}
	if v == lua.LFalse {
		return append(b, text[at[0]:at[1]]...)
	}
	lualib.Raise(L, "invalid replacement value (a %s)", v.Type())
	return nil
}

// split is split(text, pattern[, n]): the pieces between the matches, n at most.
func (m reModule) split(L *lua.LState) int {
	text, re := m.args(L)
	n := lualib.OptInteger(L, 3, int64(len(text))+1)
	all := matchesOf(L, re, text, 0)
	t := L.CreateTable(8, 0)
	begin := 0
	for count := int64(1); count < n; count++ {
		at := all.next()
		if at != nil && at[1] == 0 {
			at = all.next() // nothing stands in front of an empty match at the start
		}
		if at == nil || at[0] == len(text) && at[0] == at[1] {
			break
		}
		t.Append(lua.LString(text[begin:at[0]]))
		begin = at[1]
	}
	t.Append(lua.LString(text[begin:]))
	L.Push(t)
	return 1
}
