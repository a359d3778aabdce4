package modules

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-jose/go-jose/v4"
	lua "github.com/yuin/gopher-lua"
)

// waitingHost is a VM in which a message may wait, with so much time left.
type waitingHost struct {
	testHost
	left time.Duration
}

func (h waitingHost) TimeLeft() (time.Duration, bool) { return h.left, true }
func (h waitingHost) Wait(_ *lua.LState, fn func(context.Context) error) error {
	return fn(context.Background())
}

// tokenOf is a token that keyServer's key of this name has signed.
func tokenOf(t *testing.T, name string) lua.LString {
	t.Helper()
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte(name[:1]), ed25519.SeedSize))
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.EdDSA, Key: jose.JSONWebKey{KeyID: name, Key: key}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	jws, err := signer.Sign([]byte(`{"sub":"` + name + `"}`))
	if err != nil {
		t.Fatal(err)
	}
	text, err := jws.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return lua.LString(text)
}

// testVerify gives test a function that verifies the token of a key and returns
// its subject or why it is not valid.
func testVerify(t *testing.T, left time.Duration, test func(t *testing.T, server *keyServer, verify func(name string) string)) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := new(keyServer)
		server.serves("a")
		sets := NewKeySets(server, nil, 10)
		L := newState(t)
		m := Open(L, L, waitingHost{testHost{L}, left}, &Shared{KeySets: sets}, "jwt").(*lua.LTable)
		server.hang()
		keys := call(t, L, m.RawGetString("jwks"), lua.LString(keysURL))
		synctest.Wait() // the first fetch is under way
		test(t, server, func(name string) string {
			err := L.CallByParam(lua.P{Fn: m.RawGetString("verify"), NRet: 2, Protect: true}, tokenOf(t, name), keys)
			if err != nil {
				t.Fatal(err)
			}
			claims, why := L.Get(-2), L.Get(-1)
			L.Pop(2)
			if claims, ok := claims.(*lua.LTable); ok {
				return claims.RawGetString("sub").String()
			}
			return why.String()
		})
		sets.Close()
	})
}

func TestJWKSWaits(t *testing.T) {
	testVerify(t, 500*time.Millisecond, func(t *testing.T, server *keyServer, verify func(string) string) {
		began := time.Now()
		if got, want := verify("a"), "there are no keys from "+keysURL+" yet"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		if took := time.Since(began); took != 250*time.Millisecond {
			t.Errorf("waited %s, want half of the time left", took)
		}
		server.serves("a")
		after(keySetTimeout) // the first fetch fails
		began = time.Now()
		if got, want := verify("a"), "there are no keys from "+keysURL+": no answer within 10s"; got != want || time.Since(began) != 0 {
			t.Errorf("got %q after %s, want %q at once", got, time.Since(began), want)
		}
		after(keySetRetry)
		if got := verify("a"); got != "a" {
			t.Errorf("got %q", got)
		}
	})
}

func TestJWKSUnknownKey(t *testing.T) {
	testVerify(t, time.Minute, func(t *testing.T, server *keyServer, verify func(string) string) {
		server.serves("a")
		after(keySetTimeout + keySetRetry)
		server.serves("b")
		if got, want := verify("b"), `there is no key "b" for EdDSA`; got != want {
			t.Errorf("a moment after a fetch: got %q, want %q", got, want)
		}
		after(keySetAskEvery)
		if got := verify("b"); got != "b" {
			t.Errorf("got %q", got)
		}
		server.wantAsked(t, 3)
		if got, want := verify("a"), `there is no key "a" for EdDSA`; got != want {
			t.Errorf("a key that is no more: got %q, want %q", got, want)
		}
		server.hang()
		after(keySetAskEvery)
		began := time.Now()
		if got, want := verify("c"), `there is no key "c" for EdDSA`; got != want || time.Since(began) != defaultWait {
			t.Errorf("got %q after %s, want %q after %s", got, time.Since(began), want, defaultWait)
		}
	})
}

// TestJWKSWaiters checks that few messages wait for an issuer that hangs.
func TestJWKSWaiters(t *testing.T) {
	sets := NewKeySets(nil, nil, 10)
	sets.waiting.Store(10)
	k := &jwks{&keySet{owner: sets}, time.Second}
	m := &jwtModule{env: env{host: waitingHost{left: time.Minute}}}
	if k.await(m, nil, nil) {
		t.Error("waited for nothing")
	}
	if got := sets.waiting.Load(); got != 10 {
		t.Errorf("%d wait", got)
	}
}

func TestJWKSArguments(t *testing.T) {
	L := newState(t)
	jwks := Open(L, L, testHost{L}, new(Shared), "jwt").(*lua.LTable).RawGetString("jwks")
	for _, c := range []struct{ url, option, value, want string }{
		{"https://id.example.org/k", "", "", ""},
		{"http://127.0.0.1:8080/k", "refresh", "10", ""},
		{"http://[::1]/k", "wait", "0", ""},
		{"http://localhost/k", "wait", "0.5", ""},
		{"http://id.example.org/k", "", "", "the URL must begin with https://: whoever can change"},
		{"http://localhost.example.org/k", "", "", "must begin with https://"},
		{"file:///etc/passwd", "", "", "is no URL such as"},
		{"ftp://id.example.org/k", "", "", "the URL must begin with https://"},
		{"https://u:p@id.example.org/k", "", "", "must not hold a user"},
		{"id.example.org", "", "", "is no URL such as"},
		{"https://id.example.org/" + strings.Repeat("x", 2000), "", "", "is no URL such as"},
		{"https://id.example.org/k", "refresh", "9", "the option refresh is a number of seconds from 10 to 604800, not 9"},
		{"https://id.example.org/k", "wait", "11", "from 0 to 10, not 11"},
		{"https://id.example.org/k", "cache", "1", `there is no option "cache": refresh and wait are`},
	} {
		args := []lua.LValue{lua.LString(c.url)}
		if c.option != "" {
			var n float64
			if _, err := fmt.Sscan(c.value, &n); err != nil {
				t.Fatal(err)
			}
			options := L.NewTable()
			options.RawSetString(c.option, lua.LNumber(n))
			args = append(args, options)
		}
		err := L.CallByParam(lua.P{Fn: jwks, Protect: true}, args...)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %s=%s: got %v, want %q", clip(c.url), c.option, c.value, err, c.want)
		}
	}
}
