package modules

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"sync"

	"github.com/gaissmai/bart"
	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
	"github.com/spoa-lua/spoa-lua/luabind/lualib"
)

// ipSet is a set of prefixes, each with a value. It does not change once it is
// made, so that VMs may share it.
type ipSet struct {
	table bart.Table[lua.LValue]
	count int
}

// ipSets are those made of files, by script and path.
type ipSets struct {
	mu   sync.Mutex
	sets map[fileKey]*ipSet
}

// fileKey says that scripts of different folders may mean different files.
type fileKey struct{ script, path string }

// ipModule is the module ip in one VM.
type ipModule struct {
	env
	class *lua.LTable
}

func openIP(e env) lua.LValue {
	m := &ipModule{env: e}
	m.class = e.class("ip.set", map[string]lua.LGFunction{
		"contains": ipContains, "lookup": ipLookup, "size": ipSize,
	})
	return e.table(map[string]lua.LGFunction{
		"set": m.newSet, "file": m.file, "parse": ipParse, "version": ipVersion, "match": ipMatch, "network": ipNetwork,
	})
}

// parsePrefix reads an address or a prefix such as 10.0.0.0/8. Bits behind the
// prefix do not count; an IPv4 address in the form of an IPv6 one is IPv4.
func parsePrefix(s string) (netip.Prefix, error) {
	if !strings.Contains(s, "/") {
		a, err := parseAddr(s)
		if err != nil {
			return netip.Prefix{}, err
		}
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	p, err := netip.ParsePrefix(s)
	if err != nil {
		return p, fmt.Errorf("%q is no prefix", clip(s))
	}
	if p.Addr().Is4In6() {
		if p.Bits() < 96 {
			return p, fmt.Errorf("%q is no prefix of one family", clip(s))
		}
		p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
	}
	return p.Masked(), nil
}

func parseAddr(s string) (netip.Addr, error) {
	a, err := netip.ParseAddr(s)
	if err != nil {
		return a, fmt.Errorf("%q is no address", clip(s))
	}
	return a.Unmap().WithZone(""), nil
}

// add gives a prefix a value. Of equal prefixes the last one counts.
func (s *ipSet) add(text string, v lua.LValue) error {
	p, err := parsePrefix(text)
	if err != nil {
		return err
	}
	s.table.Insert(p, v)
	return nil
}

// maxPrefixes is how many prefixes a set may have.
const maxPrefixes = 10_000_000

// parseSet reads lines of a prefix and perhaps a value behind it; what follows a
// # is a comment. L's context ends it.
func parseSet(L *lua.LState, text string) (*ipSet, error) {
	s := &ipSet{}
	number := 0
	for line := range strings.Lines(text) {
		if number++; number&0xfff == 0 {
			if err := expired(L); err != nil {
				return nil, err
			}
		}
		line, _, _ = strings.Cut(line, "#")
		prefix, value := cutBlank(strings.TrimSpace(line))
		if prefix == "" {
			continue
		}
		var v lua.LValue = lua.LTrue
		if value = strings.TrimSpace(value); value != "" {
			v = lua.LString(strings.Clone(value))
		}
		if err := s.add(prefix, v); err != nil {
			return nil, fmt.Errorf("line %d: %w", number, err)
		}
	}
	return s, s.finish()
}

func (s *ipSet) finish() error {
	if s.count = s.table.Size(); s.count > maxPrefixes {
		return fmt.Errorf("the set has %d prefixes, the limit is %d", s.count, maxPrefixes)
	}
	return nil
}

// newSet is set(list): of a table of prefixes, of a table from prefixes to
// values, or of a text as files have it.
func (m *ipModule) newSet(L *lua.LState) int {
	var (
		s   *ipSet
		err error
	)
	if t, ok := L.Get(1).(*lua.LTable); ok {
		s, err = tableSet(L, t)
	} else {
		s, err = parseSet(L, lualib.CheckString(L, 1))
	}
	if err != nil {
		lualib.Raise(L, "ip.set: %s", err)
	}
	L.Push(object(s, m.class))
	return 1
}

var errValue = errors.New("a value must be a string, a number or a boolean")

func tableSet(L *lua.LState, t *lua.LTable) (*ipSet, error) {
	s, n := &ipSet{}, 0
	var failed error
	t.ForEach(func(key, v lua.LValue) {
		if n++; failed == nil && n&0xfff == 0 {
			failed = expired(L)
		}
		if failed != nil {
			return
		}
		prefix, value := key, v
		if lua54.IsNumber(key) {
			prefix, value = v, lua.LTrue
		}
		text, ok := prefix.(lua.LString)
		switch {
		case !ok:
			failed = errors.New("a prefix must be a string")
		case value.Type() != lua.LTString && value.Type() != lua.LTBool && !lua54.IsNumber(value):
			failed = errValue
		default:
			failed = s.add(string(text), value)
		}
	})
	if failed != nil {
		return nil, failed
	}
	return s, s.finish()
}

// file is file(path): the set of a file below the script folders, made once for
// all VMs of a load.
func (m *ipModule) file(L *lua.LState) int {
	path := lualib.CheckString(L, 1)
	if !m.host.Loading() {
		lualib.Raise(L, "ip.file can only be called while scripts are loaded, not inside a handler")
	}
	s, err := m.shared.sets.get(fileKey{m.host.Script(), path}, func() (*ipSet, error) {
		return parseSet(L, string(m.host.ReadFile(L, path)))
	})
	if err != nil {
		lualib.Raise(L, "%s: %s", path, err)
	}
	L.Push(object(s, m.class))
	return 1
}

// get returns a set, and makes it when it is new.
func (s *ipSets) get(key fileKey, parse func() (*ipSet, error)) (*ipSet, error) {
	s.mu.Lock()
	set := s.sets[key]
	s.mu.Unlock()
	if set != nil {
		return set, nil
	}
	set, err := parse()
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sets == nil {
		s.sets = make(map[fileKey]*ipSet)
	}
	s.sets[key] = set
	return set, nil
}

// addrArg is argument n, an address. What is none, nil included, is in no set.
func addrArg(L *lua.LState, n int) (netip.Addr, bool) {
	s, ok := L.Get(n).(lua.LString)
	if !ok {
		if L.Get(n) != lua.LNil {
			lualib.TypeError(L, n, "string")
		}
		return netip.Addr{}, false
	}
	a, err := netip.ParseAddr(string(s))
	return a.Unmap().WithZone(""), err == nil
}

// ipContains is set:contains(address).
func ipContains(L *lua.LState) int {
	s := self[*ipSet](L, 1, "ip.set")
	a, ok := addrArg(L, 2)
	L.Push(lua.LBool(ok && s.table.Contains(a)))
	return 1
}

// ipLookup is set:lookup(address): the value of the longest prefix that holds
// it, and that prefix; nil for none.
func ipLookup(L *lua.LState) int {
	s := self[*ipSet](L, 1, "ip.set")
	if a, ok := addrArg(L, 2); ok {
		if p, v, ok := s.table.LookupPrefixLPM(netip.PrefixFrom(a, a.BitLen())); ok {
			L.Push(v)
			if !lua54.Wants(L, 2) {
				return 1
			}
			L.Push(lua.LString(p.String()))
			return 2
		}
	}
	L.Push(lua.LNil)
	return 1
}

// ipSize is set:size(): how many prefixes there are.
func ipSize(L *lua.LState) int {
	L.Push(lua.LNumber(self[*ipSet](L, 1, "ip.set").count))
	return 1
}

// ipParse is parse(text): an address as it is usually written, or nil.
func ipParse(L *lua.LState) int {
	if a, ok := addrArg(L, 1); ok {
		L.Push(lua.LString(a.String()))
	} else {
		L.Push(lua.LNil)
	}
	return 1
}

// ipVersion is version(text): 4 or 6, or nil for what is no address.
func ipVersion(L *lua.LState) int {
	a, ok := addrArg(L, 1)
	switch {
	case !ok:
		L.Push(lua.LNil)
	case a.Is4():
		L.Push(lua.LNumber(4))
	default:
		L.Push(lua.LNumber(6))
	}
	return 1
}

// ipMatch is match(address, prefix).
func ipMatch(L *lua.LState) int {
	a, ok := addrArg(L, 1)
	p, err := parsePrefix(lualib.CheckString(L, 2))
	if err != nil {
		lualib.ArgError(L, 2, err.Error())
	}
	L.Push(lua.LBool(ok && p.Contains(a)))
	return 1
}

// ipNetwork is network(address, bits4[, bits6]): the prefix of that length that
// holds the address, such as 192.0.2.0/24; nil for what is no address.
func ipNetwork(L *lua.LState) int {
	a, ok := addrArg(L, 1)
	bits4 := lualib.CheckInteger(L, 2)
	bits6 := lualib.OptInteger(L, 3, 128)
	if bits4 < 0 || bits4 > 32 {
		lualib.ArgError(L, 2, "a number from 0 to 32 expected")
	}
	if bits6 < 0 || bits6 > 128 {
		lualib.ArgError(L, 3, "a number from 0 to 128 expected")
	}
	if !ok {
		L.Push(lua.LNil)
		return 1
	}
	bits := bits4
	if a.Is6() {
		bits = bits6
	}
	p, _ := a.Prefix(int(bits)) // the length fits
	L.Push(lua.LString(p.String()))
	return 1
}

// cutBlank cuts a line at its first blank.
func cutBlank(line string) (first, rest string) {
	if i := strings.IndexAny(line, " \t"); i >= 0 {
		return line[:i], line[i:]
	}
	return line, ""
}
