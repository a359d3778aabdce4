package haproxy

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spoa-lua/spoa-lua/spop"
)

func equalTexts(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// tagSize is how long the tag of AES-GCM is.
const tagSize = 16

// decoded returns the bytes of a parameter in base64, or of the variable that it
// names, whose value is in base64, too. ok is false when that is not set.
func (v variables) decoded(what, s string) (b []byte, ok bool, err error) {
	if _, _, bad := spop.ParseVarName(s); bad == nil {
		value, ok := v.read(s)
		if !ok {
			return nil, false, nil
		}
		b, err = base64.StdEncoding.DecodeString(text(value))
		return b, err == nil, nil
	}
	if b, err = base64.StdEncoding.DecodeString(s); err != nil {
		return nil, false, fmt.Errorf("the %s must be base64, or the name of a variable", what)
	}
	return b, true, nil
}

// gcm reads bits, nonce and key. A nil cipher says that the converter fails.
func gcm(vars variables, p params) (aead cipher.AEAD, nonce []byte, err error) {
	bits := p.integer(0, 0)
	if bits != 128 && bits != 192 && bits != 256 {
		return nil, nil, errors.New("the size of the key must be 128, 192 or 256 bits")
	}
	nonce, ok, err := vars.decoded("nonce", p.text(1, ""))
	if !ok || err != nil {
		return nil, nil, err
	}
	key, ok, err := vars.decoded("key", p.text(2, ""))
	if !ok || err != nil || int64(len(key))*8 != bits || len(nonce) == 0 {
		return nil, nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, nil, err
	}
	aead, err = cipher.NewGCMWithNonceSize(block, len(nonce))
	return aead, nonce, err
}

// aesDecrypt is aes_gcm_dec(bits, nonce, key, tag).
func aesDecrypt(vars variables, in spop.Value, p params) (spop.Value, error) {
	aead, nonce, err := gcm(vars, p)
	if aead == nil || err != nil {
		return spop.Null(), err
	}
	tag, ok, err := vars.decoded("tag", p.text(3, ""))
	if !ok || err != nil || len(tag) != tagSize {
		return spop.Null(), err
	}
	plain, err := aead.Open(nil, nonce, append([]byte(text(in)), tag...), nil)
	if err != nil {
		return spop.Null(), nil //nolint:nilerr // a text that nobody sealed is a converter that fails
	}
	return spop.Binary(plain), nil
}

// aesEncrypt is aes_gcm_enc(bits, nonce, key, variable), which takes the tag.
func aesEncrypt(vars variables, in spop.Value, p params) (spop.Value, error) {
	if _, _, err := spop.ParseVarName(p.text(3, "")); err != nil {
		return spop.Null(), err
	}
	aead, nonce, err := gcm(vars, p)
	if aead == nil || err != nil {
		return spop.Null(), err
	}
	sealed := aead.Seal(nil, nonce, []byte(text(in)), nil)
	end := len(sealed) - tagSize
	tag := spop.String(base64.StdEncoding.EncodeToString(sealed[end:]))
	return spop.Binary(sealed[:end]), vars.write(p.text(3, ""), tag)
}

// tokenPart is jwt_header_query and jwt_payload_query([path[, "int"]]): without a
// path all of it, as from 3.2 on.
func tokenPart(i int) converter {
	return kinds("ss", onText(0, 2, func(s string, p params) (spop.Value, error) {
		if err := checkQuery(p); err != nil {
			return spop.Null(), err
		}
		parts := strings.Split(s, ".")
		if len(parts) != 3 {
			return spop.Null(), nil
		}
		b, err := base64.RawURLEncoding.DecodeString(parts[i])
		if err != nil {
			return spop.Null(), nil //nolint:nilerr // it is no token
		}
		if len(p) == 0 {
			return spop.String(string(b)), nil
		}
		return queried(string(b), p), nil
	}))
}

// notAToken is the result of jwt_verify for what is none.
const notAToken = -3

// withKeyFiles are the algorithms whose keys are files of HAProxy.
var withKeyFiles = []string{"RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "PS256", "PS384", "PS512"}

// tokenVerified is jwt_verify(algorithm, secret): 1 for a token with the right
// signature, 0 for a wrong one.
func tokenVerified(vars variables, in spop.Value, p params) (spop.Value, error) {
	algorithm, ok := vars.valueOr(p.text(0, ""))
	key, isSet := vars.valueOr(p.text(1, ""))
	if !ok || !isSet || key == "" {
		return spop.Null(), nil
	}
	if slices.Contains(withKeyFiles, algorithm) {
		return spop.Null(), fmt.Errorf("the key of %s is a file, which only HAProxy has: require('jwt') verifies with jwt.file", algorithm)
	}
	bits, ok := strings.CutPrefix(algorithm, "HS")
	if !ok || bits != "256" && bits != "384" && bits != "512" {
		return spop.Null(), fmt.Errorf("unknown JWT algorithm: %s", algorithm)
	}
	token := text(in)
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return spop.Int64(notAToken), nil
	}
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil || len(signature) == 0 {
		return spop.Int64(notAToken), nil //nolint:nilerr // that is the result
	}
	h := hmac.New(hashes["sha"+bits], []byte(key))
	h.Write([]byte(token[:strings.LastIndexByte(token, '.')]))
	return spop.Int64(truth(hmac.Equal(signature, h.Sum(nil)))), nil
}

// valueOr is the value of the variable of that name, or the text itself.
func (v variables) valueOr(s string) (string, bool) {
	if _, _, err := spop.ParseVarName(s); err != nil {
		return s, true
	}
	value, ok := v.read(s)
	return text(value), ok
}
