package luabind

import (
	"math"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
)

// openShared makes spoa.shared.
func (vm *VM) openShared(spoa *lua.LTable) {
	spoa.RawSetString("shared", vm.functions(map[string]lua.LGFunction{
		"get":    vm.sharedGet,
		"set":    vm.sharedSet,
		"add":    vm.sharedAdd,
		"cas":    vm.sharedCAS,
		"incr":   vm.sharedIncr,
		"delete": vm.sharedDelete,
	}))
}

// sharedGet is spoa.shared.get(key).
func (vm *VM) sharedGet(L *lua.LState) int {
	v, _ := vm.program.Shared.Get(sharedKey(L, "get"))
	L.Push(v)
	return 1
}

// sharedSet is spoa.shared.set(key, value[, ttl]); nil deletes the key.
func (vm *VM) sharedSet(L *lua.LState) int {
	key := sharedKey(L, "set")
	if L.GetTop() < 2 {
		badArg(L, 2, "set", "value expected; nil deletes the key")
	}
	v := L.Get(2)
	ttl := ttlArg(L, 3, "set")
	if v == lua.LNil {
		vm.program.Shared.Delete(key)
		return 0
	}
	if err := vm.program.Shared.Set(key, v, ttl); err != nil {
		vm.raiseErr(L, err)
	}
	return 0
}

// sharedAdd is spoa.shared.add(key, value[, ttl]): whether the key had no value.
func (vm *VM) sharedAdd(L *lua.LState) int {
	key := sharedKey(L, "add")
	v := L.Get(2)
	if v == lua.LNil {
		badArg(L, 2, "add", "value expected")
	}
	added, err := vm.program.Shared.Add(key, v, ttlArg(L, 3, "add"))
	if err != nil {
		vm.raiseErr(L, err)
	}
	L.Push(lua.LBool(added))
	return 1
}

// sharedCAS is spoa.shared.cas(key, old, new[, ttl]): whether the value was old.
func (vm *VM) sharedCAS(L *lua.LState) int {
	key := sharedKey(L, "cas")
	if L.GetTop() < 3 {
		badArg(L, 3, "cas", "value expected; nil deletes the key")
	}
	swapped, err := vm.program.Shared.CompareAndSwap(key, L.Get(2), L.Get(3), ttlArg(L, 4, "cas"))
	if err != nil {
		vm.raiseErr(L, err)
	}
	L.Push(lua.LBool(swapped))
	return 1
}

// sharedIncr is spoa.shared.incr(key[, n[, ttl]]).
func (vm *VM) sharedIncr(L *lua.LState) int {
	key := sharedKey(L, "incr")
	n := int64(1)
	if v := L.Get(2); v != lua.LNil {
		var ok bool
		if n, ok = lua54.ToInteger(v); !ok {
			badType(L, 2, "incr", "integer")
		}
	}
	sum, err := vm.program.Shared.Incr(key, n, ttlArg(L, 3, "incr"))
	if err != nil {
		vm.raiseErr(L, err)
	}
	L.Push(vm.program.numbers.integer(sum))
	return 1
}

// sharedDelete is spoa.shared.delete(key): whether the key was there.
func (vm *VM) sharedDelete(L *lua.LState) int {
	L.Push(lua.LBool(vm.program.Shared.Delete(sharedKey(L, "delete"))))
	return 1
}

// sharedKey is a key in argument 1, as text when it is a number.
func sharedKey(L *lua.LState, fn string) string {
	switch v := L.Get(1).(type) {
	case lua.LString:
		return string(v)
	case lua.LNumber, lua54.Int:
		return lua54.FormatNumber(v)
	}
	badType(L, 1, fn, "string")
	return ""
}

// ttlArg is a time in seconds, with or without a fraction; none means for ever.
func ttlArg(L *lua.LState, n int, fn string) time.Duration {
	v := L.Get(n)
	if v == lua.LNil {
		return 0
	}
	seconds, ok := lua54.ToFloat(v)
	if !ok {
		badType(L, n, fn, "seconds")
	}
	if !(seconds > 0) {
		badArg(L, n, fn, "a time to live is above 0 seconds")
	}
	if seconds >= math.MaxInt64/float64(time.Second) {
		return 0
	}
	return max(1, time.Duration(seconds*float64(time.Second)))
}
