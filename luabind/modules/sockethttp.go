package modules

import (
	"context"
	_ "embed" // the text of socket.http
	"fmt"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
	"github.com/spoa-lua/spoa-lua/luabind/lualib"
	"github.com/spoa-lua/spoa-lua/luabind/remote"
)

//go:embed sockethttp.lua
var socketHTTPSource []byte

var socketHTTPText = &source{name: "socket.http.lua", text: socketHTTPSource}

// openSocketHTTP makes LuaSocket's module socket.http, which is LuaSec's ssl.https,
// too: both do HTTP and HTTPS.
func openSocketHTTP(e env) lua.LValue {
	fetch := e.host.NewFunction(e.fetch)
	return e.run(socketHTTPText, fetch, openLTN12(e), openSocketURL(e), openMIME(e), lua.LNumber(lua54.DefaultMaxString))
}

// fetch is fetch(method, url, headers, body, seconds): the status, the headers,
// the line of the status and the body of an answer, or nil and what is wrong.
func (e env) fetch(L *lua.LState) int {
	r := &remote.Request{
		Method: lualib.CheckString(L, 1), URL: lualib.CheckString(L, 2), Header: make(map[string][]string),
		Body: lualib.CheckString(L, 4), MaxBody: lua54.DefaultMaxString,
	}
	lualib.CheckTable(L, 3).ForEach(func(name, value lua.LValue) {
		r.Header[name.String()] = []string{value.String()}
	})
	limit := seconds(L, 5)
	if limit == 0 {
		limit = time.Hour // none: the message's deadline comes first
	}
	network := e.network(L, "request")
	var resp *remote.Response
	err := e.host.Wait(L, func(ctx context.Context) (err error) {
		ctx, cancel := context.WithTimeout(ctx, limit)
		defer cancel()
		resp, err = network.Fetch(ctx, r)
		return err
	})
	if err != nil {
		return fail(L, e.networkError(L, err))
	}
	headers := L.CreateTable(0, len(resp.Header))
	for name, values := range resp.Header {
		headers.RawSetString(strings.ToLower(name), lua.LString(strings.Join(values, ", ")))
	}
	L.Push(lua.LNumber(resp.Status))
	L.Push(headers)
	L.Push(lua.LString(strings.TrimSpace(fmt.Sprintf("HTTP/%s %d %s", resp.Version, resp.Status, resp.Reason))))
	L.Push(lua.LString(resp.Body))
	return 4
}
