package lualib

// charset is a set of bytes, one bit for each.
type charset [4]uint64

func (s *charset) has(b byte) bool { return s[b>>6]&(1<<(b&63)) != 0 }

func (s *charset) add(b byte) { s[b>>6] |= 1 << (b & 63) }

func (s *charset) addRange(lo, hi byte) {
	for b := int(lo); b <= int(hi); b++ {
		s.add(byte(b))
	}
}

func (s *charset) union(o *charset) {
	for i := range s {
		s[i] |= o[i]
	}
}

func (s *charset) negate() {
	for i := range s {
		s[i] = ^s[i]
	}
}

// classes is indexed by the letter of a character class of the manual's
// section 6.4.1, in the C locale; an upper-case letter is the complement.
// A byte that is no class letter has a nil entry.
var classes = buildClasses()

func buildClasses() *[256]*charset {
	ranges := map[byte][]byte{
		'a': {'A', 'Z', 'a', 'z'},
		'c': {0, 31, 127, 127},
		'd': {'0', '9'},
		'g': {33, 126},
		'l': {'a', 'z'},
		'p': {33, 47, 58, 64, 91, 96, 123, 126},
		's': {9, 13, 32, 32},
		'u': {'A', 'Z'},
		'w': {'0', '9', 'A', 'Z', 'a', 'z'},
		'z': {0, 0}, // of Lua 5.1, not documented any more
		'x': {'0', '9', 'A', 'F', 'a', 'f'},
	}
	table := new([256]*charset)
	for letter, r := range ranges {
		set := new(charset)
		for i := 0; i < len(r); i += 2 {
			set.addRange(r[i], r[i+1])
		}
		not := *set
		not.negate()
		table[letter] = set
		table[letter-'a'+'A'] = &not
	}
	return table
}
