package haproxy

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
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
	plain, err := aead.Open(nil, nonce, append([]byte(octets(in)), tag...), nil)
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
	sealed := aead.Seal(nil, nonce, []byte(octets(in)), nil)
	end := len(sealed) - tagSize
	tag := spop.String(base64.StdEncoding.EncodeToString(sealed[end:]))
	return spop.Binary(sealed[:end]), vars.write(p.text(3, ""), tag)
}

// tokenPart is jwt_header_query and jwt_payload_query([path[, "int"]]): without a
// path all of it, as from 3.2 on.
func tokenPart(i int) converter {
	return onBytes("ss", 0, func(s string, p params) (spop.Value, error) {
		if err := checkQuery(p); err != nil {
			return spop.Null(), err
		}
		parts := strings.Split(s, ".")
		if parts[0] == "" && i == 0 && len(p) == 0 {
			return spop.String(""), nil // what has no header has an empty one
		}
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
	})
}

// valueOr is the value of the variable of that name, or the text itself.
func (v variables) valueOr(s string) (string, bool) {
	if _, _, err := spop.ParseVarName(s); err != nil {
		return s, true
	}
	value, ok := v.read(s)
	return text(value), ok
}
