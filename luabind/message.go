package luabind

import (
	"log/slog"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
	"github.com/spoa-lua/spoa-lua/spop"
)

// message is what the userdata msg of a VM stands for. There is one for each
// VM, and every message in turn is put into it.
type message struct {
	spop.Message
	vm     *VM
	name   string
	serial uint64 // of the handler's call, 0 when none runs
}

const errMessageGone = "the message is gone: its handler has returned; copy what is needed later into locals"

// openMessage makes the userdata. Its metatable has Go functions only, so that
// reading msg.ip costs a look at the message's bytes and nothing else.
func (vm *VM) openMessage() {
	vm.message.vm = vm
	mt := vm.functions(map[string]lua.LGFunction{
		"__index":    vm.messageIndex,
		"__newindex": messageNewIndex,
		"__len":      vm.messageLen,
		"__pairs":    vm.messagePairs,
		"__tostring": vm.messageString,
	})
	mt.RawSetString("__name", lua.LString("spoa.message"))
	mt.RawSetString("__metatable", lua.LString("spoa.message"))
	vm.luaMessage = &lua.LUserData{Value: &vm.message, Metatable: mt}
}

// own checks that argument 1 is the message, and that there is one.
func (vm *VM) own(L *lua.LState, fn string) {
	if ud, ok := L.Get(1).(*lua.LUserData); !ok || ud != vm.luaMessage {
		badType(L, 1, fn, "message")
	}
	vm.live(L)
}

func (vm *VM) live(L *lua.LState) {
	if vm.phase != phaseHandler {
		raise(L, errMessageGone)
	}
}

// Index is msg.name of an argument that is there, for the main loop of the VM. It
// leaves all else to messageIndex.
func (m *message) Index(key lua.LValue) (lua.LValue, bool) {
	name, ok := key.(lua.LString)
	if !ok || m.vm.phase != phaseHandler {
		return nil, false
	}
	returned := false
	defer func() {
		if !returned {
			m.vm.unwinding(recover())
		}
	}()
	v, ok := m.Arg(string(name))
	value := lua.LValue(nil)
	if ok {
		value = m.vm.toLua(v)
	}
	returned = true
	return value, ok
}

// messageIndex is msg.name and msg[i].
func (vm *VM) messageIndex(L *lua.LState) int {
	vm.live(L)
	key := L.Get(2)
	switch key := key.(type) {
	case lua.LString:
		v, ok := vm.message.Arg(string(key))
		if !ok {
			vm.missing(L, string(key))
		}
		L.Push(vm.toLua(v))
	case lua.LNumber, lua54.Int:
		n, _ := lua54.ToInteger(key)
		a, _ := vm.message.ArgAt(int(n - 1))
		L.Push(vm.toLua(a.Value))
	default:
		raisef(L, "a message has arguments by name and by position, not by %s", article(typeName(key)))
	}
	return 1
}

// missing warns once that the message has no such argument.
func (vm *VM) missing(L *lua.LState, arg string) {
	w := warning{"argument", vm.message.name, arg}
	if _, ok := vm.warned[w]; ok {
		return
	}
	if len(vm.warned) < maxWarnings {
		w.what = strings.Clone(arg)
		vm.warned[w] = struct{}{}
	}
	if !vm.program.warnings.first(w) {
		return
	}
	vm.warn(L, "message has no such argument, it reads as nil",
		slog.String("message", vm.message.name), slog.String("argument", escape(arg)),
		slog.String("sent", escape(vm.argNames())),
		slog.String("hint", "HAProxy sends what the args of spoe-message name: "+escape(arg)+"=FETCH"))
}

// argNames lists what HAProxy sends.
func (vm *VM) argNames() string {
	var b strings.Builder
	var a spop.Arg
	for args := vm.message.Args(); args.Next(&a); {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		if len(a.Name) == 0 {
			b.WriteString("(unnamed)")
		}
		b.Write(a.Name)
	}
	return b.String()
}

func messageNewIndex(L *lua.LState) int {
	raise(L, "a message is read-only: use locals, or set_var to answer")
	return 0
}

func (vm *VM) messageLen(L *lua.LState) int {
	vm.live(L)
	L.Push(vm.program.numbers.integer(int64(vm.message.NumArgs)))
	return 1
}

// messagePairs goes through the arguments in the order in which they were
// sent. One without a name has its position for a key.
func (vm *VM) messagePairs(L *lua.LState) int {
	vm.own(L, "pairs")
	args, serial, position := vm.message.Args(), vm.message.serial, int64(0)
	next := func(L *lua.LState) int {
		if vm.live(L); vm.message.serial != serial {
			raise(L, errMessageGone)
		}
		var a spop.Arg
		if !args.Next(&a) {
			L.Push(lua.LNil)
			return 1
		}
		position++
		L.Push(vm.argKey(a, position))
		L.Push(vm.toLua(a.Value))
		return 2
	}
	L.Push(vm.newFunction(next))
	L.Push(vm.luaMessage)
	L.Push(lua.LNil)
	return 3
}

func (vm *VM) argKey(a spop.Arg, position int64) lua.LValue {
	if len(a.Name) == 0 {
		return vm.program.numbers.integer(position)
	}
	return vm.strings.get(a.Name)
}

func (vm *VM) messageString(L *lua.LState) int {
	name := "message"
	if vm.phase == phaseHandler {
		name = "message " + vm.message.name
	}
	L.Push(lua.LString(name))
	return 1
}

// args is spoa.args(msg): an array of {name=, value=}.
func (vm *VM) args(L *lua.LState) int {
	vm.own(L, "args")
	L.Push(vm.argTable(L))
	return 1
}

// argTable is what handlers of register_message get. An argument without a
// name has the empty one, as with the C agent.
func (vm *VM) argTable(L *lua.LState) *lua.LTable {
	t := L.CreateTable(vm.message.NumArgs, 0)
	var a spop.Arg
	for args := vm.message.Args(); args.Next(&a); {
		arg := L.CreateTable(0, 2)
		arg.RawSetString("name", vm.strings.get(a.Name))
		arg.RawSetString("value", vm.toLua(a.Value))
		t.Append(arg)
	}
	return t
}
