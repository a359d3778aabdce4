package haproxy

import (
	"errors"
	"strings"

	"github.com/spoa-lua/spoa-lua/spop"
)

var (
	errFieldZero   = errors.New("the index must not be 0")
	errNoDelimiter = errors.New("there must be a delimiter")
)

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
// at the end and backwards. A count below 1, or of more than there are, means all to
// the end of the text.
func pick(s string, list []span, p params) (spop.Value, error) {
	index, count := p.integer(0, 0), p.integer(2, 1)
	total := int64(len(list))
	if index == 0 {
		return spop.Null(), errFieldZero
	}
	if p.text(1, "") == "" {
		return spop.Null(), errNoDelimiter
	}
	if index < 0 {
		index += total + 1 // the last one of them, counted from 1
		if index < 1 {
			return spop.Null(), nil
		}
		to := list[index-1].to
		if count <= 0 || count > index {
			return spop.String(s[:to]), nil
		}
		return spop.String(s[list[index-count].from:to]), nil
	}
	if index > total {
		return spop.Null(), nil
	}
	from := list[index-1].from
	if count <= 0 || count > total-index+1 {
		return spop.String(s[from:]), nil
	}
	return spop.String(s[from:list[index+count-2].to]), nil
}

// bytesOf is bytes(offset[, length]). With integers it is as in 2.6, and with texts of
// integers or names of variables as in later versions: then what is not there whole
// is not there.
func bytesOf(vars variables, in spop.Value, p params) (spop.Value, error) {
	s, whole := octets(in), false
	var at [2]int64
	for i := range at {
		if i >= len(p) {
			at[i] = int64(len(s))
			if i == 1 {
				at[i] -= min(at[0], at[i])
			}
			continue
		}
		n, ok, err := bytesParam(vars, p[i])
		if err != nil || !ok {
			return spop.Null(), err
		}
		at[i] = n
		whole = whole || !p[i].IsInt()
	}
	offset, length := at[0], at[1]
	if offset < 0 || length < 0 {
		return spop.Null(), errors.New("offset and length must not be negative")
	}
	left := max(int64(len(s))-offset, 0)
	if whole && (left == 0 || length > left) {
		return spop.Null(), nil
	}
	offset = min(offset, int64(len(s)))
	return spop.Binary([]byte(s[offset : offset+min(length, left)])), nil
}

func bytesParam(vars variables, v spop.Value) (n int64, ok bool, err error) {
	if v.IsInt() {
		return v.Int64(), true, nil
	}
	return operand(vars, text(v))
}
