package lua54

import (
	"testing"

	lua "github.com/yuin/gopher-lua"
)

// TestWants calls a function in all ways that take a number of its results.
func TestWants(t *testing.T) {
	t.Parallel()
	L := lua.NewState(lua.Options{SkipOpenLibs: true})
	defer L.Close()
	rt := Open(L)
	wanted := 0
	L.G.Global.RawSetString("three", L.NewFunction(func(L *lua.LState) int {
		for wanted = 0; wanted < 3 && Wants(L, wanted+1); wanted++ {
		}
		for range 3 {
			L.Push(lua.LTrue)
		}
		return 3
	}))
	for source, want := range map[string]int{
		"three()":                                  0,
		"local a = three()":                        1,
		"local a = (three())":                      1,
		"local a, b = three()":                     2,
		"local a, b, c, d = three()":               3,
		"local t = {three()}":                      3,
		"local t = {three(), 1}":                   1,
		"return three()":                           3,
		"return (three())":                         1,
		"if three() then end":                      1,
		"local o = {f = three} local a = o:f()":    1,
		"for i = 1, 2 do local a, b = three() end": 2,
		"for a in three do break end":              1,
	} {
		proto, err := Compile("t.lua", []byte(source), Options{})
		if err != nil {
			t.Fatal(err)
		}
		L.Push(rt.NewFunction(proto, L.G.Global))
		L.Call(0, lua.MultRet)
		L.SetTop(0)
		if wanted != want {
			t.Errorf("%s: %d results are wanted, want %d", source, wanted, want)
		}
	}
	if err := L.CallByParam(lua.P{Fn: L.G.Global.RawGetString("three"), NRet: 2, Protect: true}); err != nil || wanted != 2 {
		t.Errorf("CallByParam: %d results are wanted, %v", wanted, err)
	}
}
