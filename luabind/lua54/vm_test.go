package lua54

import (
	"bytes"
	"math"
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"
)

// testVM is a VM with gopher-lua's stock library, in which what concerns the
// language is replaced: protected calls, printing, coroutines.
type testVM struct {
	*lua.LState
	rt  *Runtime
	out bytes.Buffer
}

func newTestVM(tb testing.TB) *testVM {
	tb.Helper()
	return newTestVMWith(tb, lua.NewState(lua.Options{CallStackSize: 1000, RegistrySize: 1 << 13, RegistryMaxSize: 1 << 20}))
}

func newTestVMWith(tb testing.TB, L *lua.LState) *testVM {
	tb.Helper()
	vm := &testVM{LState: L, rt: Open(L)}
	tb.Cleanup(L.Close)
	for name, fn := range map[string]lua.LGFunction{
		"print": vm.print, "pcall": vm.pcall, "xpcall": vm.xpcall, "tostring": vm.tostring,
		"type": vm.typeOf, "load": vm.load, "error": vm.error, "select": vm.selectArgs,
		"tonumber": vm.tonumber, "pairs": vm.pairs,
	} {
		L.SetGlobal(name, L.NewFunction(fn))
	}
	io := L.GetGlobal("io").(*lua.LTable)
	io.RawSetString("write", L.NewFunction(vm.write))
	co := L.GetGlobal("coroutine").(*lua.LTable)
	for name, fn := range map[string]lua.LGFunction{"wrap": vm.wrap, "create": vm.create} {
		co.RawSetString(name, L.NewFunction(fn))
	}
	L.GetGlobal("math").(*lua.LTable).RawSetString("maxinteger", Int(math.MaxInt64))
	L.GetGlobal("math").(*lua.LTable).RawSetString("mininteger", Int(math.MinInt64))
	L.GetGlobal("math").(*lua.LTable).RawSetString("huge", lua.LNumber(math.Inf(1)))
	t := L.GetGlobal("table").(*lua.LTable)
	t.RawSetString("unpack", L.GetGlobal("unpack"))
	t.RawSetString("pack", L.NewFunction(vm.pack))
	return vm
}

func (vm *testVM) text(L *lua.LState, v lua.LValue) string {
	if m := L.GetMetaField(v, "__tostring"); m != lua.LNil {
		L.Push(m)
		L.Push(v)
		L.Call(1, 1)
		v = L.Get(-1)
		L.Pop(1)
	}
	return FormatNumber(v)
}

func (vm *testVM) print(L *lua.LState) int {
	for i := 1; i <= L.GetTop(); i++ {
		if i > 1 {
			vm.out.WriteByte('\t')
		}
		vm.out.WriteString(vm.text(L, L.Get(i)))
	}
	vm.out.WriteByte('\n')
	return 0
}

func (vm *testVM) write(L *lua.LState) int {
	for i := 1; i <= L.GetTop(); i++ {
		vm.out.WriteString(FormatNumber(L.Get(i)))
	}
	return 0
}

func (vm *testVM) tostring(L *lua.LState) int {
	L.Push(lua.LString(vm.text(L, L.Get(1))))
	return 1
}

func (vm *testVM) tonumber(L *lua.LState) int {
	v, ok := toNumber(L.Get(1))
	if !ok {
		v = lua.LNil
	}
	L.Push(v)
	return 1
}

func (vm *testVM) typeOf(L *lua.LState) int {
	name := L.Get(1).Type().String()
	if IsNumber(L.Get(1)) {
		name = "number"
	}
	L.Push(lua.LString(name))
	return 1
}

func (vm *testVM) error(L *lua.LState) int {
	v := L.Get(1)
	level := L.OptInt(2, 1)
	if s, ok := v.(lua.LString); ok && level > 0 {
		v = lua.LString(vm.rt.Where(L, level)) + s
	}
	L.Error(v, 0)
	return 0
}

