package modules

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"time"

	"github.com/go-jose/go-jose/v4"
	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
	"github.com/spoa-lua/spoa-lua/luabind/lualib"
)

// tokenVerifier is a key as verify takes it.
type tokenVerifier interface {
	// allowed are the algorithms that its keys may be for.
	allowed() []jose.SignatureAlgorithm
	// verifyFor returns the payload of a token that one of the keys has signed.
	verifyFor(m *jwtModule, L *lua.LState, jws *jose.JSONWebSignature) ([]byte, error)
}

func verifierArg(L *lua.LState, n int) tokenVerifier { return self[tokenVerifier](L, n, "jwt.key") }

// signerArg is argument n, a key that was not fetched.
func signerArg(L *lua.LState, n int) *jwtKey {
	if _, ok := verifierArg(L, n).(*jwks); ok {
		lualib.ArgError(L, n, "the keys behind a URL are public: a private one signs")
	}
	return self[*jwtKey](L, n, "jwt.key")
}

func (k *jwtKey) allowed() []jose.SignatureAlgorithm { return k.algorithms }

func (k *jwtKey) verifyFor(_ *jwtModule, _ *lua.LState, jws *jose.JSONWebSignature) ([]byte, error) {
	return k.verify(jws)
}

// jwks is the keys behind a URL, as a script has them.
type jwks struct {
	*keySet
	wait time.Duration // for keys that are being fetched
}

const (
	defaultRefresh = 10 * time.Minute
	minRefresh     = 10 * time.Second
	maxRefresh     = 7 * 24 * time.Hour
	defaultWait    = time.Second
	maxWait        = 10 * time.Second
)

// jwks is jwks(url[, options]): the keys of a JWKS that is fetched beside the
// messages.
func (m *jwtModule) jwks(L *lua.LState) int {
	address := lualib.CheckString(L, 1)
	if !m.host.Loading() {
		lualib.Raise(L, "jwt.jwks can only be called while scripts are loaded, not inside a handler")
	}
	if err := checkKeysURL(address); err != nil {
		lualib.ArgError(L, 1, err.Error())
	}
	refresh, wait, err := jwksOptions(L)
	if err != nil {
		lualib.ArgError(L, 2, err.Error())
	}
	name := keySetName{address, refresh}
	m.shared.keySets.add(name)
	set, err := m.shared.KeySets.get(name)
	if err != nil {
		lualib.Raise(L, "jwt.jwks: %s", err)
	}
	L.Push(object(&jwks{set, wait}, m.class))
	return 1
}

// checkKeysURL refuses what would have somebody on the way choose the keys.
func checkKeysURL(address string) error {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Host == "" || len(address) > 2000:
		return fmt.Errorf("%q is no URL such as https://id.example.org/jwks.json", clip(address))
	case u.User != nil:
		return errors.New("the URL must not hold a user or a password")
	case u.Scheme == "http" && !isLoopback(u.Hostname()):
		return fmt.Errorf("the URL must begin with https://: whoever can change the answer on its way could sign tokens (http:// is for this machine, not for %s)", clip(u.Hostname()))
	case u.Scheme != "https" && u.Scheme != "http":
		return errors.New("the URL must begin with https://")
	}
	return nil
}

func isLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.Unmap().IsLoopback()
}

func jwksOptions(L *lua.LState) (refresh, wait time.Duration, err error) {
	refresh, wait = defaultRefresh, defaultWait
	if L.Get(2) == lua.LNil {
		return refresh, wait, nil
	}
	lualib.CheckTable(L, 2).ForEach(func(key, v lua.LValue) {
		switch name := key.String(); {
		case err != nil:
		case name == "refresh":
			refresh, err = optionSeconds(name, v, minRefresh, maxRefresh)
		case name == "wait":
			wait, err = optionSeconds(name, v, 0, maxWait)
		default:
			err = fmt.Errorf("there is no option %q: refresh and wait are", clip(name))
		}
	})
	return refresh, wait, err
}

func optionSeconds(name string, v lua.LValue, least, most time.Duration) (time.Duration, error) {
	s, ok := lua54.ToFloat(v)
	if !ok || !lua54.IsNumber(v) || !(s >= least.Seconds() && s <= most.Seconds()) {
		return 0, fmt.Errorf("the option %s is a number of seconds from %g to %g, not %s", name, least.Seconds(), most.Seconds(), clip(v.String()))
	}
	return time.Duration(s * float64(time.Second)), nil
}

func (k *jwks) allowed() []jose.SignatureAlgorithm { return publicAlgorithms }

// verifyFor has a token with an unknown key fetch the keys anew, and waits for
// keys that are being fetched: the message cannot do without.
func (k *jwks) verifyFor(m *jwtModule, L *lua.LState, jws *jose.JSONWebSignature) ([]byte, error) {
	keys, busy, err := k.first()
	if busy != nil && k.await(m, L, busy) {
		keys, _, err = k.first()
	}
	if keys == nil {
		return nil, err
	}
	payload, err := keys.verify(jws)
	if _, ok := errors.AsType[*noKeyError](err); !ok {
		return payload, err
	}
	if busy = k.ask(); busy == nil || !k.await(m, L, busy) {
		return nil, err
	}
	return k.keys.Load().verify(jws)
}

// await waits until busy is closed and reports whether it is. It leaves the
// message at least half of its time, so that the script can say what is wrong.
func (k *jwks) await(m *jwtModule, L *lua.LState, busy <-chan struct{}) bool {
	left, ok := m.host.TimeLeft()
	limit := min(k.wait, left/2)
	if !ok || limit <= 0 {
		return false
	}
	if !k.owner.mayWait() {
		return false
	}
	defer k.owner.waited()
	err := m.host.Wait(L, func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, limit)
		defer cancel()
		select {
		case <-busy:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	})
	return err == nil
}
