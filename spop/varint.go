package spop

// maxVarintLen is how many bytes the longest varint takes: a 64-bit value is
// 4 bits in the first byte and 7 in each of 9 more.
const maxVarintLen = 10

// AppendVarint appends v to b in the variable-length encoding of SPOE.txt 3.1:
// below 240 one byte; otherwise the low 4 bits ride in the first byte and the
// rest follows in groups of 7 bits, low groups first.
func AppendVarint(b []byte, v uint64) []byte {
	if v < 240 {
		return append(b, byte(v))
	}
	b = append(b, byte(v)|0xF0)
	v = (v - 240) >> 4
	for v >= 128 {
		b = append(b, byte(v)|0x80)
		v = (v - 128) >> 7
	}
	return append(b, byte(v))
}

// ParseVarint reads a varint from the start of b and returns it with the
// number of bytes that it took. That number is 0 when b ends inside the varint
// or when the varint is longer than 64 bits need.
func ParseVarint(b []byte) (v uint64, n int) {
	if len(b) == 0 {
		return 0, 0
	}
	if b[0] < 240 {
		return uint64(b[0]), 1
	}
	return parseLongVarint(b)
}

// parseLongVarint is the part of ParseVarint that is too large to be inlined.
func parseLongVarint(b []byte) (uint64, int) {
	v := uint64(b[0])
	shift := 4
	for i := 1; i < len(b) && i < maxVarintLen; i++ {
		v += uint64(b[i]) << shift
		if b[i] < 128 {
			return v, i + 1
		}
		shift += 7
	}
	return 0, 0
}

// parseBlob reads a varint length and that many bytes. n is 0 when b is too
// short; the bytes are a part of b.
func parseBlob(b []byte) (blob []byte, n int) {
	size, n := ParseVarint(b)
	if n == 0 || size > uint64(len(b)-n) {
		return nil, 0
	}
	end := n + int(size)
	return b[n:end:end], end
}

// appendName appends an untyped string: its length and its bytes.
func appendName(b []byte, s string) []byte {
	return append(AppendVarint(b, uint64(len(s))), s...)
}
