package lualib

import (
	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
)

// isInteger says whether the number is of the subtype integer: any lua54.Int,
// and a lua.LNumber without a fraction within 2^53. The VM has one
// representation for 1 and 1.0, and it counts as the integer.
func isInteger(v lua.LValue) bool {
	switch n := v.(type) {
	case lua54.Int:
		return true
	case lua.LNumber:
		return n >= -1<<53 && n <= 1<<53 && n == lua.LNumber(int64(n))
	}
	return false
}
