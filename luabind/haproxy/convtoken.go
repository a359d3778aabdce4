package haproxy

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/hmac"
	"crypto/rsa"
	_ "crypto/sha256" // the hashes of tokens
	_ "crypto/sha512"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"math/big"
	"strings"

	"github.com/spoa-lua/spoa-lua/spop"
)

// The results of jwt_verify for what it cannot verify.
const (
	notAToken = -3
	noKeyFile = -5
)

// tokenHashes are the hashes of the algorithms, by the end of their names.
var tokenHashes = map[string]crypto.Hash{"256": crypto.SHA256, "384": crypto.SHA384, "512": crypto.SHA512}

// tokenVerified is jwt_verify(algorithm, key): 1 for a token with the right
// signature, 0 for a wrong one. The key is a secret, or the name of a file with a
// public key.
func tokenVerified(vars variables, in spop.Value, p params) (spop.Value, error) {
	algorithm, ok := vars.valueOr(p.text(0, ""))
	key, isSet := vars.valueOr(p.text(1, ""))
	if !ok || !isSet || key == "" {
		return spop.Null(), nil
	}
	if algorithm == "none" { // never right, whoever says so
		return spop.Int64(0), nil
	}
	family, bits := algorithm, ""
	if len(algorithm) == len("HS256") {
		family, bits = algorithm[:2], algorithm[2:]
	}
	hash, known := tokenHashes[bits]
	if !known || !strings.Contains("HS RS ES PS", family) {
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
	return spop.Int64(vars.signed(family, hash, key, token[:strings.LastIndexByte(token, '.')], signature)), nil
}

// signed is the result for a signature of a text.
func (v variables) signed(family string, hash crypto.Hash, key, signed string, signature []byte) int64 {
	if family == "HS" {
		h := hmac.New(hash.New, []byte(key))
		h.Write([]byte(signed))
		return truth(hmac.Equal(signature, h.Sum(nil)))
	}
	public := v.api.tokenKey(key)
	if public == nil {
		return noKeyFile
	}
	h := hash.New()
	h.Write([]byte(signed))
	digest := h.Sum(nil)
	switch family {
	case "ES":
		return signedByCurve(public, digest, signature)
	case "PS":
		k, ok := public.(*rsa.PublicKey)
		return truth(ok && rsa.VerifyPSS(k, hash, digest, signature, nil) == nil)
	}
	k, ok := public.(*rsa.PublicKey)
	return truth(ok && rsa.VerifyPKCS1v15(k, hash, digest, signature) == nil)
}

// signedByCurve verifies two numbers of the same length.
func signedByCurve(public crypto.PublicKey, digest, signature []byte) int64 {
	if len(signature)%2 != 0 {
		return notAToken
	}
	k, ok := public.(*ecdsa.PublicKey)
	half := len(signature) / 2
	r, s := new(big.Int).SetBytes(signature[:half]), new(big.Int).SetBytes(signature[half:])
	return truth(ok && ecdsa.Verify(k, digest, r, s))
}

// maxTokenKeys bounds how many files of keys a VM keeps in mind.
const maxTokenKeys = 100

// tokenKey is the public key in a file below the script folders, nil when there is
// none. It is read once.
func (api *API) tokenKey(file string) crypto.PublicKey {
	if key, ok := api.tokenKeys[file]; ok || len(api.tokenKeys) >= maxTokenKeys {
		return key
	}
	if api.tokenKeys == nil {
		api.tokenKeys = map[string]crypto.PublicKey{}
	}
	var key crypto.PublicKey
	if text, ok := api.host.FindFile(file); ok {
		if block, _ := pem.Decode(text); block != nil {
			key, _ = x509.ParsePKIXPublicKey(block.Bytes) // anything else is no public key
		}
	}
	api.tokenKeys[file] = key
	return key
}
