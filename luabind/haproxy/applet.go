package haproxy

import (
	"bufio"
	"context"
	"errors"
	"io"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lualib"
	"github.com/spoa-lua/spoa-lua/spop"
)

// applet is the state of one run of a service.
type applet struct {
	body    *bufio.Reader
	status  int
	headers []Field
	started bool
	priv    lua.LValue
}

// newApplet makes the AppletHTTP of one run.
func (api *API) newApplet(L *lua.LState) *lua.LTable {
	x := api.host.HTTP()
	req := x.Request()
	api.applet = applet{body: bufio.NewReader(x), status: 200, priv: lua.LNil}
	t := L.CreateTable(0, 12)
	t.Metatable = api.appletClass(L)
	t.RawSetString("method", lua.LString(req.Method))
	t.RawSetString("version", lua.LString(req.Version))
	t.RawSetString("path", lua.LString(req.Path))
	t.RawSetString("qs", lua.LString(req.Query))
	t.RawSetString("length", lua.LNumber(req.Length))
	t.RawSetString("headers", fieldTable(L, req.Headers))
	txn := api.txn.RawGetString("__index").(*lua.LTable) //nolint:forcetypeassert // openTXN has put it there
	for _, name := range []string{"f", "sf", "c", "sc"} {
		t.RawSetString(name, L.GetField(txn, name))
	}
	return t
}

// fieldTable has a list for each name, which begins at 0 as in HAProxy.
func fieldTable(L *lua.LState, fields []Field) *lua.LTable {
	t := L.CreateTable(0, len(fields))
	count := make(map[string]int, len(fields))
	for _, f := range fields {
		list, ok := t.RawGetString(f.Name).(*lua.LTable)
		if !ok {
			list = L.CreateTable(0, 1)
			t.RawSetString(f.Name, list)
		}
		list.RawSetInt(count[f.Name], lua.LString(f.Value))
		count[f.Name]++
	}
	return t
}

// appletClass is what all AppletHTTPs of the VM share, made for the first of
// them.
func (api *API) appletClass(L *lua.LState) *lua.LTable {
	if api.appletHTTP != nil {
		return api.appletHTTP
	}
	methods := map[string]lua.LGFunction{
		"receive":        api.appletReceive,
		"getline":        api.appletGetline,
		"set_status":     api.appletSetStatus,
		"add_header":     api.appletAddHeader,
		"start_response": api.appletStart,
		"send":           api.appletSend,
		"set_var":        api.appletSetVar,
		"unset_var":      api.appletUnsetVar,
		"get_var":        api.appletGetVar,
		"set_priv":       api.appletSetPriv,
		"get_priv":       api.appletGetPriv,
	}
	isApplet := func(v lua.LValue) bool {
		t, ok := v.(*lua.LTable)
		return ok && t.Metatable == lua.LValue(api.appletHTTP)
	}
	for name, method := range methods {
		methods[name] = onSelf("AppletHTTP", isApplet, method)
	}
	api.appletHTTP = api.class(L, "AppletHTTP", methods)
	return api.appletHTTP
}

// http is the request that is being answered.
func (api *API) http(L *lua.LState) HTTP {
	x := api.host.HTTP()
	if x == nil {
		lualib.Raise(L, "the request is gone: its service has returned")
	}
	return x
}

// appletReceive is applet:receive([n]): n bytes of the body, or all that are
// left. "" stands for its end.
func (api *API) appletReceive(L *lua.LState) int {
	n := lualib.OptInteger(L, 2, -1)
	return api.appletRead(L, func(body *bufio.Reader) (string, error) {
		var b strings.Builder
		var from io.Reader = body
		if n >= 0 {
			from = io.LimitReader(body, n)
		}
		_, err := io.Copy(&b, from)
		return b.String(), err
	})
}

// appletGetline is applet:getline(): a line of the body, with its end.
func (api *API) appletGetline(L *lua.LState) int {
	return api.appletRead(L, func(body *bufio.Reader) (string, error) {
		line, err := body.ReadString('\n')
		if errors.Is(err, io.EOF) {
			err = nil
		}
		return line, err
	})
}

func (api *API) appletRead(L *lua.LState, read func(body *bufio.Reader) (string, error)) int {
	api.http(L)
	text := ""
	err := api.host.Wait(L, func(context.Context) (err error) {
		text, err = read(api.applet.body)
		return err
	})
	if err != nil {
		api.host.Raise(L, err)
	}
	L.Push(lua.LString(text))
	return 1
}

