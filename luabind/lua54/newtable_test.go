package lua54

import (
	"testing"

	lua "github.com/yuin/gopher-lua"
)

// TestNewObject compares with the table that the VM's own functions make.
func TestNewObject(t *testing.T) {
	t.Parallel()
	a, b, one, two := lua.LString("a"), lua.LString("b"), lua.LNumber(1), lua.LNumber(2)
	for name, members := range map[string][]lua.LValue{
		"empty": {}, "one": {a, one}, "two": {b, one, a, two}, "twice": {a, one, b, one, a, two},
		"nil": {a, lua.LNil, b, one}, "nil behind a value": {a, one, b, one, a, lua.LNil},
	} {
		got, want := NewObject(members), &lua.LTable{Metatable: lua.LNil}
		for i := 0; i < len(members); i += 2 {
			want.RawSetString(members[i].String(), members[i+1])
		}
		got.RawSetString("z", two) // it goes on like any other
		want.RawSetString("z", two)
		if got, want := walk(got), walk(want); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
}

func TestNewList(t *testing.T) {
	t.Parallel()
	elements := []lua.LValue{lua.LNumber(1), lua.LString("x")}
	list := NewList(elements)
	elements[0] = lua.LNil
	list.Append(lua.LTrue)
	if got := walk(list); got != "1=1 2=x 3=true " || list.Len() != 3 {
		t.Errorf("got %s", got)
	}
	if got := walk(NewList(nil)); got != "" {
		t.Errorf("got %s", got)
	}
}

// walk tells keys and values in the order of next.
func walk(t *lua.LTable) (text string) {
	for key, v := t.Next(lua.LNil); key != lua.LNil; key, v = t.Next(key) {
		text += key.String() + "=" + v.String() + " "
	}
	return text
}
