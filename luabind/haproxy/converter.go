package haproxy

import (
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
	"github.com/spoa-lua/spoa-lua/luabind/lualib"
	"github.com/spoa-lua/spoa-lua/luabind/xxhash"
	"github.com/spoa-lua/spoa-lua/spop"
)

// converter is one of HAProxy's converters that needs nothing of HAProxy. The
// null value says that it failed; a parameter that it cannot take is an error.
type converter struct {
	min, max int // how many parameters it takes
	convert  func(in spop.Value, p params) (spop.Value, error)
	withVars func(vars variables, in spop.Value, p params) (spop.Value, error) // instead of convert
	check    func(p params) error                                              // nil for none
}

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

// unreachable are the converters that look into HAProxy's own tables.
var unreachable = []string{"table_", "in_table", "srv_is_up", "srv_queue", "nbsrv", "fe_exists", "map"}

// converterFunction is txn.c:NAME(in, ...), and txn.sc:NAME(in, ...) when
// asText is set. It is nil for names that no converter has.
func (api *API) converterFunction(name string, asText bool) lua.LGFunction {
	c, ok := converters[name]
	if !ok {
		for _, prefix := range unreachable {
			if strings.HasPrefix(name, prefix) {
				return raises("converter " + name + ": it needs HAProxy's own tables, which SPOE does not carry")
			}
		}
		return nil
	}
	return func(L *lua.LState) int {
		if L.GetTop() < 2 {
			lualib.Raise(L, "'%s' needs at least 2 arguments", name)
		}
		n := L.GetTop() - 2
		if n < c.min || n > c.max {
			lualib.Raise(L, "converter '%s': %d arguments given, from %d to %d are allowed", name, n, c.min, c.max)
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

// converterArg is a parameter: a string or a number.
func converterArg(L *lua.LState, n int) spop.Value {
	switch v := L.Get(n).(type) {
	case lua.LString, lua.LNumber, lua54.Int:
		return sample(v)
	}
	lualib.TypeError(L, n, "string or number")
	return spop.Value{}
}

// converters are those that exist, by their name in Lua.
var converters = map[string]converter{
	"lower":  onText(0, 0, func(s string, _ params) (spop.Value, error) { return spop.String(lower(s)), nil }),
	"upper":  onText(0, 0, func(s string, _ params) (spop.Value, error) { return spop.String(upper(s)), nil }),
	"length": onText(0, 0, func(s string, _ params) (spop.Value, error) { return spop.Int64(int64(len(s))), nil }),
	"field":  onText(2, 3, fieldOf),
	"word":   onText(2, 3, wordOf),
	"bytes":  onText(1, 2, bytesOf),
	"ltrim": onText(1, 1, func(s string, p params) (spop.Value, error) {
		return spop.String(strings.TrimLeft(s, p.text(0, ""))), nil
	}),
	"rtrim": onText(1, 1, func(s string, p params) (spop.Value, error) {
		return spop.String(strings.TrimRight(s, p.text(0, ""))), nil
	}),

	"base64":  onText(0, 0, base64Encode),
	"b64dec":  onText(0, 0, base64Decode),
	"ub64enc": onText(0, 0, base64URLEncode),
	"ub64dec": onText(0, 0, base64URLDecode),
	"hex":     onText(0, 0, hexEncode),
	"hex2i":   onText(0, 0, hexInteger),
	"url_dec": kinds("i", onText(0, 1, urlDecode)),
	"url_enc": onText(1, 1, urlEncode),

	"be2dec": chunked(maxChunk, bigEndian),
	"le2dec": chunked(maxChunk, littleEndian),
	"be2hex": chunked(0, hexDigits),
	"base2":  onText(0, 0, toBits),
	"htonl":  {convert: networkOrder},

	"crc32":  hash32(crc32Of),
	"crc32c": hash32(crc32cOf),
	"sha1":   onText(0, 0, func(s string, _ params) (spop.Value, error) { return digestOf(s, "sha1") }),
	"sha2":   onText(0, 1, sha2Of),
	"digest": onText(1, 1, func(s string, p params) (spop.Value, error) { return digestOf(s, p.text(0, "")) }),
	"hmac":   onVariables("ss", 2, 2, hmacOf),

	"neg":  onInteger(func(a int64) int64 { return -a }),
	"cpl":  onInteger(func(a int64) int64 { return ^a }),
	"bool": onTruth(func(a int64) bool { return a != 0 }),
	"not":  onTruth(func(a int64) bool { return a == 0 }),
	"odd":  onTruth(func(a int64) bool { return a&1 == 1 }),
	"even": onTruth(func(a int64) bool { return a&1 == 0 }),

	"djb2": shiftHash(5381, func(h, c uint32) uint32 { return h<<5 + h + c }),
	"sdbm": shiftHash(0, func(h, c uint32) uint32 { return c + h<<6 + h<<16 - h }),

	"ipmask":    onText(1, 2, ipMask),
	"http_date": {min: 0, max: 1, convert: httpDate},

	"wt6":   hash32(wt6),
	"xxh32": seeded(xxh32),
	"xxh64": seeded(xxhash.Sum64),
	"xxh3":  seeded(xxhash.Sum3),

	"cut_crlf":   onText(0, 0, cutLineEnd),
	"host_only":  onText(0, 0, hostOnly),
	"port_only":  onText(0, 0, portOnly),
	"param":      kinds("ss", onText(1, 2, parameterOf)),
	"language":   kinds("ss", onText(1, 2, languageOf)),
	"regsub":     kinds("sss", onText(2, 3, substitute)),
	"json":       kinds("s", onText(1, 1, jsonEscape)),
	"json_query": kinds("ss", onText(1, 2, jsonQuery)),
	"utime":      timeAs(time.UTC, time.Second),
	"ltime":      timeAs(time.Local, time.Second),
	"ms_utime":   timeAs(time.UTC, time.Millisecond),
	"ms_ltime":   timeAs(time.Local, time.Millisecond),
	"us_utime":   timeAs(time.UTC, time.Microsecond),
	"us_ltime":   timeAs(time.Local, time.Microsecond),

	"rfc7239_is_valid": onText(0, 0, forwardedIsValid),
	"rfc7239_field":    kinds("s", onText(1, 1, forwardedField)),
	"rfc7239_n2nn":     onText(0, 0, forwardedName),
	"rfc7239_n2np":     onText(0, 0, forwardedPort),

	"add": arithmetic(addInteger),
	"sub": arithmetic(subInteger),
	"mul": arithmetic(mulInteger),
	"div": arithmetic(divInteger),
	"mod": arithmetic(modInteger),
	"and": arithmetic(func(a, b int64) int64 { return a & b }),
	"or":  arithmetic(func(a, b int64) int64 { return a | b }),
	"xor": arithmetic(func(a, b int64) int64 { return a ^ b }),
	"iif": kinds("ss", converter{min: 2, max: 2, convert: ifElse}),

	"concat":        onVariables("sss", 1, 3, concatenated),
	"add_item":      onVariables("sss", 2, 3, withItem),
	"strcmp":        onVariables("s", 1, 1, compared),
	"secure_memcmp": onVariables("s", 1, 1, same),
	"set_var":       onVariables("s", 1, 1, setVariable),
	"unset_var":     onVariables("s", 1, 1, unsetVariable),

	"aes_gcm_dec":       onVariables("isss", 4, 4, aesDecrypt),
	"aes_gcm_enc":       onVariables("isss", 4, 4, aesEncrypt),
	"jwt_header_query":  tokenPart(0),
	"jwt_payload_query": tokenPart(1),
	"jwt_verify":        onVariables("ss", 2, 2, tokenVerified),
}

func truth(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// onText is a converter of strings; all else is converted to one.
func onText(low, high int, f func(s string, p params) (spop.Value, error)) converter {
	return converter{min: low, max: high, convert: func(in spop.Value, p params) (spop.Value, error) { return f(text(in), p) }}
}

// onVariables is a converter that reads or writes variables.
func onVariables(letters string, low, high int, f func(vars variables, in spop.Value, p params) (spop.Value, error)) converter {
	return kinds(letters, converter{min: low, max: high, withVars: f})
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
