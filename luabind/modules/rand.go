package modules

import (
	"crypto/rand"
	"encoding/binary"
	"math/bits"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
	"github.com/spoa-lua/spoa-lua/luabind/lualib"
)

// openRand makes luaossl's module openssl.rand, on the randomness of the system.
func openRand(e env) lua.LValue {
	return e.table(map[string]lua.LGFunction{
		"bytes":   randBytes,
		"uniform": randUniform,
		"ready":   func(L *lua.LState) int { L.Push(lua.LTrue); return 1 },
	})
}

// maxRandom is how many bytes a call may ask for.
const maxRandom = 1 << 20

func randBytes(L *lua.LState) int {
	n := lualib.CheckInteger(L, 1)
	if n < 0 || n > maxRandom {
		lualib.Raise(L, "rand.bytes: %d is not from 0 to %d", n, maxRandom)
	}
	b := make([]byte, n)
	_, _ = rand.Read(b) // it does not fail
	L.Push(lua.LString(b))
	return 1
}

// randUniform is uniform([n]): an integer from 0 to n-1, or of 53 bits.
func randUniform(L *lua.LState) int {
	n := lualib.OptInteger(L, 1, 1<<53)
	if n < 1 {
		lualib.Raise(L, "rand.uniform: %d is not above 0", n)
	}
	var b [8]byte
	_, _ = rand.Read(b[:])
	high, _ := bits.Mul64(binary.LittleEndian.Uint64(b[:]), uint64(n))
	L.Push(lua54.Integer(int64(high)))
	return 1
}
