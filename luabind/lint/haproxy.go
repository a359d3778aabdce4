package lint

import (
	"strings"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
)

// checkHAProxy warns about what only HAProxy itself can do: an error when the
// script comes there.
func (l *linter) checkHAProxy(e lua54.Expr) {
	switch e := e.(type) {
	case *lua54.Call:
		of, ok := e.Func.(*lua54.Index)
		if e.Method == "" || !ok {
			return
		}
		switch field := keyOf(of); {
		case (field == "req" || field == "res") && isChannelWrite(e.Method):
			l.warn(e.Place(), "'%s:%s' fails here: the agent cannot touch HAProxy's buffers; answer by txn:done(txn:reply{...}), or keep this script in HAProxy (lua-load)", field, e.Method)
		case (field == "f" || field == "sf") && (strings.Contains(e.Method, "_inc_gpc") || strings.Contains(e.Method, "_clr_gpc")):
			l.warn(e.Place(), "'%s' fails here: set a variable and use http-request sc-inc-gpc", e.Method)
		}
	case *lua54.Index:
		if keyOf(e) == "stktable" {
			l.warn(e.Place(), "'stktable' fails here where there is one: stick tables live in HAProxy; pass sc_*/table_* fetches as arguments")
		}
	}
}

// keyOf is the name of the field of an index, or "".
func keyOf(i *lua54.Index) string {
	if key, ok := i.Key.(*lua54.String); ok {
		return key.Value
	}
	return ""
}

func isChannelWrite(method string) bool {
	switch method {
	case "append", "prepend", "insert", "set", "remove", "send", "forward":
		return true
	}
	return false
}
