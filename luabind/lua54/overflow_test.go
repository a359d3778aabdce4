package lua54_test

import (
	"testing"

	"github.com/spoa-lua/spoa-lua/luabind"
)

// Many arguments fill the VM's registry at a call, where the VM itself panics.
func TestRegistryOverflow(t *testing.T) {
	t.Parallel()
	in := new(luabind.Program).NewInterpreter(luabind.InterpreterConfig{})
	t.Cleanup(func() { in.Close() })
	err := in.Run("t.lua", []byte(`
		local function f(...) return f(1, 2, 3, 4, 5, 6, 7, 8, ...) + 1 end
		local closed = 0
		local function g()
			local x <close> = setmetatable({}, {__close = function() closed = closed + 1 end})
			return f()
		end
		local function check(ok, msg) assert(not ok and msg == "t.lua:2: stack overflow", msg) end
		check(pcall(g))
		check(coroutine.resume(coroutine.create(g)))
		check(pcall(string.gsub, "x", ".", g))
		check(false, select(2, xpcall(g, function(msg) return msg end)))
		assert(closed == 4, closed)`))
	if err != nil {
		t.Error(err)
	}
}
