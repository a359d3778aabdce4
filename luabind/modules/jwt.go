package modules

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
	"github.com/spoa-lua/spoa-lua/luabind/lualib"
	"github.com/spoa-lua/spoa-lua/luabind/modules/luajson"
)

// maxToken is how long a token may be, in bytes.
const maxToken = 64 << 10

// jwtModule is the module jwt in one VM.
type jwtModule struct {
	env
	class *lua.LTable // of keys
}

func openJWT(e env) lua.LValue {
	m := &jwtModule{env: e, class: e.class("jwt.key", nil)}
	return e.table(map[string]lua.LGFunction{
		"key": m.newKey, "file": m.keyFile, "jwks": m.jwks, "secret": m.newSecret, "verify": m.verify, "decode": m.decode, "sign": m.sign,
	})
}

// newKey is key(text): what verifies tokens, of a PEM, a JWK or a JWKS.
func (m *jwtModule) newKey(L *lua.LState) int {
	return m.pushKey(L, "jwt.key", lualib.CheckString(L, 1))
}

// keyFile is file(path): the key of a file below the script folders.
func (m *jwtModule) keyFile(L *lua.LState) int {
	path := lualib.CheckString(L, 1)
	if !m.host.Loading() {
		lualib.Raise(L, "jwt.file can only be called while scripts are loaded, not inside a handler")
	}
	return m.pushKey(L, path, string(m.host.ReadFile(L, path)))
}

func (m *jwtModule) pushKey(L *lua.LState, what, text string) int {
	k, err := parseJWTKey(text)
	if err != nil {
		lualib.Raise(L, "%s: %s", what, err)
	}
	L.Push(object(k, m.class))
	return 1
}

// newSecret is secret(bytes): a key for HS256, HS384 and HS512.
func (m *jwtModule) newSecret(L *lua.LState) int {
	secret := lualib.CheckString(L, 1)
	if secret == "" {
		lualib.ArgError(L, 1, "the secret is empty: anybody could sign")
	}
	L.Push(object(newSecretKey(secret), m.class))
	return 1
}

// algorithmsOf returns those of a key's algorithms that the options allow.
func algorithmsOf(ofKey []jose.SignatureAlgorithm, options *lua.LTable) ([]jose.SignatureAlgorithm, error) {
	if options == nil {
		return ofKey, nil
	}
	var names []string
	switch v := options.RawGetString("alg").(type) {
	case *lua.LNilType:
		return ofKey, nil
	case lua.LString:
		names = []string{string(v)}
	case *lua.LTable:
		for i := 1; i <= v.Len(); i++ {
			names = append(names, v.RawGetInt(i).String())
		}
	default:
		return nil, errors.New("the option alg is a name or a list of names")
	}
	var allowed []jose.SignatureAlgorithm
	for _, name := range names {
		alg := jose.SignatureAlgorithm(name)
		if !slices.Contains(ofKey, alg) {
			return nil, fmt.Errorf("the key is not for the algorithm %q: %s", clip(name), algorithmNames(ofKey))
		}
		allowed = append(allowed, alg)
	}
	return allowed, nil
}

// verify is verify(token, key[, options]): the claims and the header of a token
// that is valid, or nil and why it is not.
func (m *jwtModule) verify(L *lua.LState) int {
	k := verifierArg(L, 2)
	options, _ := L.Get(3).(*lua.LTable)
	if options == nil && L.Get(3) != lua.LNil {
		lualib.TypeError(L, 3, "table")
	}
	allowed, err := algorithmsOf(k.allowed(), options)
	if err == nil {
		err = checkOptions(options)
	}
	if err != nil {
		lualib.ArgError(L, 3, err.Error())
	}
	token, ok := L.Get(1).(lua.LString)
	if !ok {
		return fail(L, errors.New("there is no token"))
	}
	claims, header, err := m.verified(L, string(token), k, allowed)
	if err == nil {
		err = checkClaims(claims, options)
	}
	if err != nil {
		checkAlive(L)
		return fail(L, err)
	}
	L.Push(claims)
	L.Push(header)
	return 2
}

