package luabind

import lua "github.com/yuin/gopher-lua"

// typeName is what the function type of scripts says of v.
func typeName(v lua.LValue) string { return v.Type().String() }
