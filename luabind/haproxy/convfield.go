package haproxy

import (
	"errors"
	"strings"

	"github.com/spoa-lua/spoa-lua/spop"
)

var errFieldZero = errors.New("the index must not be 0")

// span is a part of a text: where it begins and where it ends.
type span struct{ from, to int }

// fieldOf is field(index, delimiters[, count]): fields may be empty.
func fieldOf(s string, p params) (spop.Value, error) {
	var list []span
	from := 0
	for i := 0; i <= len(s); i++ {
		if i == len(s) || strings.IndexByte(p.text(1, ""), s[i]) >= 0 {
			list = append(list, span{from, i})
			from = i + 1
		}
	}
	return pick(s, list, p)
}

// wordOf is word(index, delimiters[, count]): no word is empty.
func wordOf(s string, p params) (spop.Value, error) {
	var list []span
	from := 0
	for i := 0; i <= len(s); i++ {
		if i < len(s) && strings.IndexByte(p.text(1, ""), s[i]) < 0 {
			continue
		}
		if i > from {
			list = append(list, span{from, i})
		}
		from = i + 1
	}
	return pick(s, list, p)
}

// pick returns count parts from the index on, which counts from 1, or from -1
// at the end and backwards. A count of 0 means all.
func pick(s string, list []span, p params) (spop.Value, error) {
	index, count := p.integer(0, 0), p.integer(2, 1)
	total := int64(len(list))
	if index == 0 {
		return spop.Null(), errFieldZero
	}
	first, last := index-1, index-2+count
	if count == 0 {
		last = total - 1
	}
	if index < 0 {
		last = total + index
		first = last - count + 1
		if count == 0 {
			first = 0
		}
	}
	first, last = max(first, 0), min(last, total-1)
	if first > last || total == 0 {
		return spop.Null(), nil
	}
	return spop.String(s[list[first].from:list[last].to]), nil
}

// bytesOf is bytes(offset[, length]).
func bytesOf(s string, p params) (spop.Value, error) {
	offset, length := p.integer(0, 0), p.integer(1, int64(len(s)))
	if offset < 0 || length < 0 {
		return spop.Null(), errors.New("offset and length must not be negative")
	}
	offset = min(offset, int64(len(s)))
	return spop.Binary([]byte(s[offset:min(offset+length, int64(len(s)))])), nil
}
