package spop

import "fmt"

// pairs is a cursor over a KV-LIST, the payload of HELLO and DISCONNECT frames
// (SPOE.txt 3.2.4): names, each with typed data. The first error sticks.
type pairs struct {
	rest []byte
	err  error
}

func (p *pairs) next() (key []byte, v Value, ok bool) {
	if len(p.rest) == 0 || p.err != nil {
		return nil, Value{}, false
	}
	key, k := parseBlob(p.rest)
	if k == 0 {
		p.err = fmt.Errorf("name of an item: %w", ErrShort)
		return nil, Value{}, false
	}
	v, n, err := DecodeValue(p.rest[k:])
	if err != nil {
		p.err = fmt.Errorf("item %q: %w", key, err)
		return nil, Value{}, false
	}
	p.rest = p.rest[k+n:]
	return key, v, true
}

func appendPair(b []byte, key string, v Value) []byte {
	return v.Append(appendName(b, key))
}
