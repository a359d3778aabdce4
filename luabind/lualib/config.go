package lualib

import (
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
)

// Limits bounds what one VM may ask of the library. The zero value of each
// field means its default.
type Limits struct {
	// MaxString is the largest string, in bytes, that a function makes, and
	// the largest chunk that load accepts. The default is 16 MiB.
	MaxString int
	// MaxUnpack is the largest number of values that a call returns at once.
	// The default is 65536; the VM's registry must have room for them.
	MaxUnpack int
	// MaxDepth is how deep calls may nest that go from Lua through Go to Lua
	// again: pcall, gsub with a function, sort, metamethods called by the
	// library, coroutines resuming coroutines. The default is 190, about what
	// PUC Lua has.
	MaxDepth int
	// MaxCoroutines is the number of coroutines that may be suspended at the
	// same time. The default is 1000. See [EndCoroutines].
	MaxCoroutines int
}

// Config says how Open fills a VM. The zero value is a closed sandbox that
// prints nowhere.
type Config struct {
	Limits Limits
	// Print receives each line of print and warn, without the newline. Nil
	// discards them.
	Print func(line string)
	// Getenv answers os.getenv. Nil means that no variable is set.
	Getenv func(name string) (string, bool)
	// Debug adds the table debug with traceback and getinfo, both read-only.
	Debug bool
	// Now is the clock of os.time and os.date; nil means time.Now.
	Now func() time.Time
	// Location is the local time zone of os.date and os.time; nil means
	// time.Local.
	Location *time.Location
	// Compile turns source text into a prototype, for load; the name is as
	// messages show it. Nil means that of package lua54.
	Compile func(name string, src []byte) (*lua.FunctionProto, error)
}

func (c Config) withDefaults() Config {
	set := func(field *int, value int) {
		if *field <= 0 {
			*field = value
		}
	}
	set(&c.Limits.MaxString, lua54.DefaultMaxString)
	set(&c.Limits.MaxUnpack, 65536)
	set(&c.Limits.MaxDepth, 190)
	set(&c.Limits.MaxCoroutines, 1000)
	if c.Print == nil {
		c.Print = func(string) {}
	}
	if c.Getenv == nil {
		c.Getenv = func(string) (string, bool) { return "", false }
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Location == nil {
		c.Location = time.Local
	}
	if c.Compile == nil {
		c.Compile = compile
	}
	return c
}