func (vm *testVM) pcall(L *lua.LState) int {
	L.CheckAny(1)
	if err := vm.rt.PCall(L, L.GetTop()-1, lua.MultRet, nil); err != nil {
		L.Push(lua.LFalse)
		L.Push(ErrorValue(err))
		return 2
	}
	L.Insert(lua.LTrue, 1)
	return L.GetTop()
}

func (vm *testVM) xpcall(L *lua.LState) int {
	handler := L.CheckFunction(2)
	L.Remove(2)
	if err := vm.rt.PCall(L, L.GetTop()-1, lua.MultRet, handler); err != nil {
		L.Push(lua.LFalse)
		L.Push(ErrorValue(err))
		return 2
	}
	L.Insert(lua.LTrue, 1)
	return L.GetTop()
}

func (vm *testVM) load(L *lua.LState) int {
	proto, err := Compile(L.OptString(2, "=load"), []byte(L.CheckString(1)), Options{})
	if err != nil {
		L.Push(lua.LNil)
		L.Push(lua.LString(err.Error()))
		return 2
	}
	env := L.G.Global
	if L.GetTop() >= 4 {
		env = L.CheckTable(4)
	}
	L.Push(vm.rt.NewFunction(proto, env))
	return 1
}

func (vm *testVM) pairs(L *lua.LState) int {
	t := L.CheckTable(1)
	L.Push(L.GetGlobal("next"))
	L.Push(t)
	L.Push(lua.LNil)
	return 3
}

func (vm *testVM) selectArgs(L *lua.LState) int {
	n := L.GetTop()
	if L.Get(1) == lua.LString("#") {
		L.Push(lua.LNumber(n - 1))
		return 1
	}
	return n - L.CheckInt(1)
}

func (vm *testVM) pack(L *lua.LState) int {
	n := L.GetTop()
	t := L.NewTable()
	for i := 1; i <= n; i++ {
		t.RawSetInt(i, L.Get(i))
	}
	t.RawSetString("n", lua.LNumber(n))
	L.Push(t)
	return 1
}

func (vm *testVM) create(L *lua.LState) int {
	fn := L.CheckFunction(1)
	create := L.GetGlobal("coroutine").(*lua.LTable).RawGetString("(create)")
	if create == lua.LNil {
		fresh := lua.NewState()
		defer fresh.Close()
		create = fresh.GetGlobal("coroutine").(*lua.LTable).RawGetString("create")
	}
	L.Push(create)
	L.Push(vm.rt.Coroutine(fn))
	L.Call(1, 1)
	return 1
}

func (vm *testVM) wrap(L *lua.LState) int {
	thread, _ := L.NewThread()
	fn := vm.rt.Coroutine(L.CheckFunction(1))
	L.Push(L.NewFunction(func(L *lua.LState) int {
		args := make([]lua.LValue, L.GetTop())
		for i := range args {
			args[i] = L.Get(i + 1)
		}
		L.SetTop(0)
		_, err, values := L.Resume(thread, fn, args...)
		if err != nil {
			L.Error(ErrorValue(err), 0)
		}
		for _, v := range values {
			L.Push(v)
		}
		return len(values)
	}))
	return 1
}

// run executes a chunk and returns what it printed; an uncaught error is the
// last line.
func (vm *testVM) run(chunk, source string) string {
	proto, err := Compile(chunk, []byte(source), Options{})
	if err == nil {
		vm.Push(vm.rt.NewFunction(proto, vm.G.Global))
		err = vm.rt.PCall(vm.LState, 0, 0, nil)
	}
	if err != nil {
		text := err.Error()
		if api, ok := err.(*lua.ApiError); ok {
			text = vm.text(vm.LState, api.Object)
		}
		vm.out.WriteString("error: " + strings.TrimSpace(text) + "\n")
	}
	out := vm.out.String()
	vm.out.Reset()
	return out
}
