package haproxy

import (
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// patternMap is a map file made ready for one method. The file that it belongs to
// guards it.
type patternMap struct {
	method string
	exact  map[string]string // str, and beg by its keys
	maxLen int               // of a key of beg
	list   []pattern         // of the methods that take the first in the file
	ranges []intRange
	nets   prefixes
}

// pattern is one key of a map that is searched in the order of the file.
type pattern struct {
	raw   string // as it stands in the file
	key   string
	re    *regexp.Regexp
	value string
}

type intRange struct {
	low, high  int64
	key, value string
}

func emptyPatternMap(method string) *patternMap {
	return &patternMap{method: method, exact: make(map[string]string)}
}

// newPatternMap makes entries ready for a method.
func newPatternMap(method string, entries *mapEntries) (*patternMap, error) {
	m := emptyPatternMap(method)
	for e := entries.order.Front(); e != nil; e = e.Next() {
		entry := e.Value.(*mapEntry)
		if entry.bare {
			continue
		}
		if err := m.add(entry.key, entry.value); err != nil {
			return nil, fmt.Errorf("line %d: %w", entry.line, err)
		}
	}
	return m, nil
}

// mapLine cuts a line into key and value. A comment begins in the first column
// only; the value is the rest of the line without the blanks around it.
func mapLine(line string) (key, value string, ok bool) {
	line = strings.TrimRight(line, "\r\n")
	if strings.HasPrefix(line, "#") {
		return "", "", false
	}
	line = strings.Trim(line, " \t")
	if line == "" {
		return "", "", false
	}
	i := strings.IndexAny(line, " \t")
	if i < 0 {
		return line, "", true
	}
	return line[:i], strings.TrimLeft(line[i:], " \t"), true
}

func (m *patternMap) add(key, value string) error {
	if key == "" {
		return errors.New("the key is empty")
	}
	switch m.method {
	case "str", "beg":
		if _, ok := m.exact[key]; !ok {
			m.exact[key] = value
			m.maxLen = max(m.maxLen, len(key))
		}
	case "int":
		r, err := parseRange(key)
		if err != nil {
			return err
		}
		r.key, r.value = key, value
		m.ranges = append(m.ranges, r)
	case "ip":
		n, ok := parseNetwork(key)
		if !ok {
			return fmt.Errorf("'%s' is no address", key)
		}
		bits, ok := n.bits()
		if !ok {
			return fmt.Errorf("the mask of '%s' has holes", key)
		}
		m.nets.add(netip.PrefixFrom(n.addr, bits).Masked(), value)
	case "reg":
		re, err := compileRegex(key, true)
		if err != nil {
			return fmt.Errorf("regex '%s': %w (the syntax is RE2's)", key, err)
		}
		m.list = append(m.list, pattern{raw: key, re: re, value: value})
	case "dir":
		m.list = append(m.list, pattern{raw: key, key: strings.Trim(key, dirDelimiters), value: value})
	case "dom":
		m.list = append(m.list, pattern{raw: key, key: strings.Trim(key, domDelimiters), value: value})
	default:
		m.list = append(m.list, pattern{raw: key, key: key, value: value})
	}
	return nil
}

// set gives all entries of a key a value.
func (m *patternMap) set(key, value string) {
	switch m.method {
	case "str", "beg":
		m.exact[key] = value
	case "ip":
		if prefix, ok := prefixOf(key); ok {
			m.nets.table[prefix] = value
		}
	}
	for i := range m.ranges {
		if m.ranges[i].key == key {
			m.ranges[i].value = value
		}
	}
	for i := range m.list {
		if m.list[i].raw == key {
			m.list[i].value = value
		}
	}
}

// remove forgets all entries of a key.
func (m *patternMap) remove(key string) {
	delete(m.exact, key)
	if prefix, ok := prefixOf(key); ok && m.method == "ip" {
		delete(m.nets.table, prefix)
	}
	m.ranges = slices.DeleteFunc(m.ranges, func(r intRange) bool { return r.key == key })
	m.list = slices.DeleteFunc(m.list, func(p pattern) bool { return p.raw == key })
}

func prefixOf(key string) (netip.Prefix, bool) {
	n, ok := parseNetwork(key)
	if !ok {
		return netip.Prefix{}, false
	}
	bits, ok := n.bits()
	return netip.PrefixFrom(n.addr, bits).Masked(), ok
}

// parseRange reads N, LOW:HIGH, LOW-HIGH, :HIGH and LOW:.
func parseRange(key string) (intRange, error) {
	low, high, isRange := strings.Cut(key, ":")
	if i := strings.IndexByte(key[1:], '-'); !isRange && i >= 0 {
		low, high, isRange = key[:i+1], key[i+2:], true
	}
	r := intRange{low: -1 << 63, high: 1<<63 - 1}
	var err error
	if low != "" {
		if r.low, err = strconv.ParseInt(low, 10, 64); err != nil {
			return r, fmt.Errorf("'%s' is not a number", low)
		}
	}
	if !isRange {
		r.high = r.low
		return r, nil
	}
	if high != "" {
		if r.high, err = strconv.ParseInt(high, 10, 64); err != nil {
			return r, fmt.Errorf("'%s' is not a number", high)
		}
	}
	return r, nil
}

// prefixes finds the longest prefix that holds an address: one hash table for
// each length that there is.
type prefixes struct {
	byLen [2][]int // lengths in use, longest first: IPv4, IPv6
	table map[netip.Prefix]string
}

func (p *prefixes) add(prefix netip.Prefix, value string) {
	if p.table == nil {
		p.table = make(map[netip.Prefix]string)
	}
	if _, ok := p.table[prefix]; ok {
		return
	}
	p.table[prefix] = value
	lengths := &p.byLen[family(prefix.Addr())]
	if !slices.Contains(*lengths, prefix.Bits()) {
		*lengths = append(*lengths, prefix.Bits())
		slices.SortFunc(*lengths, func(a, b int) int { return b - a })
	}
}

func family(a netip.Addr) int {
	if a.Is4() {
		return 0
	}
	return 1
}

// find looks an address up as it is, and then as the other family writes it.
func (p *prefixes) find(a netip.Addr) (string, bool) {
	if v, ok := p.longest(a); ok {
		return v, true
	}
	switch {
	case a.Is4():
		return p.longest(netip.AddrFrom16(a.As16()))
	case a.Is4In6():
		return p.longest(a.Unmap())
	}
	return "", false
}

func (p *prefixes) longest(a netip.Addr) (string, bool) {
	for _, bits := range p.byLen[family(a)] {
		prefix, _ := a.Prefix(bits)
		if v, ok := p.table[prefix]; ok {
			return v, true
		}
	}
	return "", false
}
