package haproxy

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha3"
	"crypto/sha512"
	"fmt"
	"hash"
	"hash/crc32"
	"strings"

	"github.com/spoa-lua/spoa-lua/spop"
)

// hashes are those of digest and hmac.
var hashes = map[string]func() hash.Hash{
	"md5": md5.New, "sha1": sha1.New, "sha224": sha256.New224, "sha256": sha256.New, "sha384": sha512.New384, "sha512": sha512.New,
	"sha512-224": sha512.New512_224, "sha512-256": sha512.New512_256,
	"sha3-224": func() hash.Hash { return sha3.New224() }, "sha3-256": func() hash.Hash { return sha3.New256() },
	"sha3-384": func() hash.Hash { return sha3.New384() }, "sha3-512": func() hash.Hash { return sha3.New512() },
}

func crc32Of(s string) uint32 { return crc32.ChecksumIEEE([]byte(s)) }

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func crc32cOf(s string) uint32 { return crc32.Checksum([]byte(s), castagnoli) }

func newHash(name string) (func() hash.Hash, error) {
	h, ok := hashes[lower(name)]
	if !ok {
		h, ok = hashes[strings.Replace(lower(name), "sha-", "sha", 1)]
	}
	if !ok {
		return nil, fmt.Errorf("'%s' is no algorithm", name)
	}
	return h, nil
}

// digestOf returns the bytes of the digest, not their hexadecimal text.
func digestOf(s, name string) (spop.Value, error) {
	h, err := newHash(name)
	if err != nil {
		return spop.Null(), err
	}
	d := h()
	d.Write([]byte(s))
	return spop.Binary(d.Sum(nil)), nil
}

func sha2Of(s string, p params) (spop.Value, error) {
	switch bits := p.integer(0, 256); bits {
	case 224, 256, 384, 512:
		return digestOf(s, fmt.Sprintf("sha%d", bits))
	default:
		return spop.Null(), fmt.Errorf("%d is no length of SHA-2: 224, 256, 384 and 512 are", bits)
	}
}

// hmacOf is hmac(algorithm, key) with the key in base64, or in a variable.
func hmacOf(vars variables, in spop.Value, p params) (spop.Value, error) {
	h, err := newHash(p.text(0, ""))
	if err != nil {
		return spop.Null(), err
	}
	key, ok, err := vars.decoded("key", p.text(1, ""))
	if !ok || err != nil {
		return spop.Null(), err
	}
	d := hmac.New(h, key)
	d.Write([]byte(octets(in)))
	return spop.Binary(d.Sum(nil)), nil
}
