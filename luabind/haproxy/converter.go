package haproxy

import (
	"encoding/binary"
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lualib"
	"github.com/spoa-lua/spoa-lua/spop"
)

// converter is one of HAProxy's converters that needs nothing of HAProxy. The
// null value says that it failed; a parameter that it cannot take is an error.
type converter struct {
	letters  string // the kinds of its parameters, see kinds
	min      int    // how many of them it needs
	convert  func(in spop.Value, p params) (spop.Value, error)
	withVars func(vars variables, in spop.Value, p params) (spop.Value, error) // instead of convert
	check    func(p params) error                                              // nil for none
}

// kinds are the letters of parameters, which HAProxy does not convert: a string, an
// integer, and either of them.
const (
	kindString  = 's'
	kindInteger = 'i'
	kindEither  = 'e'
)

// params are a converter's parameters.
type params []spop.Value

func (p params) text(i int, otherwise string) string {
	if i >= len(p) {
		return otherwise
	}
	return text(p[i])
}

func (p params) integer(i int, otherwise int64) int64 {
	if i >= len(p) {
		return otherwise
	}
	return toInteger(lua.LString(text(p[i])))
}

// What is to be done about converters that are not there.
const (
	errOfHAProxy = "it needs what only HAProxy knows: args txn.x=SAMPLE,%s(...) and txn:get_var(\"txn.x\")"
	errCapture   = "side effect in HAProxy; set a var and use http-request capture or http-response capture"
	errProtobuf  = "HAProxy does not take a field's number from Lua: args txn.x=req.body,%s(...) and txn:get_var(\"txn.x\")"
	errMapFile   = "HAProxy does not load a map from Lua: use Map.new, or args txn.x=SAMPLE,%s(...) and txn:get_var(\"txn.x\")"
)

// unreachable are the converters, by what their names begin with, that are not there.
var unreachable = []struct{ prefix, reason string }{
	{"table_", errOfHAProxy},
	{"in_table", errOfHAProxy},
	{"srv_", errOfHAProxy},
	{"nbsrv", errOfHAProxy},
	{"when", errOfHAProxy},
	{"capture_", errCapture},
	{"protobuf", errProtobuf},
	{"ungrpc", errProtobuf},
	{"map", errMapFile},
}

// whyUnreachable returns why there is no converter of that name, "" when HAProxy has
// none either.
func whyUnreachable(name string) string {
	for _, u := range unreachable {
		if strings.HasPrefix(name, u.prefix) {
			return strings.ReplaceAll(u.reason, "%s", name)
		}
	}
	return ""
}

// converterFunction is txn.c:NAME(in, ...), and txn.sc:NAME(in, ...) when
// asText is set. It is nil for names that no converter has.
func (api *API) converterFunction(name string, asText bool) lua.LGFunction {
	c, ok := converters[name]
	if !ok {
		if reason := whyUnreachable(name); reason != "" {
			return raises("converter " + name + ": " + reason)
		}
		return nil
	}
	return func(L *lua.LState) int {
		if L.GetTop() < 2 {
			lualib.Raise(L, "'%s' needs at least 2 arguments", name)
		}
		n := L.GetTop() - 2
		if n < c.min || n > len(c.letters) {
			lualib.Raise(L, "converter '%s': %d arguments given, from %d to %d are allowed", name, n, c.min, len(c.letters))
		}
		var p params
		for i := 3; i <= L.GetTop(); i++ {
			p = append(p, converterArg(L, i))
		}
		v, err := c.run(variables{api, L}, sample(L.Get(2)), p)
		if err != nil {
			lualib.Raise(L, "converter '%s': %s", name, err)
		}
		L.Push(api.give(v, asText))
		return 1
	}
}

func (c *converter) run(vars variables, in spop.Value, p params) (spop.Value, error) {
	if err := checkKinds(c.letters, p); err != nil {
		return spop.Null(), err
	}
	if c.check != nil {
		if err := c.check(p); err != nil {
			return spop.Null(), err
		}
	}
	if c.withVars != nil {
		return c.withVars(vars, in, p)
	}
	return c.convert(in, p)
}

// converterArg is a parameter. What is neither a string nor a whole number is 0, as
// HAProxy has it.
func converterArg(L *lua.LState, n int) spop.Value {
	if s, ok := L.Get(n).(lua.LString); ok {
		return spop.String(string(s))
	}
	return spop.Int64(toInteger(L.Get(n)))
}

// checkKinds holds parameters to their letters.
func checkKinds(letters string, p params) error {
	for i := range p {
		switch isText := p[i].Kind() == spop.KindString; {
		case letters[i] == kindString && !isText:
			return fmt.Errorf("parameter %d must be a string", i+1)
		case letters[i] == kindInteger && isText:
			return fmt.Errorf("parameter %d must be an integer", i+1)
		}
	}
	return nil
}

func truth(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// onText is a converter of strings; all else is converted to one.
func onText(letters string, low int, f func(s string, p params) (spop.Value, error)) converter {
	return converter{letters: letters, min: low, convert: func(in spop.Value, p params) (spop.Value, error) { return f(text(in), p) }}
}

// onBytes is a converter of bytes: those of a number are eight.
func onBytes(letters string, low int, f func(s string, p params) (spop.Value, error)) converter {
	return converter{letters: letters, min: low, convert: func(in spop.Value, p params) (spop.Value, error) { return f(octets(in), p) }}
}

// octets are the bytes of a value, the most significant one first.
func octets(v spop.Value) string {
	n := v.Int64()
	switch {
	case v.Kind() == spop.KindBool:
		n = truth(v.Bool())
	case !v.IsInt():
		return text(v)
	}
	return string(binary.BigEndian.AppendUint64(nil, uint64(n)))
}

// onVariables is a converter that reads or writes variables.
func onVariables(letters string, low int, f func(vars variables, in spop.Value, p params) (spop.Value, error)) converter {
	return converter{letters: letters, min: low, withVars: f}
}

// onInteger is a converter of integers.
func onInteger(f func(a int64) int64) converter {
	return converter{convert: func(in spop.Value, _ params) (spop.Value, error) {
		a, err := integerOf(in)
		if err != nil {
			return spop.Null(), err
		}
		return spop.Int64(f(a)), nil
	}}
}

// onTruth is a converter of integers to booleans.
func onTruth(f func(a int64) bool) converter {
	return converter{convert: func(in spop.Value, _ params) (spop.Value, error) {
		a, err := integerOf(in)
		if err != nil {
			return spop.Null(), err
		}
		return spop.Bool(f(a)), nil
	}}
}
