package haproxy

// shiftHash is djb2 and sdbm.
func shiftHash(start uint32, step func(h, c uint32) uint32) converter {
	return hash32(func(s string) uint32 {
		h := start
		for i := range len(s) {
			h = step(h, uint32(s[i]))
		}
		return h
	})
}
