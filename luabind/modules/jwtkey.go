package modules

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/go-jose/go-jose/v4"
)

// rawURL is the base64 of tokens.
var rawURL = base64.RawURLEncoding

// jwtKey is what tokens are verified with: one key, or the keys of a JWKS. It
// does not change.
type jwtKey struct {
	keys       []jose.JSONWebKey
	algorithms []jose.SignatureAlgorithm // of any of them
	digest     [sha256.Size]byte         // of the text that was fetched
}

// maxJWKS is how many keys a set may have.
const maxJWKS = 100

// parseJWTKey reads a PEM, a JWK or a JWKS. A text that is none of them is no
// secret: that has a function of its own, so that a broken file of a public key
// cannot become one.
func parseJWTKey(text string) (*jwtKey, error) {
	if !strings.HasPrefix(strings.TrimLeft(text, " \t\r\n"), "{") {
		key, err := parseKey(text)
		if err != nil {
			return nil, err
		}
		return newJWTKey([]jose.JSONWebKey{{Key: key}})
	}
	var set jose.JSONWebKeySet
	if err := json.Unmarshal([]byte(text), &set); err != nil {
		return nil, fmt.Errorf("the JWKS: %s", strings.TrimPrefix(err.Error(), "go-jose/go-jose: "))
	}
	if set.Keys == nil {
		var one jose.JSONWebKey
		if err := json.Unmarshal([]byte(text), &one); err != nil {
			return nil, fmt.Errorf("the JWK: %s", strings.TrimPrefix(err.Error(), "go-jose/go-jose: "))
		}
		set.Keys = []jose.JSONWebKey{one}
	}
	return newJWTKey(set.Keys)
}

// publicAlgorithms are those of keys that may be published.
var publicAlgorithms = []jose.SignatureAlgorithm{
	jose.RS256, jose.RS384, jose.RS512, jose.PS256, jose.PS384, jose.PS512, jose.ES256, jose.ES384, jose.ES512, jose.EdDSA,
}

// parsePublicKeys reads a JWKS that was fetched. A secret in it is none any more,
// and anybody could sign with it.
func parsePublicKeys(text string) (*jwtKey, error) {
	var set jose.JSONWebKeySet
	if err := json.Unmarshal([]byte(text), &set); err != nil {
		return nil, fmt.Errorf("the answer is no JWKS: %s", strings.TrimPrefix(err.Error(), "go-jose/go-jose: "))
	}
	set.Keys = slices.DeleteFunc(set.Keys, func(key jose.JSONWebKey) bool {
		_, secret := key.Key.([]byte)
		return secret
	})
	k, err := newJWTKey(set.Keys)
	if err != nil {
		return nil, fmt.Errorf("the answer is no JWKS: %w", err)
	}
	k.digest = sha256.Sum256([]byte(text))
	return k, nil
}

func newSecretKey(secret string) *jwtKey {
	k := jose.JSONWebKey{Key: []byte(secret)}
	return &jwtKey{keys: []jose.JSONWebKey{k}, algorithms: keyAlgorithms(k)}
}

// newJWTKey leaves out keys for encryption and of kinds that cannot verify.
func newJWTKey(keys []jose.JSONWebKey) (*jwtKey, error) {
	if len(keys) > maxJWKS {
		return nil, fmt.Errorf("the JWKS has %d keys, the limit is %d", len(keys), maxJWKS)
	}
	k := &jwtKey{}
	for _, key := range keys {
		if secret, ok := key.Key.([]byte); !ok && checkKey(key.Key) != nil || ok && len(secret) == 0 {
			continue
		}
		if algorithms := keyAlgorithms(key); key.Use != "enc" && algorithms != nil {
			k.keys = append(k.keys, key)
			k.algorithms = append(k.algorithms, algorithms...)
		}
	}
	if k.keys == nil {
		return nil, errors.New("there is no key that verifies signatures")
	}
	return k, nil
}

// keyAlgorithms returns those that a key can be for: of its own kind only, so
// that no public key is taken for a secret.
func keyAlgorithms(key jose.JSONWebKey) []jose.SignatureAlgorithm {
	all := kindAlgorithms(key.Key)
	if key.Algorithm == "" {
		return all
	}
	for _, a := range all {
		if string(a) == key.Algorithm {
			return []jose.SignatureAlgorithm{a}
		}
	}
	return nil
}

