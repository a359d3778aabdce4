package modules

import (
	"crypto/x509"
	"fmt"
	"net/netip"
	"net/url"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lualib"
)

// altName is the alternative names of a subject, each with its kind.
type altName struct{ list [][2]string }

// altKinds are the kinds under the names that scripts give them.
var altKinds = map[string]string{
	"dns": "DNS", "dnsname": "DNS", "email": "email", "rfc822": "email", "rfc822name": "email",
	"uri": "URI", "uniformresourceidentifier": "URI", "ip": "IP", "ipaddress": "IP",
}

// altNameOf are the names of a certificate or of a request for one.
func altNameOf(dns, email []string, uris []*url.URL, addresses []string) *altName {
	a := &altName{}
	for _, name := range dns {
		a.list = append(a.list, [2]string{"DNS", name})
	}
	for _, name := range email {
		a.list = append(a.list, [2]string{"email", name})
	}
	for _, u := range uris {
		a.list = append(a.list, [2]string{"URI", u.String()})
	}
	for _, address := range addresses {
		a.list = append(a.list, [2]string{"IP", address})
	}
	return a
}

// String is the names as OpenSSL prints them.
func (a *altName) String() string {
	texts := make([]string, len(a.list))
	for i, n := range a.list {
		texts[i] = n[0] + ":" + n[1]
	}
	return strings.Join(texts, ", ")
}

// put puts the names into a request. They have been looked at by add.
func (a *altName) put(r *x509.CertificateRequest) {
	for _, n := range a.list {
		switch kind, value := n[0], n[1]; kind {
		case "DNS":
			r.DNSNames = append(r.DNSNames, value)
		case "email":
			r.EmailAddresses = append(r.EmailAddresses, value)
		case "URI":
			if u, err := url.Parse(value); err == nil {
				r.URIs = append(r.URIs, u)
			}
		case "IP":
			r.IPAddresses = append(r.IPAddresses, netip.MustParseAddr(value).AsSlice())
		}
	}
}

func (e env) newAltName(a *altName) *lua.LUserData {
	each := func(L *lua.LState) int { return e.pushPairs(L, altNameArg(L, 1).list) }
	return object(a, e.classOnce("openssl.x509.altname", map[string]lua.LGFunction{
		"add": altNameAdd, "each": each,
	}, map[string]lua.LGFunction{"__tostring": altNameString, "__pairs": each}))
}

// openX509AltName makes luaossl's module openssl.x509.altname.
func openX509AltName(e env) lua.LValue {
	return e.table(map[string]lua.LGFunction{"new": func(L *lua.LState) int {
		L.Push(e.newAltName(&altName{}))
		return 1
	}})
}

func altNameArg(L *lua.LState, n int) *altName { return self[*altName](L, n, "x509.altname") }

func altNameString(L *lua.LState) int {
	L.Push(lua.LString(altNameArg(L, 1).String()))
	return 1
}

// altNameAdd is altname:add(kind, value): the names.
func altNameAdd(L *lua.LState) int {
	a, value := altNameArg(L, 1), lualib.CheckString(L, 3)
	kind := altKinds[strings.ToLower(lualib.CheckString(L, 2))]
	switch {
	case kind == "":
		lualib.ArgError(L, 2, fmt.Sprintf("there is no kind %q of names: DNS, IP, email and URI are", clip(L.Get(2).String())))
	case len(a.list) >= maxNameParts || len(value) > 2000:
		lualib.Raise(L, "altname:add: there are at most %d names of 2000 bytes", maxNameParts)
	case kind == "IP":
		addr, err := netip.ParseAddr(value)
		if err != nil || addr.Zone() != "" {
			lualib.ArgError(L, 3, fmt.Sprintf("%q is no address", clip(value)))
		}
		value = addr.String()
	case kind == "URI":
		if _, err := url.Parse(value); err != nil {
			lualib.ArgError(L, 3, fmt.Sprintf("%q is no URI", clip(value)))
		}
	}
	a.list = append(a.list, [2]string{kind, value})
	L.SetTop(1)
	return 1
}
