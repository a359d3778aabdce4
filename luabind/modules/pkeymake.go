package modules

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"math"
	"math/big"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
	"github.com/spoa-lua/spoa-lua/luabind/lualib"
)

// maxMadeBits bounds how long making a key takes.
const maxMadeBits = 4096

var curves = map[string]elliptic.Curve{
	"prime256v1": elliptic.P256(), "p-256": elliptic.P256(), "secp384r1": elliptic.P384(), "p-384": elliptic.P384(),
	"secp521r1": elliptic.P521(), "p-521": elliptic.P521(),
}

// generateKey makes the key that argument 1, a table or nothing, describes.
func (e env) generateKey(L *lua.LState) any {
	options := &lua.LTable{Metatable: lua.LNil}
	if L.Get(1) != lua.LNil {
		options = lualib.CheckTable(L, 1)
	}
	kind := "RSA"
	if v, ok := options.RawGetString("type").(lua.LString); ok {
		kind = string(v)
	}
	switch strings.ToUpper(kind) {
	case "RSA", "RSAENCRYPTION":
		return e.generateRSA(L, options)
	case "EC", "ID-ECPUBLICKEY":
		return generateEC(L, options)
	case "ED25519":
		_, key, _ := ed25519.GenerateKey(nil) // the system's randomness does not fail
		return key
	}
	lualib.ArgError(L, 1, fmt.Sprintf("there is no type %q of keys: RSA, EC and ED25519 are", clip(kind)))
	return nil
}

const slowKey = "pkey.new: keys of RSA are made while scripts are loaded, and in tasks: they take too long for a message"

// inMessage reports whether what runs now has a limit of time.
func (e env) inMessage() bool {
	left, ok := e.host.TimeLeft()
	return ok && left != math.MaxInt64
}

// generateRSA takes its time, which no message has.
func (e env) generateRSA(L *lua.LState, options *lua.LTable) any {
	if e.inMessage() {
		lualib.Raise(L, slowKey)
	}
	bits, exponent := int64(2048), int64(65537)
	if v := options.RawGetString("bits"); v != lua.LNil {
		bits, _ = lua54.ToInteger(v)
	}
	if v := options.RawGetString("exp"); v != lua.LNil {
		exponent, _ = lua54.ToInteger(v)
	}
	if bits < 1024 || bits > maxMadeBits || exponent != 65537 {
		lualib.ArgError(L, 1, fmt.Sprintf("a key of RSA has 1024 to %d bits and the exponent 65537", maxMadeBits))
	}
	key, err := rsa.GenerateKey(rand.Reader, int(bits))
	if err != nil {
		lualib.Raise(L, "pkey.new: %s", err)
	}
	return key
}

func generateEC(L *lua.LState, options *lua.LTable) any {
	name := "prime256v1"
	if v, ok := options.RawGetString("curve").(lua.LString); ok {
		name = string(v)
	}
	curve := curves[strings.ToLower(name)]
	if curve == nil {
		lualib.ArgError(L, 1, fmt.Sprintf("there is no curve %q: prime256v1, secp384r1 and secp521r1 are", clip(name)))
	}
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		lualib.Raise(L, "pkey.new: %s", err)
	}
	return key
}

// pkeyParameters is pkey:getParameters([name...]): the numbers that a key is made
// of, as a table of all or one by one.
func (e env) pkeyParameters(L *lua.LState) int {
	all := parametersOf(keyArg(L, 1).key)
	if all == nil {
		lualib.Raise(L, "getParameters: keys of RSA and ECDSA have parameters")
	}
	if L.GetTop() == 1 {
		t := L.CreateTable(0, len(all))
		for name, n := range all {
			t.RawSetString(name, e.newBignum(n))
		}
		L.Push(t)
		return 1
	}
	top := L.GetTop()
	for i := 2; i <= top; i++ {
		name := lualib.CheckString(L, i)
		n := all[name]
		if n == nil {
			lualib.ArgError(L, i, fmt.Sprintf("the key has no %q", clip(name)))
		}
		L.Push(e.newBignum(n))
	}
	return top - 1
}

// parametersOf has OpenSSL's names.
func parametersOf(key any) map[string]*big.Int {
	all := make(map[string]*big.Int)
	switch k := publicKey(key).(type) {
	case *rsa.PublicKey:
		all["n"], all["e"] = k.N, big.NewInt(int64(k.E))
	case *ecdsa.PublicKey:
		if point, err := k.ECDH(); err == nil {
			all["pub_key"] = new(big.Int).SetBytes(point.Bytes())
		}
	default:
		return nil
	}
	switch k := key.(type) {
	case *rsa.PrivateKey:
		if k.Precompute(); len(k.Primes) == 2 {
			all["d"], all["p"], all["q"] = k.D, k.Primes[0], k.Primes[1]
			all["dmp1"], all["dmq1"], all["iqmp"] = k.Precomputed.Dp, k.Precomputed.Dq, k.Precomputed.Qinv
		}
	case *ecdsa.PrivateKey:
		if b, err := k.Bytes(); err == nil {
			all["priv_key"] = new(big.Int).SetBytes(b)
		}
	}
	return all
}
