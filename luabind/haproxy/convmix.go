package haproxy

import (
	"math/bits"

	"github.com/spoa-lua/spoa-lua/luabind/xxhash"
	"github.com/spoa-lua/spoa-lua/spop"
)

// hash32 is a converter to a hash of 32 bits, which with a parameter but 0 is
// mixed once more.
func hash32(hash func(s string) uint32) converter {
	return onBytes("i", 0, func(s string, p params) (spop.Value, error) {
		h := hash(s)
		if p.integer(0, 0) != 0 {
			h = avalanche(h)
		}
		return spop.Int64(int64(h)), nil
	})
}

// avalanche is the mixing of 32 bits that Bob Jenkins has published, and a
// multiplication of HAProxy's.
func avalanche(a uint32) uint32 {
	a += 0x7ed55d16 + a<<12
	a = a ^ 0xc761c23c ^ a>>19
	a += 0x165667b1 + a<<5
	a = (a + 0xd3a2646c) ^ a<<9
	a += 0xfd7046c5 + a<<3
	a = a ^ 0xb55a4f09 ^ a>>16
	return a * 0xc0000001
}

// wt6 is HAProxy's hash of that name: two halves whose bits say how far each
// turns next.
func wt6(s string) uint32 {
	left, right := uint32(0xa53c965a), uint32(0x5ca6953a)
	turnRight, turnLeft := 6, 18
	for i := range len(s) {
		c := uint32(s[i])
		left, right = ^(left ^ c), ^(right + c)
		left, right = bits.RotateLeft32(right, turnRight), bits.RotateLeft32(left, turnLeft)
		mixed := (left>>16 ^ right) & 0xffff
		turnRight, turnLeft = int(mixed&31), int(mixed>>11)
	}
	return left ^ right
}

// seeded is a converter to a hash with a seed.
func seeded(hash func(s string, seed uint64) uint64) converter {
	return onBytes("i", 0, func(s string, p params) (spop.Value, error) {
		return spop.Int64(int64(hash(s, uint64(p.integer(0, 0))))), nil
	})
}

func xxh32(s string, seed uint64) uint64 { return uint64(xxhash.Sum32(s, uint32(seed))) }