func (m *jwtModule) verified(L *lua.LState, token string, k tokenVerifier, allowed []jose.SignatureAlgorithm) (claims, header *lua.LTable, err error) {
	if len(token) > maxToken {
		return nil, nil, fmt.Errorf("the token has %d bytes, the limit is %d", len(token), maxToken)
	}
	jws, err := jose.ParseSignedCompact(token, allowed)
	if err != nil {
		return nil, nil, errors.New(strings.TrimPrefix(err.Error(), "go-jose/go-jose: "))
	}
	payload, err := k.verifyFor(m, L, jws)
	if err != nil {
		return nil, nil, err
	}
	if claims, err = m.tableOf("payload", string(payload)); err != nil {
		return nil, nil, err
	}
	if header, err = m.part(token, 0); err != nil {
		return nil, nil, err
	}
	return claims, header, nil
}

// tableOf decodes an object of JSON.
func (m *jwtModule) tableOf(what, text string) (*lua.LTable, error) {
	v, err := (&luajson.Decoder{L: m.L, MaxDepth: 100}).DecodeAll(text)
	if err != nil {
		return nil, fmt.Errorf("the %s: %w", what, err)
	}
	t, ok := v.(*lua.LTable)
	if !ok || strings.HasPrefix(strings.TrimLeft(text, " \t\r\n"), "[") {
		return nil, fmt.Errorf("the %s is no object", what)
	}
	return t, nil
}

// part decodes the header of a token, part 0, or its payload, part 1.
func (m *jwtModule) part(token string, i int) (*lua.LTable, error) {
	parts := strings.SplitN(token, ".", 4)
	if len(parts) != 3 {
		return nil, errors.New("a token has three parts with dots in between")
	}
	what := []string{"header", "payload"}[i]
	b, err := rawURL.DecodeString(parts[i])
	if err != nil {
		return nil, fmt.Errorf("the %s is not base64url", what)
	}
	return m.tableOf(what, string(b))
}

// decode is decode(token): the header and the claims of a token that nobody has
// verified, or nil and what is wrong.
func (m *jwtModule) decode(L *lua.LState) int {
	token := lualib.CheckString(L, 1)
	if len(token) > maxToken {
		return fail(L, fmt.Errorf("the token has %d bytes, the limit is %d", len(token), maxToken))
	}
	header, err := m.part(token, 0)
	if err != nil {
		return fail(L, err)
	}
	claims, err := m.part(token, 1)
	if err != nil {
		return fail(L, err)
	}
	L.Push(header)
	L.Push(claims)
	return 2
}

// sign is sign(claims, key[, options]): a token. Of the options alg and kid
// count.
func (m *jwtModule) sign(L *lua.LState) int {
	claims, k := lualib.CheckTable(L, 1), signerArg(L, 2)
	options, _ := L.Get(3).(*lua.LTable)
	allowed, err := algorithmsOf(k.algorithms, options)
	if err != nil {
		lualib.ArgError(L, 3, err.Error())
	}
	payload, err := (&luajson.Encoder{L: L, MaxBytes: maxToken, IsArray: isLunaArray, MaxDepth: 100}).Encode(claims)
	if err != nil {
		lualib.Raise(L, "jwt.sign: %s", err)
	}
	opts := (&jose.SignerOptions{}).WithType("JWT")
	if options != nil {
		if kid, ok := options.RawGetString("kid").(lua.LString); ok {
			opts.WithHeader("kid", string(kid))
		}
	}
	token, err := k.sign([]byte(payload), allowed[0], opts)
	if err != nil {
		lualib.Raise(L, "jwt.sign: %s", err)
	}
	L.Push(lua.LString(token))
	return 1
}

// verifyOptions are the options of verify.
var verifyOptions = []string{"alg", "iss", "aud", "sub", "leeway", "now", "require"}

