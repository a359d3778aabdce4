package modules

import (
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"
	"golang.org/x/crypto/argon2"

	"github.com/spoa-lua/spoa-lua/luabind/lualib"
)

// argon2Hash is a hash and how it was made, which is written as
//
//	$argon2id$v=19$m=4096,t=3,p=1$SALT$HASH
type argon2Hash struct {
	argon2Cost
	salt, sum []byte
}

func (h argon2Hash) String() string {
	return fmt.Sprintf("$%s$v=%d$m=%d,t=%d,p=%d$%s$%s", h.variant, argon2.Version, h.memory, h.passes, h.lanes,
		base64.RawStdEncoding.EncodeToString(h.salt), base64.RawStdEncoding.EncodeToString(h.sum))
}

// parseArgon2 reads what String writes, and says what is wrong in the words of the
// reference implementation.
func parseArgon2(text string) (argon2Hash, string) {
	var h argon2Hash
	parts := strings.Split(text, "$")
	if len(parts) == 5 {
		return h, "the hash has no version: hashes of version 19 are checked"
	}
	if len(parts) != 6 || parts[0] != "" {
		return h, "Decoding failed"
	}
	h.variant = argon2Variant(parts[1])
	switch h.variant {
	case argon2i, argon2id:
	case argon2d:
		return h, "hashes of argon2i and argon2id are checked, none of argon2d"
	default:
		return h, "Decoding failed"
	}
	if parts[2] != "v="+strconv.Itoa(argon2.Version) {
		return h, "hashes of version 19 are checked, none of " + clip(parts[2])
	}
	cost := strings.Split(parts[3], ",")
	fields := []struct {
		prefix string
		value  *int64
	}{{"m=", &h.memory}, {"t=", &h.passes}, {"p=", &h.lanes}}
	if len(cost) != len(fields) {
		return h, "Decoding failed"
	}
	for i, f := range fields {
		digits, ok := strings.CutPrefix(cost[i], f.prefix)
		n, err := strconv.ParseUint(digits, 10, 32)
		if !ok || err != nil {
			return h, "Decoding failed"
		}
		*f.value = int64(n)
	}
	var err, err2 error
	h.salt, err = base64.RawStdEncoding.DecodeString(parts[4])
	h.sum, err2 = base64.RawStdEncoding.DecodeString(parts[5])
	h.length = int64(len(h.sum))
	if err != nil || err2 != nil {
		return h, "Decoding failed"
	}
	return h, h.problem(string(h.salt))
}

// verify is verify(encoded, text): whether the hash is that of the text, or nil and
// what is wrong.
func (m *argon2Module) verify(L *lua.LState) int {
	encoded, text := lualib.CheckString(L, 1), lualib.CheckString(L, 2)
	encoded, _, _ = strings.Cut(encoded, "\x00") // lua-argon2 ends its hashes with one
	h, problem := parseArgon2(encoded)
	if problem == "" {
		problem = h.above()
	}
	if problem != "" {
		L.Push(lua.LNil)
		L.Push(lua.LString(problem))
		return 2
	}
	sum := m.sum(L, text, string(h.salt), h.argon2Cost)
	L.Push(lua.LBool(subtle.ConstantTimeCompare(sum, h.sum) == 1))
	return 1
}

// above says which cost of a hash that somebody has made is above the limits.
func (h argon2Hash) above() string {
	for _, f := range []struct {
		name  string
		n     int64
		limit int64
	}{
		{"m_cost", h.memory, maxArgon2Memory}, {"parallelism", h.lanes, maxArgon2Lanes}, {"hash_len", h.length, maxArgon2Length},
		{"m_cost times t_cost", h.memory * h.passes, maxArgon2Work},
	} {
		if f.n > f.limit {
			return fmt.Sprintf("%s of the hash is %d, the limit is %d", f.name, f.n, f.limit)
		}
	}
	return ""
}
