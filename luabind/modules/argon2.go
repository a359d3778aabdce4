package modules

import (
	"context"
	"fmt"
	"runtime"
	"sync"

	lua "github.com/yuin/gopher-lua"
	"golang.org/x/crypto/argon2"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
	"github.com/spoa-lua/spoa-lua/luabind/lualib"
)

// What a hash may cost. The function cannot be stopped while it runs, so that both
// bounds are low enough for a message, and above what RFC 9106 recommends.
const (
	maxArgon2Memory = 64 << 10  // KiB
	maxArgon2Work   = 256 << 10 // KiB times passes
	maxArgon2Lanes  = 16
	maxArgon2Length = 1 << 10
)

// argon2Variant is one of the module's variants.
type argon2Variant string

const (
	argon2i  argon2Variant = "argon2i"
	argon2d  argon2Variant = "argon2d"
	argon2id argon2Variant = "argon2id"
)

// argon2Cost is how a hash is made.
type argon2Cost struct {
	passes, memory, lanes, length int64
	variant                       argon2Variant
}

// argon2Module is lua-argon2's module argon2 in a VM.
type argon2Module struct {
	env
	cost argon2Cost // what its functions have set for calls without options
}

// openArgon2 makes lua-argon2's module.
func openArgon2(e env) lua.LValue {
	m := &argon2Module{env: e, cost: argon2Cost{passes: 3, memory: 4096, lanes: 1, length: 32, variant: argon2i}}
	t := e.table(map[string]lua.LGFunction{
		"hash_encoded": m.hashEncoded,
		"verify":       m.verify,
		"t_cost":       m.setter("t_cost", &m.cost.passes),
		"m_cost":       m.setter("m_cost", &m.cost.memory),
		"parallelism":  m.setter("parallelism", &m.cost.lanes),
		"hash_len":     m.setter("hash_len", &m.cost.length),
		"variant":      m.setVariant,
	})
	variants := e.L.CreateTable(0, 3)
	for name, v := range map[string]argon2Variant{"argon2_i": argon2i, "argon2_d": argon2d, "argon2_id": argon2id} {
		variants.RawSetString(name, &lua.LUserData{Value: v, Metatable: lua.LNil})
	}
	t.RawSetString("variants", variants)
	t.RawSetString("_VERSION", lua.LString("3.0.1"))
	return t
}

// setter is a function that sets what hashes cost from now on, when it is given a
// number, and returns what they cost.
func (m *argon2Module) setter(name string, value *int64) lua.LGFunction {
	return func(L *lua.LState) int {
		if L.Get(1) != lua.LNil {
			n := lualib.CheckInteger(L, 1)
			checkArgon2(L, name, n)
			*value = n
		}
		L.Push(lua54.Integer(*value))
		return 1
	}
}

// setVariant is variant(v), for v one of the variants.
func (m *argon2Module) setVariant(L *lua.LState) int {
	m.cost.variant = argon2VariantOf(L, 1, L.Get(1))
	return 0
}

// argon2VariantOf is the variant that v, of argument n, is.
func argon2VariantOf(L *lua.LState, n int, v lua.LValue) argon2Variant {
	ud, _ := v.(*lua.LUserData)
	if ud == nil {
		lualib.ArgError(L, n, "one of argon2.variants expected")
	}
	variant, ok := ud.Value.(argon2Variant)
	if !ok {
		lualib.ArgError(L, n, "one of argon2.variants expected")
	}
	if variant == argon2d {
		lualib.ArgError(L, n, "argon2_d is not here: take argon2_id")
	}
	return variant
}

var argon2Limits = map[string]int64{"m_cost": maxArgon2Memory, "t_cost": maxArgon2Work, "parallelism": maxArgon2Lanes, "hash_len": maxArgon2Length}

// checkArgon2 raises an error for a number that is above what the agent allows.
func checkArgon2(L *lua.LState, name string, n int64) {
	if limit := argon2Limits[name]; n > limit {
		lualib.Raise(L, "argon2: %s is %d, the limit is %d", name, n, limit)
	}
}

// options is the cost that argument n, a table or nothing, asks for.
func (m *argon2Module) options(L *lua.LState, n int) argon2Cost {
	c := m.cost
	if L.Get(n) == lua.LNil {
		return c
	}
	t := lualib.CheckTable(L, n)
	for name, value := range map[string]*int64{"t_cost": &c.passes, "m_cost": &c.memory, "parallelism": &c.lanes, "hash_len": &c.length} {
		v := t.RawGetString(name)
		if v == lua.LNil {
			continue
		}
		i, ok := lua54.ToInteger(v)
		if !ok {
			lualib.ArgError(L, n, "expected "+name+" to be a number, got "+lualib.TypeName(L, v))
		}
		checkArgon2(L, name, i)
		*value = i
	}
	if v := t.RawGetString("variant"); v != lua.LNil {
		c.variant = argon2VariantOf(L, n, v)
	}
	return c
}

// problem is what the reference implementation says of a cost and a salt.
func (c argon2Cost) problem(salt string) string {
	switch {
	case c.length < 4:
		return "Output is too short"
	case len(salt) < 8:
		return "Salt is too short"
	case c.memory < 8, c.memory < 8*c.lanes:
		return "Memory cost is too small"
	case c.passes < 1:
		return "Time cost is too small"
	case c.lanes < 1:
		return "Too few lanes"
	}
	return ""
}

// hashEncoded is hash_encoded(text, salt[, options]): the hash with all that it
// takes to check it, or nil and what is wrong.
func (m *argon2Module) hashEncoded(L *lua.LState) int {
	text, salt := lualib.CheckString(L, 1), lualib.CheckString(L, 2)
	c := m.options(L, 3)
	if p := c.problem(salt); p != "" {
		L.Push(lua.LNil)
		L.Push(lua.LString(p))
		return 2
	}
	encoded := argon2Hash{c, []byte(salt), m.sum(L, text, salt, c)}
	L.Push(lua.LString(encoded.String()))
	return 1
}

// sum makes a hash. What messages ask for is made beside them, by as many at a
// time as there are processors.
func (m *argon2Module) sum(L *lua.LState, text, salt string, c argon2Cost) (sum []byte) {
	if work := c.passes * c.memory; work > maxArgon2Work {
		lualib.Raise(L, "argon2: m_cost times t_cost is %d, the limit is %d", work, maxArgon2Work)
	}
	checkAlive(L)
	key := argon2.Key
	if c.variant == argon2id {
		key = argon2.IDKey
	}
	hash := func() {
		sum = key([]byte(text), []byte(salt), uint32(c.passes), uint32(c.memory), uint8(c.lanes), uint32(c.length))
	}
	if _, ok := m.host.TimeLeft(); !ok {
		hash()
		return sum
	}
	err := m.host.Wait(L, func(ctx context.Context) error { return m.shared.hashing.run(ctx, hash) })
	if err != nil {
		lualib.Raise(L, "argon2: %s", err)
	}
	return sum
}

// turns lets as many work at a time as there are processors. The zero value is
// ready.
type turns struct {
	once sync.Once
	free chan struct{}
}

// run runs fn when it is its turn, or returns why not.
func (t *turns) run(ctx context.Context, fn func()) error {
	t.once.Do(func() { t.free = make(chan struct{}, runtime.GOMAXPROCS(0)) })
	select {
	case t.free <- struct{}{}:
	case <-ctx.Done():
		return fmt.Errorf("no processor was free in time: %w", context.Cause(ctx))
	}
	defer func() { <-t.free }()
	fn()
	return nil
}
