package haproxy

import (
	"errors"
	"os"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"github.com/spoa-lua/spoa-lua/spop"
)

const resHdrsBin = "res.hdrs_bin"

func cookieValue(v spop.Value, args []string) spop.Value { return leadingInteger(cookieOf(v, args)) }

// setCookie is res_cook(name): the value in the first Set-Cookie of that name,
// which a comma ends, too.
func setCookie(v spop.Value, args []string) spop.Value {
	for _, line := range lines(v.Bytes(), "set-cookie") {
		name, value, ok := strings.Cut(strings.Trim(line, " \t"), "=")
		if ok && name == arg(args, 0) {
			if i := strings.IndexAny(value, ";,"); i >= 0 {
				value = value[:i]
			}
			value = strings.TrimRight(value, " \t")
			return optional(value, value != "")
		}
	}
	return spop.Null()
}

func setCookieValue(v spop.Value, args []string) spop.Value {
	return leadingInteger(setCookie(v, args))
}

// uuidOf is uuid([version]): 4, or 7 as from 3.0 on.
func uuidOf(args []string) (spop.Value, error) {
	version := "4"
	if len(args) > 0 {
		version = args[0]
	}
	var id uuid.UUID
	var err error
	switch version {
	case "4":
		id, err = uuid.NewRandom()
	case "7":
		id, err = uuid.NewV7()
	default:
		return spop.Null(), errors.New("the version must be 4 or 7")
	}
	return spop.String(id.String()), err
}

// hostnameOf is hostname: that of the agent's machine.
func hostnameOf([]string) (spop.Value, error) {
	name, err := os.Hostname()
	return spop.String(name), err
}

// booleanConstant is bool(text).
func booleanConstant(args []string) (spop.Value, error) {
	switch text := arg(args, 0); text {
	case "true", "false", "0", "1":
		b, err := strconv.ParseBool(text)
		return spop.Bool(b), err
	}
	return spop.Null(), errors.New("the argument must be 'true', 'false', '0' or '1'")
}
