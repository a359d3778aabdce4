package modules

import (
	"crypto"
	"crypto/hmac"
	"fmt"
	"hash"
	"maps"
	"slices"
	"strings"

	_ "crypto/md5" // the hashes that crypto.Hash makes
	_ "crypto/sha1"
	_ "crypto/sha256"
	_ "crypto/sha3"
	_ "crypto/sha512"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lualib"
)

// digest is an object of openssl.digest or openssl.hmac.
type digest struct {
	hash.Hash
	kind crypto.Hash
	mac  bool
	done bool
}

var hashNames = map[string]crypto.Hash{
	"md5": crypto.MD5, "sha1": crypto.SHA1, "sha224": crypto.SHA224, "sha256": crypto.SHA256, "sha384": crypto.SHA384,
	"sha512": crypto.SHA512, "sha512224": crypto.SHA512_224, "sha512256": crypto.SHA512_256,
	"sha3224": crypto.SHA3_224, "sha3256": crypto.SHA3_256, "sha3384": crypto.SHA3_384, "sha3512": crypto.SHA3_512,
}

// hashOf returns the hash of a name such as SHA256, sha3-256 or RSA-SHA1.
func hashOf(name string) (crypto.Hash, bool) {
	name = strings.NewReplacer("-", "", "/", "", "_", "").Replace(strings.ToLower(name))
	kind, ok := hashNames[strings.TrimPrefix(name, "rsa")]
	return kind, ok
}

// hashArg is argument n, the name of a hash.
func hashArg(L *lua.LState, n int, def string) crypto.Hash {
	name := lualib.OptString(L, n, def)
	kind, ok := hashOf(name)
	if !ok {
		lualib.ArgError(L, n, fmt.Sprintf("there is no hash %q: %s are", clip(name), strings.Join(slices.Sorted(maps.Keys(hashNames)), ", ")))
	}
	return kind
}

// openDigest makes luaossl's module openssl.digest.
func openDigest(e env) lua.LValue {
	class := e.class("openssl.digest", map[string]lua.LGFunction{"update": digestUpdate, "final": digestFinal})
	return e.table(map[string]lua.LGFunction{"new": func(L *lua.LState) int {
		kind := hashArg(L, 1, "sha1")
		L.Push(object(&digest{Hash: kind.New(), kind: kind}, class))
		return 1
	}})
}

// openHMAC makes luaossl's module openssl.hmac.
func openHMAC(e env) lua.LValue {
	class := e.class("openssl.hmac", map[string]lua.LGFunction{"update": digestUpdate, "final": digestFinal})
	return e.table(map[string]lua.LGFunction{"new": func(L *lua.LState) int {
		key, kind := lualib.CheckString(L, 1), hashArg(L, 2, "sha1")
		L.Push(object(&digest{Hash: hmac.New(kind.New, []byte(key)), kind: kind, mac: true}, class))
		return 1
	}})
}

// write takes the arguments from the second one on.
func (d *digest) write(L *lua.LState) {
	if d.done {
		lualib.Raise(L, "the digest is final already")
	}
	for i := 2; i <= L.GetTop(); i++ {
		d.Write([]byte(lualib.CheckString(L, i)))
	}
}

// digestUpdate is digest:update(text...).
func digestUpdate(L *lua.LState) int {
	self[*digest](L, 1, "digest").write(L)
	L.SetTop(1)
	return 1
}

// digestFinal is digest:final(text...): the bytes of the digest.
func digestFinal(L *lua.LState) int {
	d := self[*digest](L, 1, "digest")
	d.write(L)
	d.done = true
	L.Push(lua.LString(d.Sum(nil)))
	return 1
}

// digestArg is argument n, a digest that has not ended.
func digestArg(L *lua.LState, n int) *digest {
	d := self[*digest](L, n, "digest")
	if d.mac || d.done {
		lualib.ArgError(L, n, "an object of openssl.digest expected that is not final")
	}
	return d
}
