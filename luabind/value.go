package luabind

import (
	"fmt"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
	"github.com/spoa-lua/spoa-lua/spop"
)

// toLua returns v as a script sees it. Nothing of v's memory is kept.
func (vm *VM) toLua(v spop.Value) lua.LValue {
	switch v.Kind() {
	case spop.KindBool:
		return lua.LBool(v.Bool())
	case spop.KindInt32, spop.KindUint32, spop.KindInt64, spop.KindUint64:
		return vm.program.numbers.integer(v.Int64())
	case spop.KindIPv4, spop.KindIPv6:
		var buf [48]byte
		return vm.strings.get(v.Addr().AppendTo(buf[:0]))
	case spop.KindString, spop.KindBinary:
		return vm.strings.get(v.Bytes())
	default:
		return lua.LNil
	}
}

// fromLua returns the value that v stands for. It shares the memory of a
// string. The error says what to do instead.
func fromLua(v lua.LValue) (spop.Value, error) {
	switch v := v.(type) {
	case lua.LBool:
		return spop.Bool(bool(v)), nil
	case lua.LNumber:
		if n := int64(v); lua.LNumber(n) == v && n != 1<<63-1 && n != -1<<63 {
			return spop.Int64(n), nil
		}
		return fromFloat(v)
	case lua54.Int:
		return spop.Int64(int64(v)), nil
	case lua.LString:
		return spop.String(string(v)), nil
	case *lua.LNilType:
		return spop.Null(), nil
	case *lua.LUserData:
		if value, ok := v.Value.(spop.Value); ok {
			return value, nil
		}
	}
	return spop.Value{}, fmt.Errorf("%s cannot be a variable's value: give a string, an integer, a boolean, nil or a value made by spoa.ipv4 and the like", article(typeName(v)))
}

// fromFloat is fromLua for numbers on the edge of 64 bits, and the text for
// those that are no integers.
func fromFloat(v lua.LNumber) (spop.Value, error) {
	if n, ok := lua54.ToInteger(v); ok {
		return spop.Int64(n), nil
	}
	text := lua54.FormatNumber(v)
	switch {
	case v != v:
		return spop.Value{}, fmt.Errorf("the number %s is not a number: HAProxy has only integers", text)
	case v-v != 0:
		return spop.Value{}, fmt.Errorf("the number %s is infinite: HAProxy has only integers of 64 bits", text)
	case v >= 1<<63 || v < -1<<63:
		return spop.Value{}, fmt.Errorf("the number %s is beyond 64 bits: use tostring or spoa.uint64", text)
	}
	return spop.Value{}, fmt.Errorf("the number %s has a fraction and HAProxy has only integers: use math.floor, or tostring for the text", text)
}

func article(noun string) string {
	switch noun[0] {
	case 'a', 'e', 'i', 'o', 'u':
		return "an " + noun
	}
	return "a " + noun
}
