package modules

import (
	"bytes"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"math/big"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lualib"
)

// openX509 makes luaossl's module openssl.x509, to read certificates.
func openX509(e env) lua.LValue {
	class := e.classOnce("openssl.x509", e.certificateMethods(), map[string]lua.LGFunction{"__tostring": certificateString})
	return e.table(map[string]lua.LGFunction{"new": func(L *lua.LState) int {
		if L.Get(1) == lua.LNil {
			lualib.Raise(L, "x509.new: certificates cannot be made here: give the text of one")
		}
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

func (e env) certificateMethods() map[string]lua.LGFunction {
	return map[string]lua.LGFunction{
		"getPublicKey": func(L *lua.LState) int {
			key := certificate(L).PublicKey
			if err := checkKey(key); err != nil {
				lualib.Raise(L, "getPublicKey: %s", err)
			}
			L.Push(e.newPKey(key))
			return 1
		},
		"getSubject": func(L *lua.LState) int { L.Push(e.newX509Name(parseName(certificate(L).RawSubject))); return 1 },
		"getIssuer":  func(L *lua.LState) int { L.Push(e.newX509Name(parseName(certificate(L).RawIssuer))); return 1 },
		"getSubjectAlt": func(L *lua.LState) int {
			c := certificate(L)
			alt := altNameOf(c.DNSNames, c.EmailAddresses, c.URIs, addressTexts(c.IPAddresses))
			if len(alt.list) == 0 {
				L.Push(lua.LNil)
				return 1
			}
			L.Push(e.newAltName(alt))
			return 1
		},
		"getSerial":  func(L *lua.LState) int { L.Push(e.newBignum(certificate(L).SerialNumber)); return 1 },
		"getVersion": func(L *lua.LState) int { L.Push(lua.LNumber(certificate(L).Version)); return 1 },
		"digest":     e.certificateDigest,
		"isIssuedBy": certificateIssuedBy, "getSignatureName": certificateSignature,
		"getLifetime": certificateLifetime, "getDNSNames": certificateNames,
		"getBasicConstraints": certificateConstraints,
		"toPEM":               certificateString, "tostring": certificateString,
	}
}

func certificate(L *lua.LState) *x509.Certificate {
	return self[*x509.Certificate](L, 1, "x509")
}

// addressTexts are addresses of a certificate as texts.
func addressTexts[T fmt.Stringer](list []T) []string {
	var texts []string
	for _, a := range list {
		texts = append(texts, a.String())
	}
	return texts
}

// certificateString is x509:toPEM() and x509:tostring([format]).
func certificateString(L *lua.LState) int {
	return pushEncoded(L, 2, "CERTIFICATE", certificate(L).Raw)
}

// certificateDigest is x509:digest([type[, format]]): hexadecimal digits, with the
// format "s" bytes, and with "n" a number.
func (e env) certificateDigest(L *lua.LState) int {
	h := hashArg(L, 2, "sha1").New()
	h.Write(certificate(L).Raw)
	switch format := lualib.OptString(L, 3, "x"); format {
	case "x":
		L.Push(lua.LString(hex.EncodeToString(h.Sum(nil))))
	case "s":
		L.Push(lua.LString(h.Sum(nil)))
	case "n":
		L.Push(e.newBignum(new(big.Int).SetBytes(h.Sum(nil))))
	default:
		lualib.ArgError(L, 3, fmt.Sprintf("'x', 's' or 'n' expected, not %q", clip(format)))
	}
	return 1
}

// certificateIssuedBy is x509:isIssuedBy(issuer): whether the issuer has signed it.
func certificateIssuedBy(L *lua.LState) int {
	c, issuer := certificate(L), self[*x509.Certificate](L, 2, "x509")
	L.Push(lua.LBool(bytes.Equal(c.RawIssuer, issuer.RawSubject) && checkKey(issuer.PublicKey) == nil &&
		issuer.CheckSignature(c.SignatureAlgorithm, c.RawTBSCertificate, c.Signature) == nil))
	return 1
}

// certificateSignature is x509:getSignatureName(), such as RSA-SHA256.
func certificateSignature(L *lua.LState) int {
	name := certificate(L).SignatureAlgorithm.String()
	if kind, hash, ok := strings.Cut(name, "-"); ok && kind == "ECDSA" {
		name = "ecdsa-with-" + hash
	} else if hash, kind, ok := strings.Cut(name, "-"); ok && kind == "RSA" {
		name = "RSA-" + hash
	}
	L.Push(lua.LString(strings.Replace(name, "Ed25519", "ED25519", 1)))
	return 1
}

// certificateLifetime is x509:getLifetime(): from and to, in seconds since 1970.
func certificateLifetime(L *lua.LState) int {
	c := certificate(L)
	L.Push(lua.LNumber(c.NotBefore.Unix()))
	L.Push(lua.LNumber(c.NotAfter.Unix()))
	return 2
}

// certificateConstraints is x509:getBasicConstraints(): whether it may sign others.
func certificateConstraints(L *lua.LState) int {
	c := certificate(L)
	t := L.CreateTable(0, 2)
	t.RawSetString("CA", lua.LBool(c.IsCA))
	if c.MaxPathLen > 0 || c.MaxPathLenZero {
		t.RawSetString("pathLen", lua.LNumber(c.MaxPathLen))
	}
	L.Push(t)
	return 1
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
