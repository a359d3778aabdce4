package modules

import (
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lualib"
)

// pkey is an object of openssl.pkey.
type pkey struct{ key any }

// pkeyClass is the registry field of the objects' metatable, which x509 makes,
// too.
const pkeyClass = "modules.pkey"

// newPKey makes an object of a key.
func (e env) newPKey(key any) *lua.LUserData {
	class, ok := e.L.G.Registry.RawGetString(pkeyClass).(*lua.LTable)
	if !ok {
		class = e.class("openssl.pkey", map[string]lua.LGFunction{
			"verify": pkeyVerify, "sign": pkeySign, "toPEM": pkeyPEM, "type": pkeyType,
		})
		e.L.G.Registry.RawSetString(pkeyClass, class)
	}
	return object(&pkey{key}, class)
}

// openPKey makes luaossl's module openssl.pkey.
func openPKey(e env) lua.LValue {
	return e.table(map[string]lua.LGFunction{"new": func(L *lua.LState) int {
		if L.Get(1).Type() == lua.LTTable {
			lualib.ArgError(L, 1, "keys cannot be made here: give the text of one")
		}
		key, err := parseKey(lualib.CheckString(L, 1))
		if err != nil {
			lualib.Raise(L, "pkey.new: %s", err)
		}
		L.Push(e.newPKey(key))
		return 1
	}})
}

// pkeyVerify is pkey:verify(signature, digest).
func pkeyVerify(L *lua.LState) int {
	k, signature, d := self[*pkey](L, 1, "pkey"), lualib.CheckString(L, 2), digestArg(L, 3)
	ok := false
	switch key := publicKey(k.key).(type) {
	case *rsa.PublicKey:
		ok = rsa.VerifyPKCS1v15(key, d.kind, d.Sum(nil), []byte(signature)) == nil
	case *ecdsa.PublicKey:
		ok = ecdsa.VerifyASN1(key, d.Sum(nil), []byte(signature))
	default:
		lualib.Raise(L, "verify: keys of RSA and ECDSA verify digests; see the module jwt for Ed25519")
	}
	L.Push(lua.LBool(ok))
	return 1
}

// pkeySign is pkey:sign(digest).
func pkeySign(L *lua.LState) int {
	k, d := self[*pkey](L, 1, "pkey"), digestArg(L, 2)
	var (
		signature []byte
		err       error
	)
	switch key := k.key.(type) {
	case *rsa.PrivateKey:
		signature, err = rsa.SignPKCS1v15(nil, key, d.kind, d.Sum(nil))
	case *ecdsa.PrivateKey:
		signature, err = key.Sign(rand.Reader, d.Sum(nil), d.kind)
	default:
		lualib.Raise(L, "sign: a private key of RSA or ECDSA signs digests")
	}
	if err != nil {
		lualib.Raise(L, "sign: %s", err)
	}
	L.Push(lua.LString(signature))
	return 1
}

// pkeyPEM is pkey:toPEM([which...]), each "public" or "private".
func pkeyPEM(L *lua.LState) int {
	k := self[*pkey](L, 1, "pkey")
	if L.GetTop() == 1 {
		L.Push(lua.LString("public"))
	}
	n := L.GetTop()
	for i := 2; i <= n; i++ {
		text, err := k.text(lualib.CheckString(L, i))
		if err != nil {
			lualib.ArgError(L, i, err.Error())
		}
		L.Push(lua.LString(text))
	}
	return n - 1
}

func (k *pkey) text(which string) ([]byte, error) {
	switch which {
	case "public", "PublicKey":
		der, err := x509.MarshalPKIXPublicKey(publicKey(k.key))
		return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), err
	case "private", "PrivateKey":
		der, err := x509.MarshalPKCS8PrivateKey(k.key)
		if err != nil {
			return nil, errors.New("the key is public")
		}
		return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil
	}
	return nil, fmt.Errorf("'public' or 'private' expected, not %q", clip(which))
}

// pkeyType is pkey:type().
func pkeyType(L *lua.LState) int {
	name := "ED25519"
	switch publicKey(self[*pkey](L, 1, "pkey").key).(type) {
	case *rsa.PublicKey:
		name = "rsaEncryption"
	case *ecdsa.PublicKey:
		name = "id-ecPublicKey"
	}
	L.Push(lua.LString(name))
	return 1
}
