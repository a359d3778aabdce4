package haproxy

import (
	"net/netip"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lualib"
)

// What may stand around a pattern of dir and dom. Those around the pattern
// itself do not count.
const (
	dirDelimiters = "/?"
	domDelimiters = "/?.:"
)

// mapMethods are the constants of Map by their name; those without a method
// exist in HAProxy too, where new raises an error for them.
var mapMethods = []string{"int", "ip", "str", "beg", "sub", "dir", "dom", "end", "reg", "found", "bool", "bin", "len", "regm"}

const firstUnusable = 9 // of mapMethods

func (api *API) openMap(L *lua.LState) {
	api.mapClass = api.class(L, "Map", map[string]lua.LGFunction{"lookup": mapLookup, "slookup": mapSlookup})
	t := api.table(L, map[string]lua.LGFunction{"new": api.newMap, "lookup": mapLookup, "slookup": mapSlookup})
	for i, name := range mapMethods {
		t.RawSetString("_"+name, lua.LNumber(i))
		t.RawSetString(name, lua.LNumber(i))
	}
	L.G.Global.RawSetString("Map", t)
}

// newMap is Map.new(file[, method]).
func (api *API) newMap(L *lua.LState) int {
	file := lualib.CheckString(L, 1)
	method := lualib.OptInteger(L, 2, 2)
	api.mustLoad(L, "Map.new")
	if method < 0 || method >= firstUnusable {
		lualib.Raise(L, "'new' doesn't support the match method %d", method)
	}
	name, optional := strings.CutPrefix(file, "opt@")
	name, virtual := strings.CutPrefix(name, "virt@")
	if optional {
		lualib.Raise(L, "'new': %s: files that may be missing cannot be watched; name one that is there", file)
	}
	f := api.maps.load(api.store, api.host.Script(), name, func() []byte {
		if virtual {
			return nil
		}
		return api.host.ReadFile(L, name)
	})
	m, err := f.view(mapMethods[method])
	if err != nil {
		lualib.Raise(L, "'new': %s: %s", name, err)
	}
	L.Push(&lua.LUserData{Value: m, Metatable: api.mapClass})
	return 1
}

// mapLookup is map:lookup(key): the value or nil.
func mapLookup(L *lua.LState) int {
	if v, ok := find(L); ok {
		L.Push(lua.LString(v))
		return 1
	}
	L.Push(lua.LNil)
	return 1
}

// mapSlookup is map:slookup(key): the value or "".
func mapSlookup(L *lua.LState) int {
	v, _ := find(L)
	L.Push(lua.LString(v))
	return 1
}

func find(L *lua.LState) (string, bool) {
	ud, _ := L.Get(1).(*lua.LUserData)
	if ud == nil {
		lualib.TypeError(L, 1, "Map")
	}
	m, ok := ud.Value.(*mapView)
	if !ok {
		lualib.TypeError(L, 1, "Map")
	}
	m.file.mu.RLock()
	defer m.file.mu.RUnlock()
	if m.method == "int" {
		return m.findInt(lualib.CheckInteger(L, 2))
	}
	return m.find(lualib.CheckString(L, 2))
}

func (m *patternMap) findInt(n int64) (string, bool) {
	for _, r := range m.ranges {
		if r.low <= n && n <= r.high {
			return r.value, true
		}
	}
	return "", false
}

func (m *patternMap) find(text string) (string, bool) {
	switch m.method {
	case "str":
		v, ok := m.exact[text]
		return v, ok
	case "beg":
		for n := min(len(text), m.maxLen); n > 0; n-- {
			if v, ok := m.exact[text[:n]]; ok {
				return v, true
			}
		}
		return "", false
	case "ip":
		a, err := netip.ParseAddr(text)
		if err != nil {
			return "", false
		}
		return m.nets.find(a)
	}
	for i := range m.list {
		if m.matches(&m.list[i], text) {
			return m.list[i].value, true
		}
	}
	return "", false
}

// matches is for the methods that try the keys in the order of the file.
func (m *patternMap) matches(p *pattern, text string) bool {
	switch m.method {
	case "sub":
		return strings.Contains(text, p.key)
	case "end":
		return strings.HasSuffix(text, p.key)
	case "reg":
		return p.re.MatchString(text)
	case "dir":
		return component(text, p.key, dirDelimiters)
	}
	return component(text, p.key, domDelimiters)
}

// component reports whether key stands in text with a delimiter or an end on
// both sides.
func component(text, key, delimiters string) bool {
	for from := 0; ; {
		i := strings.Index(text[from:], key)
		if i < 0 || key == "" {
			return false
		}
		i += from
		end := i + len(key)
		if (i == 0 || strings.IndexByte(delimiters, text[i-1]) >= 0) &&
			(end == len(text) || strings.IndexByte(delimiters, text[end]) >= 0) {
			return true
		}
		from = i + 1
	}
}
