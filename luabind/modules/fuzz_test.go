package modules

import (
	"net/url"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"
	lua "github.com/yuin/gopher-lua"
)

// FuzzJWT gives verify, decode and key whatever bytes: they must neither panic
// nor take what nobody has signed.
func FuzzJWT(f *testing.F) {
	f.Add("eyJhbGciOiJIUzI1NiJ9.e30.AAAA", `{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB"}]}`)
	f.Add("eyJhbGciOiJub25lIn0.e30.", "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA\n-----END PUBLIC KEY-----")
	f.Add("..", `{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}`)
	L := newState(f)
	m := &jwtModule{env: env{L: L}}
	secret := newSecretKey("not in the corpus: 8d1f0f0a")
	f.Fuzz(func(t *testing.T, token, key string) {
		if claims, _, err := m.verified(L, token, secret, secret.algorithms); err == nil {
			t.Errorf("%q is taken for signed: %v", token, claims)
		}
		_, _ = m.part(token, 0)
		if k, err := parseJWTKey(key); err == nil {
			_, _, _ = m.verified(L, token, k, k.algorithms)
			for _, a := range k.algorithms {
				if a == jose.SignatureAlgorithm("none") {
					t.Errorf("%q allows none", key)
				}
			}
		}
	})
}

// FuzzURL checks that a URL is parsed to what net/url says it is, where both
// take it, and that its parts make it again.
func FuzzURL(f *testing.F) {
	for _, s := range []string{"http://u:p@h:80/p;x?q#f", "//h", "a/../b", "http://[::1]:8/", "//[[x]]", "//[[::]]", "mailto:x@y", "?", "#", "http://a@b@c", "/%zz"} {
		f.Add(s)
	}
	base := splitURL("http://a/b/c/d;p?q")
	f.Fuzz(func(t *testing.T, s string) {
		p := splitURL(s)
		again := splitURL(p.join())
		if again.join() != p.join() {
			t.Errorf("%q became %q, then %q", s, p.join(), again.join())
		}
		_ = base.resolve(p).join()
		want, err := url.Parse(s)
		if err != nil || want.Host == "" || want.Opaque != "" || strings.Contains(want.Host+p["host"], "%") {
			return
		}
		if want.Hostname() != p["host"] || want.Port() != p["port"] {
			t.Errorf("%q: host %q and port %q, net/url says %q and %q", s, p["host"], p["port"], want.Hostname(), want.Port())
		}
	})
}

// FuzzSets gives sets of addresses whatever text.
func FuzzSets(f *testing.F) {
	f.Add("10.0.0.0/8 a\n# c\n::1", "10.0.0.1")
	f.Add("::ffff:1.2.3.4/100", "::ffff:1.2.3.4")
	L := newState(f)
	f.Fuzz(func(_ *testing.T, text, addr string) {
		s, err := parseSet(L, text)
		if err != nil {
			return
		}
		L.SetTop(0)
		L.Push(&lua.LUserData{Value: s, Metatable: lua.LNil})
		L.Push(lua.LString(addr))
		ipLookup(L)
		L.SetTop(0)
	})
}