func kindAlgorithms(key any) []jose.SignatureAlgorithm {
	switch key := publicKey(key).(type) {
	case []byte:
		return []jose.SignatureAlgorithm{jose.HS256, jose.HS384, jose.HS512}
	case *rsa.PublicKey:
		return []jose.SignatureAlgorithm{jose.RS256, jose.RS384, jose.RS512, jose.PS256, jose.PS384, jose.PS512}
	case ed25519.PublicKey:
		return []jose.SignatureAlgorithm{jose.EdDSA}
	case *ecdsa.PublicKey:
		switch key.Curve.Params().BitSize {
		case 256:
			return []jose.SignatureAlgorithm{jose.ES256}
		case 384:
			return []jose.SignatureAlgorithm{jose.ES384}
		case 521:
			return []jose.SignatureAlgorithm{jose.ES512}
		}
	}
	return nil
}

func algorithmNames(algorithms []jose.SignatureAlgorithm) string {
	var names []string
	for _, a := range algorithms {
		names = append(names, string(a))
	}
	return strings.Join(names, ", ")
}

// verify returns the payload when one of the keys has signed it: the one that
// the token names, if the set has names.
func (k *jwtKey) verify(jws *jose.JSONWebSignature) ([]byte, error) {
	header := jws.Signatures[0].Header
	tried := false
	for _, key := range k.keys {
		if key.KeyID != "" && header.KeyID != "" && key.KeyID != header.KeyID {
			continue
		}
		if !contains(keyAlgorithms(key), header.Algorithm) {
			continue
		}
		tried = true
		if payload, err := jws.Verify(verifier(key.Key)); err == nil {
			return payload, nil
		}
	}
	if !tried {
		return nil, &noKeyError{header.KeyID, header.Algorithm}
	}
	return nil, errors.New("the signature is wrong")
}

// noKeyError says that there is no key of the name that a token has.
type noKeyError struct{ kid, algorithm string }

// Error tells the name.
func (e *noKeyError) Error() string {
	return fmt.Sprintf("there is no key %q for %s", clip(e.kid), e.algorithm)
}

func contains(algorithms []jose.SignatureAlgorithm, name string) bool {
	for _, a := range algorithms {
		if string(a) == name {
			return true
		}
	}
	return false
}

func verifier(key any) any {
	if s, ok := key.([]byte); ok {
		return secret(s)
	}
	return publicKey(key)
}

// secret verifies and signs with an HMAC. The library wants secrets as long as
// the hash; those in use are often shorter.
type secret []byte

func (s secret) mac(text []byte, alg jose.SignatureAlgorithm) []byte {
	h := hmac.New(hashNames["sha"+strings.TrimPrefix(string(alg), "HS")].New, s)
	h.Write(text)
	return h.Sum(nil)
}

// VerifyPayload is that of jose.OpaqueVerifier.
func (s secret) VerifyPayload(payload, signature []byte, alg jose.SignatureAlgorithm) error {
	if !hmac.Equal(signature, s.mac(payload, alg)) {
		return jose.ErrCryptoFailure
	}
	return nil
}

// SignPayload is that of jose.OpaqueSigner.
func (s secret) SignPayload(payload []byte, alg jose.SignatureAlgorithm) ([]byte, error) {
	return s.mac(payload, alg), nil
}

// Public is that of jose.OpaqueSigner: there is nothing public.
func (s secret) Public() *jose.JSONWebKey { return nil }

// Algs is that of jose.OpaqueSigner.
func (s secret) Algs() []jose.SignatureAlgorithm { return kindAlgorithms([]byte(s)) }

// sign makes a token with the first key.
func (k *jwtKey) sign(payload []byte, alg jose.SignatureAlgorithm, opts *jose.SignerOptions) (string, error) {
	key := k.keys[0].Key
	if s, ok := key.([]byte); ok {
		key = secret(s)
	} else if _, private := key.(crypto.Signer); !private {
		return "", errors.New("the key is public: a private one signs")
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: key}, opts)
	if err != nil {
		return "", err
	}
	jws, err := signer.Sign(payload)
	if err != nil {
		return "", err
	}
	return jws.CompactSerialize()
}
