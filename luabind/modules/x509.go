package modules

import (
	"crypto/x509"
	"encoding/pem"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lualib"
)

// openX509 makes luaossl's module openssl.x509, to read certificates.
func openX509(e env) lua.LValue {
	class := e.class("openssl.x509", map[string]lua.LGFunction{
		"getPublicKey": func(L *lua.LState) int {
			key := certificate(L).PublicKey
			if err := checkKey(key); err != nil {
				lualib.Raise(L, "getPublicKey: %s", err)
			}
			L.Push(e.newPKey(key))
			return 1
		},
		"getSubject":  certificateText(func(c *x509.Certificate) string { return c.Subject.String() }),
		"getIssuer":   certificateText(func(c *x509.Certificate) string { return c.Issuer.String() }),
		"getSerial":   certificateText(func(c *x509.Certificate) string { return c.SerialNumber.String() }),
		"getLifetime": certificateLifetime,
		"getDNSNames": certificateNames,
		"toPEM": certificateText(func(c *x509.Certificate) string {
			return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}))
		}),
	})
	return e.table(map[string]lua.LGFunction{"new": func(L *lua.LState) int {
		der := []byte(lualib.CheckString(L, 1))
		if block, _ := pem.Decode(der); block != nil {
			der = block.Bytes
		}
		c, err := x509.ParseCertificate(der)
		if err != nil {
			lualib.Raise(L, "x509.new: this is no certificate in PEM or DER: %s", err)
		}
		L.Push(object(c, class))
		return 1
	}})
}

func certificate(L *lua.LState) *x509.Certificate {
	return self[*x509.Certificate](L, 1, "x509")
}

func certificateText(text func(*x509.Certificate) string) lua.LGFunction {
	return func(L *lua.LState) int {
		L.Push(lua.LString(text(certificate(L))))
		return 1
	}
}

// certificateLifetime is x509:getLifetime(): from and to, in seconds since 1970.
func certificateLifetime(L *lua.LState) int {
	c := certificate(L)
	L.Push(lua.LNumber(c.NotBefore.Unix()))
	L.Push(lua.LNumber(c.NotAfter.Unix()))
	return 2
}

func certificateNames(L *lua.LState) int {
	names := certificate(L).DNSNames
	t := L.CreateTable(len(names), 0)
	for _, name := range names {
		t.Append(lua.LString(name))
	}
	L.Push(t)
	return 1
}
