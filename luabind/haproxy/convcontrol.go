package haproxy

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/spoa-lua/spoa-lua/spop"
)

// Bits of has_ctl's parameter: one for each byte below the blank, and one for DEL.
const (
	delBit      = 32
	controlBits = 1<<(delBit+1) - 1
)

// hasControl is has_ctl([bits]): whether there is one of the control characters that
// the bits say, which are all but the tabulator.
func hasControl(s string, p params) (spop.Value, error) {
	bits := uint64(controlBits &^ (1 << '\t'))
	if text := p.text(0, ""); text != "" {
		var err error
		if bits, err = controlBitsOf(text); err != nil {
			return spop.Null(), err
		}
	}
	for i := range len(s) {
		bit := int(s[i])
		if s[i] == 0x7f {
			bit = delBit
		} else if s[i] >= ' ' {
			continue
		}
		if bits>>bit&1 != 0 {
			return spop.Bool(true), nil
		}
	}
	return spop.Bool(false), nil
}

func controlBitsOf(s string) (uint64, error) {
	bits, err := strconv.ParseUint(s, 0, 64)
	switch {
	case errors.Is(err, strconv.ErrRange) || err == nil && bits > controlBits:
		return 0, fmt.Errorf("'%s' has bits beyond %#x, which is that of DEL", s, 1<<delBit)
	case err != nil:
		return 0, fmt.Errorf("'%s' is no number: decimal and, with 0x, hexadecimal ones are", s)
	}
	return bits, nil
}