// checkOptions refuses options that would silently check nothing.
func checkOptions(options *lua.LTable) error {
	if options == nil {
		return nil
	}
	var err error
	options.ForEach(func(key, v lua.LValue) {
		switch name := key.String(); name {
		case "iss", "sub", "aud":
			if v.Type() != lua.LTString && (name == "sub" || v.Type() != lua.LTTable) {
				err = fmt.Errorf("the option %s is a string, not a %s", name, v.Type())
			}
		case "leeway", "now":
			if !lua54.IsNumber(v) {
				err = fmt.Errorf("the option %s is a number, not a %s", name, v.Type())
			}
		case "require":
			if v.Type() != lua.LTTable {
				err = errors.New("the option require is a list of claims")
			}
		case "alg":
		default:
			err = fmt.Errorf("there is no option %q: %s are", clip(name), strings.Join(verifyOptions, ", "))
		}
	})
	return err
}

// checkClaims looks at the claims that RFC 7519 section 4.1 defines. Times are
// always checked, the others as the options say.
func checkClaims(claims, options *lua.LTable) error {
	if options == nil {
		options = &lua.LTable{Metatable: lua.LNil}
	}
	now, ok := lua54.ToFloat(options.RawGetString("now"))
	if !ok {
		now = float64(time.Now().UnixMilli()) / 1000
	}
	leeway, _ := lua54.ToFloat(options.RawGetString("leeway"))
	if required, ok := options.RawGetString("require").(*lua.LTable); ok {
		for i := 1; i <= required.Len(); i++ {
			if name := required.RawGetInt(i).String(); claims.RawGetString(name) == lua.LNil {
				return fmt.Errorf("the claim %s is missing", clip(name))
			}
		}
	}
	if err := checkTimes(claims, now, leeway); err != nil {
		return err
	}
	for _, name := range []string{"iss", "sub"} {
		if want := options.RawGetString(name); want != lua.LNil && !oneOf(claims.RawGetString(name), want) {
			return fmt.Errorf("the claim %s is not the one expected", name)
		}
	}
	if want := options.RawGetString("aud"); want != lua.LNil && !audience(claims.RawGetString("aud"), want) {
		return errors.New("the token is for another audience")
	}
	return nil
}

// checkTimes checks exp and nbf; a claim that is no number is an error.
func checkTimes(claims *lua.LTable, now, leeway float64) error {
	exp, hasExp, err := timeClaim(claims, "exp")
	if err != nil {
		return err
	}
	nbf, hasNbf, err := timeClaim(claims, "nbf")
	switch {
	case err != nil:
		return err
	case hasExp && now >= exp+leeway:
		return errors.New("the token has expired")
	case hasNbf && now < nbf-leeway:
		return errors.New("the token is not valid yet")
	}
	return nil
}

func timeClaim(claims *lua.LTable, name string) (t float64, ok bool, err error) {
	v := claims.RawGetString(name)
	if v == lua.LNil {
		return 0, false, nil
	}
	if t, ok = lua54.ToFloat(v); !ok {
		return 0, false, fmt.Errorf("the claim %s is no number", name)
	}
	return t, true, nil
}

// oneOf reports whether v is the string want, or one of a list of them.
func oneOf(v, want lua.LValue) bool {
	if v.Type() != lua.LTString {
		return false
	}
	list, ok := want.(*lua.LTable)
	if !ok {
		return v == want
	}
	for i := 1; i <= list.Len(); i++ {
		if list.RawGetInt(i) == v {
			return true
		}
	}
	return false
}

// audience reports whether aud, a string or a list of them, holds one wanted.
func audience(aud, want lua.LValue) bool {
	list, ok := aud.(*lua.LTable)
	if !ok {
		return oneOf(aud, want)
	}
	for i := 1; i <= list.Len(); i++ {
		if oneOf(list.RawGetInt(i), want) {
			return true
		}
	}
	return false
}
