package modules

import (
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"reflect"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
	"github.com/spoa-lua/spoa-lua/luabind/lualib"
)

// csr is a request for a certificate. It has DER once it is signed.
type csr struct {
	subject *x509Name
	alt     *altName
	public  any // nil when none was set
	der     []byte
}

// openX509CSR makes luaossl's module openssl.x509.csr.
func openX509CSR(e env) lua.LValue {
	class := e.classOnce("openssl.x509.csr", e.csrMethods(), map[string]lua.LGFunction{"__tostring": csrString})
	return e.table(map[string]lua.LGFunction{"new": func(L *lua.LState) int {
		r := &csr{subject: &x509Name{}}
		if L.GetTop() > 0 && L.Get(1) != lua.LNil {
			var err error
			if r, err = parseCSR(lualib.CheckString(L, 1)); err != nil {
				lualib.Raise(L, "csr.new: %s", err)
			}
		}
		L.Push(object(r, class))
		return 1
	}})
}

func (e env) csrMethods() map[string]lua.LGFunction {
	return map[string]lua.LGFunction{
		"getSubject": func(L *lua.LState) int { L.Push(e.newX509Name(csrArg(L).subject)); return 1 },
		"setSubject": csrSet(func(L *lua.LState, r *csr) { r.subject = nameArg(L, 2) }),
		"getSubjectAlt": func(L *lua.LState) int {
			if alt := csrArg(L).alt; alt != nil {
				L.Push(e.newAltName(alt))
				return 1
			}
			L.Push(lua.LNil)
			return 1
		},
		"setSubjectAlt": csrSet(func(L *lua.LState, r *csr) { r.alt = altNameArg(L, 2) }),
		"getPublicKey": func(L *lua.LState) int {
			key := csrArg(L).public
			if key == nil {
				lualib.Raise(L, "getPublicKey: the request has no key")
			}
			L.Push(e.newPKey(key))
			return 1
		},
		"setPublicKey": csrSet(func(L *lua.LState, r *csr) { r.public = publicKey(keyArg(L, 2).key) }),
		"getVersion":   func(L *lua.LState) int { csrArg(L); L.Push(lua.LNumber(0)); return 1 },
		"setVersion": csrSet(func(L *lua.LState, _ *csr) {
			if v, ok := lua54.ToInteger(L.Get(2)); !ok || v != 0 && v != 1 {
				lualib.ArgError(L, 2, "a request has the version 0")
			}
		}),
		"sign": csrSign, "toPEM": csrString, "tostring": csrString,
	}
}

func csrArg(L *lua.LState) *csr { return self[*csr](L, 1, "x509.csr") }

// csrSet is a method that changes a request, which is not signed then.
func csrSet(set func(*lua.LState, *csr)) lua.LGFunction {
	return func(L *lua.LState) int {
		r := csrArg(L)
		set(L, r)
		r.der = nil
		L.Push(lua.LTrue)
		return 1
	}
}

func parseCSR(text string) (*csr, error) {
	der := []byte(text)
	if block, _ := pem.Decode(der); block != nil {
		der = block.Bytes
	}
	c, err := x509.ParseCertificateRequest(der)
	if err != nil {
		return nil, fmt.Errorf("this is no request in PEM or DER: %w", err)
	}
	if err := checkKey(c.PublicKey); err != nil {
		return nil, err
	}
	r := &csr{subject: parseName(c.RawSubject), public: c.PublicKey, der: der}
	if alt := altNameOf(c.DNSNames, c.EmailAddresses, c.URIs, addressTexts(c.IPAddresses)); len(alt.list) > 0 {
		r.alt = alt
	}
	return r, nil
}

// csrSign is csr:sign(key[, digest]).
func csrSign(L *lua.LState) int {
	r, k := csrArg(L), keyArg(L, 2)
	signer, ok := k.key.(crypto.Signer)
	if !ok {
		lualib.ArgError(L, 2, "the key is public: a private one signs")
	}
	if r.public != nil && !reflect.DeepEqual(publicKey(k.key), r.public) {
		lualib.ArgError(L, 2, "the key is another than that of setPublicKey")
	}
	der, err := r.signed(signer)
	if err != nil {
		lualib.Raise(L, "sign: %s", err)
	}
	r.public, r.der = publicKey(k.key), der
	L.Push(lua.LTrue)
	return 1
}

func (r *csr) signed(key crypto.Signer) ([]byte, error) {
	subject, err := r.subject.der()
	if err != nil {
		return nil, err
	}
	template := &x509.CertificateRequest{RawSubject: subject}
	if r.alt != nil {
		r.alt.put(template)
	}
	return x509.CreateCertificateRequest(rand.Reader, template, key)
}

// csrString is csr:tostring([format]).
func csrString(L *lua.LState) int {
	r := csrArg(L)
	if r.der == nil {
		lualib.Raise(L, "tostring: the request is not signed")
	}
	return pushEncoded(L, 2, "CERTIFICATE REQUEST", r.der)
}
