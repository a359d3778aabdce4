package modules

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
)

// maxRSABits bounds what one operation with a key may cost.
const maxRSABits = 8192

// parseKey reads a key of PEM or DER: public, private or that of a certificate.
func parseKey(text string) (any, error) {
	der, kind := []byte(text), ""
	if block, _ := pem.Decode(der); block != nil {
		der, kind = block.Bytes, block.Type
	}
	key, err := parseDER(der, kind)
	if err != nil {
		return nil, err
	}
	return key, checkKey(key)
}

func parseDER(der []byte, kind string) (any, error) {
	switch kind {
	case "CERTIFICATE":
		c, err := x509.ParseCertificate(der)
		if err != nil {
			return nil, err
		}
		return c.PublicKey, nil
	case "ENCRYPTED PRIVATE KEY":
		return nil, errors.New("the key is encrypted: decrypt it with openssl pkey first")
	}
	for _, parse := range []func([]byte) (any, error){
		x509.ParsePKIXPublicKey,
		x509.ParsePKCS8PrivateKey,
		func(b []byte) (any, error) { return x509.ParsePKCS1PublicKey(b) },
		func(b []byte) (any, error) { return x509.ParsePKCS1PrivateKey(b) },
		func(b []byte) (any, error) { return x509.ParseECPrivateKey(b) },
	} {
		if key, err := parse(der); err == nil {
			return key, nil
		}
	}
	return nil, errors.New("this is no key in PEM or DER")
}

// checkKey refuses keys that cannot be used, or only slowly.
func checkKey(key any) error {
	switch k := publicKey(key).(type) {
	case *rsa.PublicKey:
		if bits := k.N.BitLen(); bits > maxRSABits {
			return fmt.Errorf("the RSA key has %d bits, the limit is %d", bits, maxRSABits)
		}
	case *ecdsa.PublicKey, ed25519.PublicKey:
	default:
		return fmt.Errorf("keys of the type %T cannot be used: RSA, ECDSA and Ed25519 can", key)
	}
	return nil
}

// publicKey is the public part of a key.
func publicKey(key any) any {
	switch k := key.(type) {
	case *rsa.PrivateKey:
		return &k.PublicKey
	case *ecdsa.PrivateKey:
		return &k.PublicKey
	case ed25519.PrivateKey:
		return k.Public()
	}
	return key
}
