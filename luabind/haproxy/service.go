package haproxy

import (
	"context"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lualib"
)

// Field is one line of the head of an HTTP message.
type Field struct{ Name, Value string }

// Request is the head of what a service answers.
type Request struct {
	Method, Version string
	// Path has no query, Query no "?".
	Path, Query string
	// Length is that of the body, -1 when nobody knows it yet.
	Length int64
	// Headers have names in lower case.
	Headers []Field
}

// HTTP is a request that a service answers. It is used by the goroutine of the
// VM. All but Request may take their time, and end with that of the request.
type HTTP interface {
	Request() *Request
	// Read reads the body.
	Read(b []byte) (int, error)
	// Start sends the head of the answer, once.
	Start(ctx context.Context, status int, headers []Field) error
	// Send sends a part of its body.
	Send(ctx context.Context, text string) error
}

// registerService is core.register_service(name, "http", fn). A service of TCP is
// warned of: the rest of the script works.
func (api *API) registerService(L *lua.LState) int {
	if L.GetTop() != 3 {
		lualib.Raise(L, "'register_service' needs 3 arguments")
	}
	name, kind := lualib.CheckString(L, 1), lualib.CheckString(L, 2)
	switch kind {
	case "http":
	case "tcp":
		return api.elsewhere(errTCP)(L)
	default:
		lualib.Raise(L, "Lua service environment '%s' is unknown. 'tcp' or 'http' are expected.", kind)
	}
	fn := lualib.CheckFunction(L, 3)
	api.mustLoad(L, "register_service")
	api.host.Service(L, Registration{API: "service", Name: name, Function: fn}, func(L *lua.LState) int {
		api.begin("")
		L.Push(fn)
		L.Push(api.newApplet(L))
		api.call(L, 1)
		if !api.applet.started {
			lualib.Raise(L, "service '%s': there is no answer without start_response()", name)
		}
		return 0
	})
	return 0
}
