// Package xxhash has the hashes of the XXH family that scripts get, by the
// module xxhash and by HAProxy's converters.
package xxhash

import (
	"encoding/binary"
	"math/bits"

	"github.com/cespare/xxhash/v2"
	"github.com/zeebo/xxh3"
)

// Sum3 returns the XXH3 of 64 bits.
func Sum3(s string, seed uint64) uint64 { return xxh3.HashStringSeed(s, seed) }

// Sum64 returns the XXH64.
func Sum64(s string, seed uint64) uint64 {
	if seed == 0 {
		return xxhash.Sum64String(s)
	}
	d := xxhash.NewWithSeed(seed)
	_, _ = d.WriteString(s) // it does not fail
	return d.Sum64()
}

// The primes of XXH32.
const (
	prime1 uint32 = 2654435761
	prime2 uint32 = 2246822519
	prime3 uint32 = 3266489917
	prime4 uint32 = 668265263
	prime5 uint32 = 374761393
)

// Sum32 returns the XXH32, by xxhash_spec.md: no kept library has it.
func Sum32(s string, seed uint32) uint32 {
	b := []byte(s)
	h := seed + prime5
	if len(b) >= 16 {
		h, b = xxh32Stripes(b, seed)
	}
	h += uint32(len(s))
	for ; len(b) >= 4; b = b[4:] {
		h = bits.RotateLeft32(h+binary.LittleEndian.Uint32(b)*prime3, 17) * prime4
	}
	for _, c := range b {
		h = bits.RotateLeft32(h+uint32(c)*prime5, 11) * prime1
	}
	h = (h ^ h>>15) * prime2
	h = (h ^ h>>13) * prime3
	return h ^ h>>16
}

// xxh32Stripes takes all whole 16 bytes and returns the rest.
func xxh32Stripes(b []byte, seed uint32) (h uint32, rest []byte) {
	v := [4]uint32{seed + prime1 + prime2, seed + prime2, seed, seed - prime1}
	for ; len(b) >= 16; b = b[16:] {
		for i := range v {
			v[i] = bits.RotateLeft32(v[i]+binary.LittleEndian.Uint32(b[4*i:])*prime2, 13) * prime1
		}
	}
	h = bits.RotateLeft32(v[0], 1) + bits.RotateLeft32(v[1], 7) + bits.RotateLeft32(v[2], 12) + bits.RotateLeft32(v[3], 18)
	return h, b
}
