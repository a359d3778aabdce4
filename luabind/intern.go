package luabind

import (
	"hash/maphash"

	lua "github.com/yuin/gopher-lua"
)

const (
	internSlots  = 256
	maxInternLen = 128
)

// interned keeps the short strings that HAProxy sends again and again (methods,
// hosts, addresses, paths) as Lua values, so that they are not copied for every
// message. A slot holds the last string that fell on it.
type interned struct {
	seed  maphash.Seed
	slots [internSlots]lua.LValue
}

// get returns a Lua string with the bytes of b, which it does not keep.
func (s *interned) get(b []byte) lua.LValue {
	if len(b) > maxInternLen {
		return lua.LString(b)
	}
	slot := &s.slots[maphash.Bytes(s.seed, b)%internSlots]
	if old, ok := (*slot).(lua.LString); ok && string(old) == string(b) {
		return *slot
	}
	v := lua.LValue(lua.LString(b))
	*slot = v
	return v
}
