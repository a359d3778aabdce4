package haproxy

import "github.com/spoa-lua/spoa-lua/spop"

// shiftHash is djb2 and sdbm.
func shiftHash(start uint32, step func(h, c uint32) uint32) converter {
	return onText(0, 1, func(s string, p params) (spop.Value, error) {
		if p.integer(0, 0) != 0 {
			return spop.Null(), errAvalanche
		}
		h := start
		for i := range len(s) {
			h = step(h, uint32(s[i]))
		}
		return spop.Int64(int64(h)), nil
	})
}
