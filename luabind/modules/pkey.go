package modules

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lualib"
)

// pkey is an object of openssl.pkey. Without a key it is one that was asked for in a
// message and is not made: it has signed nothing, which is all that scripts want to
// know that look for a key, find nil and call new(nil).
type pkey struct{ key any }

// keyArg is the key of argument n.
func keyArg(L *lua.LState, n int) *pkey {
	k := self[*pkey](L, n, "pkey")
	if k.key == nil {
		lualib.Raise(L, slowKey)
	}
	return k
}

// newPKey makes an object of a key.
func (e env) newPKey(key any) *lua.LUserData {
	return object(&pkey{key}, e.classOnce("openssl.pkey", map[string]lua.LGFunction{
		"verify": pkeyVerify, "sign": pkeySign, "toPEM": pkeyPEM, "tostring": pkeyString, "type": pkeyType,
		"getParameters": e.pkeyParameters, "getDefaultDigestName": pkeyDigestName,
	}, map[string]lua.LGFunction{"__tostring": pkeyString}))
}

// openPKey makes luaossl's module openssl.pkey.
func openPKey(e env) lua.LValue {
	return e.table(map[string]lua.LGFunction{"new": func(L *lua.LState) int {
		text, ok := L.Get(1).(lua.LString)
		switch {
		case ok:
		case L.Get(1) == lua.LNil && e.inMessage():
			L.Push(e.newPKey(nil))
			return 1
		default:
			L.Push(e.newPKey(e.generateKey(L)))
			return 1
		}
		key, err := parseKey(string(text))
		if err != nil {
			lualib.Raise(L, "pkey.new: %s", err)
		}
		L.Push(e.newPKey(key))
		return 1
	}})
}

// pkeyVerify is pkey:verify(signature, digest).
func pkeyVerify(L *lua.LState) int {
	k, signature := self[*pkey](L, 1, "pkey"), lualib.CheckString(L, 2)
	ok := false
	switch key := publicKey(k.key).(type) {
	case nil:
		digestArg(L, 3)
	case *rsa.PublicKey:
		d := digestArg(L, 3)
		ok = rsa.VerifyPKCS1v15(key, d.kind, d.Sum(nil), []byte(signature)) == nil
	case *ecdsa.PublicKey:
		ok = ecdsa.VerifyASN1(key, digestArg(L, 3).Sum(nil), []byte(signature))
	case ed25519.PublicKey:
		ok = ed25519.Verify(key, []byte(textArg(L, 3)), []byte(signature))
	}
	L.Push(lua.LBool(ok))
	return 1
}

// textArg is argument n, the text that a key of Ed25519 signs.
func textArg(L *lua.LState, n int) string {
	if _, ok := L.Get(n).(*lua.LUserData); ok {
		lualib.ArgError(L, n, "a key of Ed25519 signs a text, not the digest of one")
	}
	return lualib.CheckString(L, n)
}

// pkeySign is pkey:sign(digest), and sign(text) for Ed25519.
func pkeySign(L *lua.LState) int {
	k := keyArg(L, 1)
	var (
		signature []byte
		err       error
	)
	switch key := k.key.(type) {
	case *rsa.PrivateKey:
		d := digestArg(L, 2)
		signature, err = rsa.SignPKCS1v15(nil, key, d.kind, d.Sum(nil))
	case *ecdsa.PrivateKey:
		d := digestArg(L, 2)
		signature, err = key.Sign(rand.Reader, d.Sum(nil), d.kind)
	case ed25519.PrivateKey:
		signature = ed25519.Sign(key, []byte(textArg(L, 2)))
	default:
		lualib.Raise(L, "sign: the key is public: a private one signs")
	}
	if err != nil {
		lualib.Raise(L, "sign: %s", err)
	}
	L.Push(lua.LString(signature))
	return 1
}

// pkeyString is pkey:tostring([format]): the public key.
func pkeyString(L *lua.LState) int {
	k := keyArg(L, 1)
	der, err := x509.MarshalPKIXPublicKey(publicKey(k.key))
	if err != nil {
		lualib.Raise(L, "tostring: %s", err)
	}
	return pushEncoded(L, 2, "PUBLIC KEY", der)
}

// pushEncoded pushes what is encoded as argument n says: "PEM", the default, or
// "DER".
func pushEncoded(L *lua.LState, n int, kind string, der []byte) int {
	switch format := strings.ToUpper(lualib.OptString(L, n, "PEM")); format {
	case "PEM", "*":
		L.Push(lua.LString(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})))
	case "DER":
		L.Push(lua.LString(der))
	default:
		lualib.ArgError(L, n, fmt.Sprintf("'PEM' or 'DER' expected, not %q", clip(format)))
	}
	return 1
}

// pkeyDigestName is pkey:getDefaultDigestName().
func pkeyDigestName(L *lua.LState) int {
	name := "SHA256"
	if _, ok := publicKey(keyArg(L, 1).key).(ed25519.PublicKey); ok {
		name = "UNDEF"
	}
	L.Push(lua.LString(name))
	return 1
}

// pkeyPEM is pkey:toPEM([which...]), each "public" or "private".
func pkeyPEM(L *lua.LState) int {
	k := keyArg(L, 1)
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
	switch publicKey(keyArg(L, 1).key).(type) {
	case *rsa.PublicKey:
		name = "rsaEncryption"
	case *ecdsa.PublicKey:
		name = "id-ecPublicKey"
	}
	L.Push(lua.LString(name))
	return 1
}
