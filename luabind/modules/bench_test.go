package modules

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/gaissmai/bart"
	"github.com/oschwald/maxminddb-golang/v2"
	lua "github.com/yuin/gopher-lua"
)

// BenchmarkJWT verifies a token of RS256, and the signature alone by crypto/rsa.
func BenchmarkJWT(b *testing.B) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		b.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		b.Fatal(err)
	}
	L := newState(b)
	m := Open(L, L, testHost{L}, new(Shared), "jwt").(*lua.LTable)
	k := call(b, L, m.RawGetString("key"), lua.LString(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})))
	claims := L.NewTable()
	claims.RawSetString("sub", lua.LString("alice"))
	claims.RawSetString("exp", lua.LNumber(4102444800))
	token := call(b, L, m.RawGetString("sign"), claims, k)
	b.Run("lua", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if call(b, L, m.RawGetString("verify"), token, k) == lua.LNil {
				b.Fatal("not valid")
			}
		}
	})
	b.Run("crypto-rsa", func(b *testing.B) {
		sum := sha256.Sum256([]byte(token.String()))
		signature, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, sum[:])
		if err != nil {
			b.Fatal(err)
		}
		b.ReportAllocs()
		for b.Loop() {
			sum := sha256.Sum256([]byte(token.String()))
			if err := rsa.VerifyPKCS1v15(&key.PublicKey, crypto.SHA256, sum[:], signature); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkIPSet looks an address up among a million prefixes.
func BenchmarkIPSet(b *testing.B) {
	s := &ipSet{}
	var direct bart.Table[bool]
	for i := range 1_000_000 {
		p := netip.PrefixFrom(netip.AddrFrom4([4]byte{byte(1 + i>>16), byte(i >> 8), byte(i), 0}), 24)
		s.table.Insert(p, lua.LTrue)
		direct.Insert(p, true)
	}
	L := newState(b)
	set := &lua.LUserData{Value: s, Metatable: lua.LNil}
	for _, fn := range []struct {
		name string
		f    lua.LGFunction
	}{{"contains", ipContains}, {"lookup", ipLookup}} {
		b.Run("lua-"+fn.name, func(b *testing.B) {
			f := L.NewFunction(fn.f)
			b.ReportAllocs()
			for b.Loop() {
				if call(b, L, f, set, lua.LString("8.32.64.1")) == lua.LFalse {
					b.Fatal("not found")
				}
			}
		})
	}
	b.Run("bart", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			a, err := netip.ParseAddr("8.32.64.1")
			if err != nil || !direct.Contains(a) {
				b.Fatal("not found")
			}
		}
	})
}

// BenchmarkIPFile makes a set of a text with a million prefixes.
func BenchmarkIPFile(b *testing.B) {
	var text []byte
	for i := range 1_000_000 {
		text = fmt.Appendf(text, "%d.%d.%d.0/24\n", 1+i>>16, byte(i>>8), byte(i))
	}
	L := newState(b)
	b.ReportAllocs()
	for b.Loop() {
		if s, err := parseSet(L, string(text)); err != nil || s.count != 1_000_000 {
			b.Fatal(err)
		}
	}
}

// BenchmarkMMDB looks the country of an address up.
func BenchmarkMMDB(b *testing.B) {
	raw := country(b, "AA")
	r, err := maxminddb.OpenBytes(raw)
	if err != nil {
		b.Fatal(err)
	}
	f := &mmdbFile{shared: new(Shared), now: time.Now}
	f.current.Store(&mmdbState{name: "country.mmdb", reader: r, memory: &mapping{raw}, found: newFound()})
	L := newState(b)
	m := &mmdbModule{env: env{L: L}}
	get := L.NewFunction(m.get)
	db := &lua.LUserData{Value: f, Metatable: lua.LNil}
	b.Run("lua", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if call(b, L, get, db, lua.LString("192.0.2.1"), lua.LString("country"), lua.LString("iso_code")) != lua.LString("AA") {
				b.Fatal("not found")
			}
		}
	})
	b.Run("maxminddb", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			a, err := netip.ParseAddr("192.0.2.1")
			if err != nil {
				b.Fatal(err)
			}
			var code string
			if err := r.Lookup(a).DecodePath(&code, "country", "iso_code"); err != nil || code != "AA" {
				b.Fatal("not found")
			}
		}
	})
}
