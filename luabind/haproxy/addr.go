package haproxy

import (
	"net/netip"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lualib"
)

// network is an address with its mask; the address keeps its host bits.
type network struct {
	addr netip.Addr
	bits int
}

func (api *API) openAddr(L *lua.LState) {
	api.addr = L.CreateTable(0, 1)
	api.addr.RawSetString("__name", lua.LString("Addr"))
}

// parseAddr is core.parse_addr(text): an object for match_addr, or nil.
func (api *API) parseAddr(L *lua.LState) int {
	n, ok := parseNetwork(lualib.CheckString(L, 1))
	if !ok {
		L.Push(lua.LNil)
		return 1
	}
	L.Push(&lua.LUserData{Value: n, Metatable: api.addr})
	return 1
}

// matchAddr is core.match_addr(a, b).
func matchAddr(L *lua.LState) int {
	a, okA := networkArg(L, 1)
	b, okB := networkArg(L, 2)
	L.Push(lua.LBool(okA && okB && a.matches(b)))
	return 1
}

func networkArg(L *lua.LState, n int) (network, bool) {
	ud, ok := L.Get(n).(*lua.LUserData)
	if !ok {
		return network{}, false
	}
	v, ok := ud.Value.(network)
	return v, ok
}

// matches compares each address under the other one's mask. So host bits that
// the other one's mask leaves out make a difference.
func (n network) matches(o network) bool {
	if n.addr.Is4() != o.addr.Is4() {
		return false
	}
	return masked(n.addr, o.bits) == masked(o.addr, n.bits)
}

func masked(a netip.Addr, bits int) netip.Addr {
	p, err := a.Prefix(bits)
	if err != nil {
		return a
	}
	return p.Addr()
}

// parseNetwork reads ADDRESS, ADDRESS/BITS, and for IPv4 ADDRESS/MASK.
func parseNetwork(text string) (network, bool) {
	host, mask, hasMask := strings.Cut(text, "/")
	a, err := netip.ParseAddr(host)
	if err != nil || a.Zone() != "" {
		return network{}, false
	}
	n := network{a, a.BitLen()}
	if !hasMask {
		return n, true
	}
	if m, err := netip.ParseAddr(mask); err == nil && a.Is4() && m.Is4() {
		bits, ok := maskBits(m)
		return network{a, bits}, ok
	}
	bits, err := strconv.Atoi(mask)
	if err != nil || bits < 0 || bits > n.bits || mask[0] == '+' {
		return network{}, false
	}
	return network{a, bits}, true
}

// maskBits counts the ones of a mask that has all of them in front.
func maskBits(m netip.Addr) (int, bool) {
	b := m.As4()
	v := uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
	for bits := 0; bits <= 32; bits++ {
		if v == uint32(0xffffffff<<(32-bits)) {
			return bits, true
		}
	}
	return 0, false
}
