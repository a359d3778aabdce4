package haproxy

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"math"
	"math/rand/v2"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/spoa-lua/spoa-lua/spop"
)

// headerNames is req_hdr_names([separator]), in the order of the message.
func headerNames(v spop.Value, args []string) spop.Value {
	separator := arg(args, 0)
	if separator == "" {
		separator = ","
	}
	var names []string
	for name := range headers(v.Bytes()) {
		names = append(names, name)
	}
	return spop.String(strings.Join(names, separator))
}

// headerValue is req_hdr_val(name[, occurrence]): the digits in front.
func headerValue(v spop.Value, args []string) spop.Value {
	return leadingInteger(headerElement(v, args))
}

// headerAddr is req_hdr_ip(name[, occurrence]). An IPv4 address may have a port,
// one of IPv6 brackets, as from 3.0 on.
func headerAddr(v spop.Value, args []string) spop.Value {
	value := text(headerElement(v, args))
	if host, _, ok := strings.Cut(value, ":"); ok && strings.Count(value, ":") == 1 {
		value = host
	}
	if strings.HasPrefix(value, "[") && strings.HasSuffix(value, "]") {
		value = value[1 : len(value)-1]
	}
	a, err := netip.ParseAddr(value)
	if err != nil || a.Zone() != "" {
		return spop.Null()
	}
	return spop.IP(a)
}

// cookieCount is req_cook_cnt(name).
func cookieCount(v spop.Value, args []string) spop.Value {
	n := int64(0)
	want := arg(args, 0)
	for name := range cookies(v.Bytes(), len(want)) {
		if want == "" || name == want {
			n++
		}
	}
	return spop.Int64(n)
}

// queryInteger is urlp_val(name).
func queryInteger(v spop.Value, args []string) spop.Value {
	return leadingInteger(queryParameter(v, args))
}

// leadingInteger is the number that a text begins with, 0 when there is none.
func leadingInteger(v spop.Value) spop.Value {
	if v.Kind() == spop.KindNull {
		return v
	}
	s := text(v)
	end := 0
	for end < len(s) && s[end] >= '0' && s[end] <= '9' {
		end++
	}
	n, _ := strconv.ParseInt(s[:end], 10, 64)
	return spop.Int64(n)
}

// authorization cuts the Authorization field into its scheme and the rest.
func authorization(v spop.Value, name string) (scheme, rest string, ok bool) {
	if name == "" {
		name = "authorization"
	}
	list := lines(v.Bytes(), name)
	if len(list) == 0 {
		return "", "", false
	}
	scheme, rest, ok = strings.Cut(list[0], " ")
	return scheme, strings.TrimLeft(rest, " "), ok
}

func authType(v spop.Value, _ []string) spop.Value {
	scheme, _, ok := authorization(v, "")
	return optional(scheme, ok)
}

func authUser(v spop.Value, _ []string) spop.Value {
	user, _, ok := credentials(v)
	return optional(user, ok)
}

func authPassword(v spop.Value, _ []string) spop.Value {
	_, password, ok := credentials(v)
	return optional(password, ok)
}

func credentials(v spop.Value) (user, password string, ok bool) {
	scheme, rest, ok := authorization(v, "")
	if !ok || !strings.EqualFold(scheme, "basic") {
		return "", "", false
	}
	b, err := base64.StdEncoding.DecodeString(rest)
	if err != nil {
		return "", "", false
	}
	return strings.Cut(string(b), ":")
}

// authBearer is http_auth_bearer([header]).
func authBearer(v spop.Value, args []string) spop.Value {
	scheme, rest, ok := authorization(v, arg(args, 0))
	return optional(rest, ok && strings.EqualFold(scheme, "bearer"))
}

// own are the fetches that need nothing of a message.
var own = map[string]func(args []string) (spop.Value, error){
	"date":         dateOf,
	"rand":         randomOf,
	"str":          func(args []string) (spop.Value, error) { return spop.String(arg(args, 0)), need(args) },
	"int":          integerConstant,
	"uuid":         uuidOf,
	"hostname":     hostnameOf,
	"bool":         booleanConstant,
	"bin":          bytesConstant,
	"meth":         func(args []string) (spop.Value, error) { return spop.String(arg(args, 0)), need(args) },
	"always_true":  func([]string) (spop.Value, error) { return spop.Bool(true), nil },
	"always_false": func([]string) (spop.Value, error) { return spop.Bool(false), nil },
}

// ownFetch is one of own, or env, which reads what --var has set.
func (api *API) ownFetch(name string) func(args []string) (spop.Value, error) {
	if name != "env" {
		return own[name]
	}
	return func(args []string) (spop.Value, error) { return optional(api.host.Getenv(arg(args, 0))), need(args) }
}

func need(args []string) error {
	if len(args) == 0 {
		return errors.New("an argument is missing")
	}
	return nil
}

func integerConstant(args []string) (spop.Value, error) {
	n, err := strconv.ParseInt(arg(args, 0), 10, 64)
	if err != nil {
		return spop.Null(), errors.New("the argument must be an integer")
	}
	return spop.Int64(n), nil
}

// bytesConstant is bin(digits).
func bytesConstant(args []string) (spop.Value, error) {
	b, err := hex.DecodeString(arg(args, 0))
	if err != nil || len(args) == 0 {
		return spop.Null(), errors.New("the argument must be pairs of hexadecimal digits")
	}
	return spop.Binary(b), nil
}

// dateOf is date([offset[, unit]]).
func dateOf(args []string) (spop.Value, error) {
	offset := int64(0)
	if len(args) > 0 {
		var err error
		if offset, err = strconv.ParseInt(args[0], 10, 64); err != nil {
			return spop.Null(), errors.New("the offset must be an integer")
		}
	}
	now := time.Now()
	switch arg(args, 1) {
	case "", "s":
		return spop.Int64(now.Unix() + offset), nil
	case "ms":
		return spop.Int64(now.UnixMilli() + offset), nil
	case "us":
		return spop.Int64(now.UnixMicro() + offset), nil
	}
	return spop.Null(), errors.New("the unit must be s, ms or us")
}

// randomOf is rand([range]): below the range, or 32 bits.
func randomOf(args []string) (spop.Value, error) {
	n := int64(1) << 32
	if len(args) > 0 {
		var err error
		if n, err = strconv.ParseInt(args[0], 10, 64); err != nil || n < 0 || n > math.MaxUint32 {
			return spop.Null(), errors.New("the range must be a number of 32 bits")
		}
	}
	return spop.Int64(rand.Int64N(max(n, 1))), nil
}
