package lua54

import lua "github.com/yuin/gopher-lua"

// Wants reports whether the caller of the Go function that runs takes its n-th
// result, so that one that costs something need not be made for nothing.
func Wants(L *lua.LState, n int) bool {
	checkLayout()
	f := stateOf(L).currentFrame
	return f == nil || f.NRet < 0 || f.NRet >= n
}