// appletSetStatus is applet:set_status(code[, reason]). The reason does not
// count: HAProxy gets the usual one.
func (api *API) appletSetStatus(L *lua.LState) int {
	if n := L.GetTop(); n != 2 && n != 3 {
		lualib.Raise(L, "'set_status' needs between 2 and 3 arguments")
	}
	status := lualib.CheckInteger(L, 2)
	lualib.OptString(L, 3, "")
	api.notStarted(L, "set_status")
	ok := status >= 100 && status <= 599
	if ok {
		api.applet.status = int(status)
	}
	L.Push(lua.LBool(ok))
	return 1
}

// maxFields is how many headers an answer may have.
const maxFields = 1000

// appletAddHeader is applet:add_header(name, value).
func (api *API) appletAddHeader(L *lua.LState) int {
	needArgs(L, "add_header", 2)
	name, value := lualib.CheckString(L, 2), lualib.CheckString(L, 3)
	checkHeader(L, "add_header", name, value)
	api.notStarted(L, "add_header")
	if len(api.applet.headers) >= maxFields {
		lualib.Raise(L, "add_header: an answer has at most %d headers", maxFields)
	}
	api.applet.headers = append(api.applet.headers, Field{name, value})
	return 0
}

func (api *API) notStarted(L *lua.LState, fn string) {
	api.http(L)
	if api.applet.started {
		lualib.Raise(L, "%s: start_response() has sent the headers", fn)
	}
}

// appletStart is applet:start_response().
func (api *API) appletStart(L *lua.LState) int {
	api.notStarted(L, "start_response")
	a := &api.applet
	if a.status < 200 {
		lualib.Raise(L, "start_response: %d is not the status of an answer", a.status)
	}
	a.started = true
	x := api.host.HTTP()
	if err := api.host.Wait(L, func(ctx context.Context) error { return x.Start(ctx, a.status, a.headers) }); err != nil {
		api.host.Raise(L, err)
	}
	return 0
}

// appletSend is applet:send(text): how many bytes that are.
func (api *API) appletSend(L *lua.LState) int {
	x := api.http(L)
	text := lualib.CheckString(L, 2)
	if !api.applet.started {
		lualib.Raise(L, "Lua: 'send' you must call start_response() before sending data.")
	}
	if err := api.host.Wait(L, func(ctx context.Context) error { return x.Send(ctx, text) }); err != nil {
		api.host.Raise(L, err)
	}
	L.Push(lua.LNumber(len(text)))
	return 1
}

// appletSetVar is applet:set_var(name, value[, ifexist]): for this run only.
func (api *API) appletSetVar(L *lua.LState) int {
	if n := L.GetTop(); n != 3 && n != 4 {
		lualib.Raise(L, "'set_var' needs between 3 and 4 arguments")
	}
	return api.appletAssign(L, sample(L.Get(3)))
}

// appletUnsetVar is applet:unset_var(name).
func (api *API) appletUnsetVar(L *lua.LState) int {
	needArgs(L, "unset_var", 1)
	return api.appletAssign(L, spop.Null())
}

// maxAppletVars is how many variables a run of a service may have.
const maxAppletVars = 1000

func (api *API) appletAssign(L *lua.LState, v spop.Value) int {
	api.http(L)
	name := lualib.CheckString(L, 2)
	_, _, err := spop.ParseVarName(name)
	if err == nil && len(api.vars.values) >= maxAppletVars {
		lualib.Raise(L, "set_var: a service has at most %d variables", maxAppletVars)
	}
	if err == nil {
		api.vars.put(name, v)
	}
	L.Push(lua.LBool(err == nil))
	return 1
}

// appletGetVar is applet:get_var(name): what this run has set, or what HAProxy
// has sent in the header of its name.
func (api *API) appletGetVar(L *lua.LState) int {
	needArgs(L, "get_var", 1)
	api.http(L)
	name := lualib.CheckString(L, 2)
	v, ok := api.vars.get(name)
	if !ok && strings.Contains(name, ".") {
		v, _ = api.message(L).Arg(lower(name)) // names of headers have no case
	}
	L.Push(api.typed(v))
	return 1
}

// appletSetPriv is applet:set_priv(value): for this run only.
func (api *API) appletSetPriv(L *lua.LState) int {
	needArgs(L, "set_priv", 1)
	api.applet.priv = L.Get(2)
	return 0
}

// appletGetPriv is applet:get_priv().
func (api *API) appletGetPriv(L *lua.LState) int {
	needArgs(L, "get_priv", 0)
	L.Push(api.applet.priv)
	return 1
}
