package haproxy

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"github.com/spoa-lua/spoa-lua/spop"
)

// chunked is be2dec, le2dec and be2hex(separator, size[, truncate]): chunks of the
// input, with separators between them. truncate leaves out the last one when it is
// short.
func chunked(maxSize int64, show func(chunk string) string) converter {
	c := onBytes("sii", 1, func(s string, p params) (spop.Value, error) {
		separator, size, truncate := p.text(0, ""), int(p.integer(1, 0)), p.integer(2, 0) == 1
		if size <= 0 {
			return spop.String(show(s)), nil
		}
		var list []string
		for len(s) > 0 && (len(s) >= size || !truncate) {
			n := min(size, len(s))
			list = append(list, show(s[:n]))
			s = s[n:]
		}
		return spop.String(strings.Join(list, separator)), nil
	})
	c.check = func(p params) error {
		size, truncate := p.integer(1, 0), p.integer(2, 0)
		switch {
		case maxSize > 0 && (size < 1 || size > maxSize):
			return fmt.Errorf("chunk_size out of [1..%d] range (%d)", maxSize, size)
		case maxSize == 0 && size <= 0 && p.text(0, "") != "":
			return fmt.Errorf("chunk_size needs to be positive (%d)", size)
		case truncate != 0 && truncate != 1:
			return fmt.Errorf("Unsupported truncate value (%d)", truncate) //nolint:staticcheck // HAProxy's words
		}
		return nil
	}
	return c
}

// maxChunk is the size of the largest integer.
const maxChunk = 8

func bigEndian(chunk string) string {
	n := uint64(0)
	for i := range len(chunk) {
		n = n<<8 | uint64(chunk[i])
	}
	return strconv.FormatUint(n, 10)
}

func littleEndian(chunk string) string {
	n := uint64(0)
	for i := range len(chunk) {
		n |= uint64(chunk[i]) << (8 * i)
	}
	return strconv.FormatUint(n, 10)
}

func hexDigits(chunk string) string { return upper(hex.EncodeToString([]byte(chunk))) }

// toBits is base2: eight digits for each byte.
func toBits(s string, _ params) (spop.Value, error) {
	var b strings.Builder
	for i := range len(s) {
		fmt.Fprintf(&b, "%08b", s[i])
	}
	return spop.String(b.String()), nil
}

// networkOrder is htonl: the low 32 bits as bytes.
func networkOrder(in spop.Value, _ params) (spop.Value, error) {
	n, err := integerOf(in)
	if err != nil {
		return spop.Null(), err
	}
	return spop.Binary(binary.BigEndian.AppendUint32(nil, uint32(n))), nil
}
