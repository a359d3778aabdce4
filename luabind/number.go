package luabind

import (
	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
)

// The integers from minBoxed to maxBoxed are boxed once for all VMs of a
// Program: making an lua.LValue of a number allocates eight bytes otherwise.
const (
	minBoxed = -16
	maxBoxed = 1023
)

// boxedNumbers holds the small integers as Lua values.
type boxedNumbers [maxBoxed - minBoxed + 1]lua.LValue

func newBoxedNumbers() *boxedNumbers {
	b := new(boxedNumbers)
	for i := range b {
		b[i] = lua.LNumber(i + minBoxed)
	}
	return b
}

// integer returns the exact Lua value of n.
func (b *boxedNumbers) integer(n int64) lua.LValue {
	if n >= minBoxed && n <= maxBoxed {
		return b[n-minBoxed]
	}
	return lua54.Integer(n)
}
