package haproxy

import (
	"net/netip"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lualib"
)

// network is an address with its mask; the address keeps its host bits.
type network struct{ addr, mask netip.Addr }

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
	return n.addr.Is4() == o.addr.Is4() && masked(n.addr, o.mask) == masked(o.addr, n.mask)
}

func masked(a, mask netip.Addr) netip.Addr {
	b, m := a.AsSlice(), mask.AsSlice()
	for i := range b {
		b[i] &= m[i]
	}
	a, _ = netip.AddrFromSlice(b)
	return a
}

// bits is the length of the mask, when all its ones are in front.
func (n network) bits() (int, bool) {
	for bits := 0; bits <= n.addr.BitLen(); bits++ {
		if prefixMask(bits, n.addr.BitLen()) == n.mask {
			return bits, true
		}
	}
	return 0, false
}

// prefixMask has that many ones in front.
func prefixMask(bits, length int) netip.Addr {
	b := make([]byte, length/8)
	for i := range bits {
		b[i/8] |= 0x80 >> (i % 8)
	}
	a, _ := netip.AddrFromSlice(b)
	return a
}

// parseNetwork reads ADDRESS, ADDRESS/BITS, and for IPv4 ADDRESS/MASK.
func parseNetwork(text string) (network, bool) {
	host, mask, hasMask := strings.Cut(text, "/")
	a, ok := parseHost(host)
	if !ok {
		return network{}, false
	}
	if !hasMask {
		return network{a, prefixMask(a.BitLen(), a.BitLen())}, true
	}
	if m, err := netip.ParseAddr(mask); err == nil && a.Is4() && m.Is4() {
		return network{a, m}, true
	}
	bits, err := strconv.Atoi(mask)
	if err != nil || bits < 0 || bits > a.BitLen() || mask[0] == '+' {
		return network{}, false
	}
	return network{a, prefixMask(bits, a.BitLen())}, true
}

// parseHost reads an address. One of IPv4 may have fewer than four numbers: as
// in C the last one fills the bytes that are left, so 127.1 is 127.0.0.1.
func parseHost(host string) (netip.Addr, bool) {
	parts := strings.Split(host, ".")
	if a, err := netip.ParseAddr(host); err == nil || len(parts) > 3 || strings.Contains(host, ":") {
		return a, err == nil && a.Zone() == ""
	}
	var b [4]byte
	for i, part := range parts[:len(parts)-1] {
		n, err := strconv.ParseUint(part, 10, 8)
		if err != nil {
			return netip.Addr{}, false
		}
		b[i] = byte(n)
	}
	last, err := strconv.ParseUint(parts[len(parts)-1], 10, 8*(5-len(parts)))
	for i := 3; i >= len(parts)-1; i-- {
		b[i] = byte(last)
		last >>= 8
	}
	return netip.AddrFrom4(b), err == nil
}
