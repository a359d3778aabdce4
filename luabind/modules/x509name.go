package modules

import (
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lualib"
)

// maxNameParts is how many parts a name may have.
const maxNameParts = 100

// x509Name is a distinguished name: its parts in order.
type x509Name struct{ parts []pkix.AttributeTypeAndValue }

// namePart is what is known of a type of parts.
type namePart struct{ short, long, oid string }

var nameParts = []namePart{
	{"CN", "commonName", "2.5.4.3"},
	{"SN", "surname", "2.5.4.4"},
	{"serialNumber", "serialNumber", "2.5.4.5"},
	{"C", "countryName", "2.5.4.6"},
	{"L", "localityName", "2.5.4.7"},
	{"ST", "stateOrProvinceName", "2.5.4.8"},
	{"street", "streetAddress", "2.5.4.9"},
	{"O", "organizationName", "2.5.4.10"},
	{"OU", "organizationalUnitName", "2.5.4.11"},
	{"title", "title", "2.5.4.12"},
	{"postalCode", "postalCode", "2.5.4.17"},
	{"GN", "givenName", "2.5.4.42"},
	{"initials", "initials", "2.5.4.43"},
	{"dnQualifier", "dnQualifier", "2.5.4.46"},
	{"emailAddress", "emailAddress", "1.2.840.113549.1.9.1"},
	{"UID", "userId", "0.9.2342.19200300.100.1.1"},
	{"DC", "domainComponent", "0.9.2342.19200300.100.1.25"},
}

// partOf describes a type; one that is not known is called by its OID.
func partOf(oid asn1.ObjectIdentifier) namePart {
	text := oid.String()
	for _, p := range nameParts {
		if p.oid == text {
			return p
		}
	}
	return namePart{text, text, text}
}

// parseName reads the DER of a name.
func parseName(der []byte) *x509Name {
	var sets pkix.RDNSequence
	if _, err := asn1.Unmarshal(der, &sets); err != nil {
		return &x509Name{}
	}
	n := &x509Name{}
	for _, set := range sets {
		n.parts = append(n.parts, set...)
	}
	return n
}

func (n *x509Name) der() ([]byte, error) {
	sets := make(pkix.RDNSequence, len(n.parts))
	for i, p := range n.parts {
		sets[i] = pkix.RelativeDistinguishedNameSET{p}
	}
	return asn1.Marshal(sets)
}

// String is the name as OpenSSL prints it.
func (n *x509Name) String() string {
	texts := make([]string, len(n.parts))
	for i, p := range n.parts {
		texts[i] = partOf(p.Type).short + "=" + fmt.Sprint(p.Value)
	}
	return strings.Join(texts, ", ")
}

func (e env) newX509Name(n *x509Name) *lua.LUserData {
	return object(n, e.classOnce("openssl.x509.name", map[string]lua.LGFunction{
		"add": nameAdd, "all": nameAll, "each": e.nameEach,
	}, map[string]lua.LGFunction{"__tostring": nameString, "__pairs": e.nameEach}))
}

// openX509Name makes luaossl's module openssl.x509.name.
func openX509Name(e env) lua.LValue {
	return e.table(map[string]lua.LGFunction{"new": func(L *lua.LState) int {
		L.Push(e.newX509Name(&x509Name{}))
		return 1
	}})
}

func nameArg(L *lua.LState, n int) *x509Name { return self[*x509Name](L, n, "x509.name") }

func nameString(L *lua.LState) int {
	L.Push(lua.LString(nameArg(L, 1).String()))
	return 1
}

// nameAdd is name:add(type, value): the name.
func nameAdd(L *lua.LState) int {
	n, kind, value := nameArg(L, 1), lualib.CheckString(L, 2), lualib.CheckString(L, 3)
	if len(n.parts) >= maxNameParts || len(value) > maxToken {
		lualib.Raise(L, "name:add: a name has at most %d parts of %d bytes", maxNameParts, maxToken)
	}
	for _, p := range nameParts {
		if kind == p.short || kind == p.long || kind == p.oid {
			n.parts = append(n.parts, pkix.AttributeTypeAndValue{Type: parseOID(p.oid), Value: value})
			L.SetTop(1)
			return 1
		}
	}
	lualib.ArgError(L, 2, fmt.Sprintf("there is no part %q of names: CN, O, OU, C and the like are", clip(kind)))
	return 0
}

func parseOID(text string) asn1.ObjectIdentifier {
	var oid asn1.ObjectIdentifier
	for digits := range strings.SplitSeq(text, ".") {
		n := 0
		_, _ = fmt.Sscan(digits, &n) // it is of the table above
		oid = append(oid, n)
	}
	return oid
}

// nameAll is name:all(): a list of all parts.
func nameAll(L *lua.LState) int {
	parts := nameArg(L, 1).parts
	list := L.CreateTable(len(parts), 0)
	for _, p := range parts {
		known := partOf(p.Type)
		t := L.CreateTable(0, 4)
		t.RawSetString("sn", lua.LString(known.short))
		t.RawSetString("ln", lua.LString(known.long))
		t.RawSetString("id", lua.LString(known.oid))
		t.RawSetString("blob", lua.LString(fmt.Sprint(p.Value)))
		list.Append(t)
	}
	L.Push(list)
	return 1
}

// nameEach is name:each(): an iterator over types and values.
func (e env) nameEach(L *lua.LState) int {
	var list [][2]string
	for _, p := range nameArg(L, 1).parts {
		list = append(list, [2]string{partOf(p.Type).short, fmt.Sprint(p.Value)})
	}
	return e.pushPairs(L, list)
}

// pushPairs pushes an iterator over pairs.
func (e env) pushPairs(L *lua.LState, list [][2]string) int {
	i := 0
	L.Push(e.host.NewFunction(func(L *lua.LState) int {
		if i >= len(list) {
			L.Push(lua.LNil)
			return 1
		}
		L.Push(lua.LString(list[i][0]))
		L.Push(lua.LString(list[i][1]))
		i++
		return 2
	}))
	return 1
}
