package modules

import (
	"encoding/base64"
	"errors"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lualib"
)

// errBase64 is for texts that cannot be decoded.
var errBase64 = errors.New("the text is not base64")

// openBase64 makes the module base64.
func openBase64(e env) lua.LValue {
	return e.table(map[string]lua.LGFunction{
		"encode":     encoder(base64.StdEncoding),
		"decode":     decodeAny,
		"url_encode": encoder(base64.RawURLEncoding),
		"url_decode": decoder(base64.RawURLEncoding),
	})
}

func encoder(enc *base64.Encoding) lua.LGFunction {
	return func(L *lua.LState) int {
		s := lualib.CheckString(L, 1)
		mayMake(L, enc.EncodedLen(len(s)))
		L.Push(lua.LString(enc.EncodeToString([]byte(s))))
		return 1
	}
}

// decoder takes texts with and without padding. What is no base64 is nil and
// what is wrong.
func decoder(enc *base64.Encoding) lua.LGFunction {
	return func(L *lua.LState) int {
		b, err := decodeBase64(enc, lualib.CheckString(L, 1))
		if err != nil {
			return fail(L, err)
		}
		L.Push(lua.LString(b))
		return 1
	}
}

// decodeAny is base64.decode: it takes - and _ for + and / as well, since scripts
// that check tokens call it for both.
func decodeAny(L *lua.LState) int {
	b, err := decodeBase64(base64.RawStdEncoding, standardAlphabet.Replace(lualib.CheckString(L, 1)))
	if err != nil {
		return fail(L, err)
	}
	L.Push(lua.LString(b))
	return 1
}

var standardAlphabet = strings.NewReplacer("-", "+", "_", "/")

// decodeBase64 decodes with an encoding without padding. The library would skip
// ends of lines.
func decodeBase64(enc *base64.Encoding, s string) ([]byte, error) {
	bare := strings.TrimRight(s, "=")
	if pad := len(s) - len(bare); strings.ContainsAny(s, "\r\n") || pad > 2 || pad > 0 && len(s)%4 != 0 {
		return nil, errBase64
	}
	b, err := enc.DecodeString(bare)
	if err != nil {
		return nil, errBase64
	}
	return b, nil
}

// mayMake raises an error for a string that would be too long.
func mayMake(L *lua.LState, n int) {
	if limit := maxString(L); n > limit {
		lualib.Raise(L, "the result would have %d bytes, the limit is %d", n, limit)
	}
}
