package haproxy

import (
	"context"
	"errors"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
	"github.com/spoa-lua/spoa-lua/luabind/lualib"
	"github.com/spoa-lua/spoa-lua/luabind/remote"
)

// fetchTimeout is how long a request may take that names no time.
const fetchTimeout = 10 * time.Second

func (api *API) httpClientClass(L *lua.LState) *lua.LTable {
	if api.httpclient != nil {
		return api.httpclient
	}
	methods := make(map[string]lua.LGFunction)
	for _, name := range []string{"get", "head", "put", "post", "delete"} {
		methods[name] = func(L *lua.LState) int { return api.httpRequest(L, name) }
	}
	api.httpclient = api.class(L, "HTTPClient", methods)
	return api.httpclient
}

// coreHTTPClient is core.httpclient().
func (api *API) coreHTTPClient(L *lua.LState) int {
	L.Push(&lua.LUserData{Value: "httpclient", Metatable: api.httpClientClass(L)})
	return 1
}

// httpRequest is httpclient:get{url=, headers=, body=, dst=, timeout=} and the
// like.
func (api *API) httpRequest(L *lua.LState, method string) int {
	t, ok := L.Get(2).(*lua.LTable)
	if !ok || L.GetTop() != 2 {
		lualib.Raise(L, "'%s' needs a table as argument", method)
	}
	r, timeout := requestOf(L, method, t)
	n := api.remote(L, method)
	var resp *remote.Response
	err := api.host.Wait(L, func(ctx context.Context) (err error) {
		ctx, cancel := context.WithTimeout(ctx, timeout)
		defer cancel()
		resp, err = n.Fetch(ctx, r)
		return err
	})
	if err != nil {
		api.warnRefused(L, err)
		resp = &remote.Response{Status: failedStatus(err), Reason: err.Error()} // as in HAProxy no error
	}
	L.Push(responseTable(L, resp))
	return 1
}

// failedStatus is the status of a request that got no answer.
func failedStatus(err error) int {
	if errors.Is(err, context.DeadlineExceeded) {
		return 504
	}
	return 503
}

// requestOf reads the table of a request.
func requestOf(L *lua.LState, method string, t *lua.LTable) (*remote.Request, time.Duration) {
	r := &remote.Request{Method: strings.ToUpper(method), Header: make(map[string][]string), MaxBody: lua54.DefaultMaxString}
	timeout := fetchTimeout
	t.ForEach(func(key, v lua.LValue) {
		switch key.String() {
		case "url":
			r.URL = stringField(L, method, "url", v)
		case "body":
			r.Body = stringField(L, method, "body", v)
		case "dst":
			r.Via = destinationOf(L, method, stringField(L, method, "dst", v))
		case "timeout":
			ms, ok := lua54.ToInteger(v)
			if !ok {
				lualib.Raise(L, "%s: timeout must be a whole number of milliseconds", method)
			}
			timeout = max(duration(ms, time.Millisecond), minTimeout)
		case "headers":
			headers, ok := v.(*lua.LTable)
			if !ok {
				lualib.Raise(L, "%s: headers must be a table of lists", method)
			}
			addHeaders(L, method, r.Header, headers)
		default:
			lualib.Raise(L, "%s: there is no option '%s': url, headers, body, dst and timeout are", method, key.String())
		}
	})
	if r.URL == "" {
		lualib.Raise(L, "%s: the url is missing", method)
	}
	return r, timeout
}

func stringField(L *lua.LState, method, name string, v lua.LValue) string {
	s, ok := v.(lua.LString)
	if !ok {
		lualib.Raise(L, "%s: %s must be a string", method, name)
	}
	return string(s)
}

func destinationOf(L *lua.LState, method, address string) *remote.Destination {
	d, err := remote.ParseDestination(address, 0)
	if err != nil {
		lualib.Raise(L, "%s: cannot parse dst '%s': %s", method, address, err.Error())
	}
	return &d
}

// addHeaders reads lists of values by names. As in HAProxy a plain string is
// passed over.
func addHeaders(L *lua.LState, method string, header map[string][]string, t *lua.LTable) {
	t.ForEach(func(name, v lua.LValue) {
		list, ok := v.(*lua.LTable)
		if !ok {
			return
		}
		list.ForEach(func(_, value lua.LValue) {
			switch value.Type() {
			case lua.LTString, lua.LTNumber:
				header[name.String()] = append(header[name.String()], value.String())
			default:
				lualib.Raise(L, "%s: the values of header '%s' must be strings", method, name.String())
			}
		})
	})
}

// responseTable is the answer as scripts see it; lists of headers begin at 0.
func responseTable(L *lua.LState, r *remote.Response) *lua.LTable {
	t := L.CreateTable(0, 4)
	t.RawSetString("status", lua.LNumber(r.Status))
	t.RawSetString("reason", lua.LString(r.Reason))
	t.RawSetString("body", lua.LString(r.Body))
	headers := L.CreateTable(0, len(r.Header))
	for name, values := range r.Header {
		list := L.CreateTable(len(values), 1)
		for i, v := range values {
			list.RawSetInt(i, lua.LString(v))
		}
		headers.RawSetString(lower(name), list)
	}
	t.RawSetString("headers", headers)
	return t
}
