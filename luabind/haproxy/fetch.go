package haproxy

import (
	"regexp"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
	"github.com/spoa-lua/spoa-lua/luabind/lualib"
	"github.com/spoa-lua/spoa-lua/spop"
)

// luaName writes the name of a fetch as Lua has it.
var luaName = strings.NewReplacer(".", "_", "-", "_", "+", "_")

// sideEffect are the fetches that count something in HAProxy.
var sideEffect = regexp.MustCompile(`^(sc[0-2]?|src)_(inc|clr)_gpc[01]?$`)

// HasSideEffect reports whether a fetch, as Lua spells it, changes something in
// HAProxy: no agent can.
func HasSideEffect(name string) bool { return sideEffect.MatchString(name) }

// fetchFunction is txn.f:NAME(...), and txn.sf:NAME(...) when asText is set.
func (api *API) fetchFunction(name string, asText bool) lua.LGFunction {
	if HasSideEffect(name) {
		return func(L *lua.LState) int {
			lualib.Raise(L, errEffect, name)
			return 0
		}
	}
	kinds := kindsOfFetch(name)
	return func(L *lua.LState) int {
		m := api.message(L)
		if kinds != nil {
			if err := kinds.check(L); err != nil {
				lualib.Raise(L, "fetch %s: %s", name, err)
			}
		}
		args := make([]string, 0, 4)
		for i := 2; i <= L.GetTop(); i++ {
			args = append(args, fetchArg(L, i))
		}
		v, ok := api.fetch(m, name, args)
		if compute := api.ownFetch(name); !ok && compute != nil {
			var err error
			if v, err = compute(args); err != nil {
				lualib.Raise(L, "fetch %s: %s", name, err)
			}
			ok = true
		}
		if !ok && api.host.HTTP() != nil {
			_, call, _ := strings.Cut(Argument(name, args), "=")
			lualib.Raise(L, "fetch %s: the request does not carry it: http-request set-header %s %%[%s]", name, ArgHeader+HeaderOfFetch(name, args), call)
		}
		if !ok {
			lualib.Raise(L, "fetch %s: the message does not carry it: args %s", name, missing(name, args))
		}
		L.Push(api.give(v, asText))
		return 1
	}
}

// give is a fetch's or converter's result.
func (api *API) give(v spop.Value, asText bool) lua.LValue {
	if asText {
		return lua.LString(text(v))
	}
	return api.typed(v)
}

// fetchArg is an argument as it stands in a configuration: what is neither a string
// nor a whole number is 0, as HAProxy has it.
func fetchArg(L *lua.LState, n int) string {
	switch v := L.Get(n).(type) {
	case lua.LString:
		return string(v)
	case lua.LNumber, lua54.Int:
		if _, whole := lua54.ToInteger(v); whole {
			return lua54.FormatNumber(v)
		}
	}
	return "0"
}

// fetch finds the argument that is called like the fetch, or else computes its
// value from others.
func (api *API) fetch(m *spop.Message, name string, args []string) (spop.Value, bool) {
	call := name
	if len(args) > 0 {
		call += "(" + strings.Join(args, ",") + ")"
	}
	if api.host.HTTP() != nil {
		if v, ok := api.argument(m, HeaderOfFetch(name, args)); ok {
			return carried(name, v), true
		}
	}
	if v, ok := api.argument(m, call); ok {
		return v, true
	}
	var a spop.Arg
	for cursor := m.Args(); cursor.Next(&a); {
		if sameFetch(string(a.Name), call) {
			return a.Value, true
		}
	}
	if d, ok := derived[name]; ok && canDerive(d, args) {
		if source, ok := api.argument(m, d.from); ok {
			return d.compute(source, args), true
		}
	}
	return api.composed(m, name)
}

// canDerive reports whether the source of a fetch is enough for its parameters: what
// stands behind another delimiter is not in the query.
func canDerive(d derivation, args []string) bool {
	return d.from != "query" || arg(args, 1) == "" || arg(args, 1) == "?"
}

// sameFetch reports whether an argument has the name of a fetch, which Lua
// writes with underscores.
func sameFetch(arg, call string) bool {
	base, rest := arg, ""
	if i := strings.IndexByte(arg, '('); i >= 0 {
		base, rest = arg[:i], arg[i:]
	}
	return len(arg) == len(call) && luaName.Replace(base)+rest == call
}

// missing is what to write into the args of the message.
func missing(name string, args []string) string {
	if d, ok := derived[name]; ok && canDerive(d, args) {
		return d.from + "=" + d.from
	}
	call := dotted(name)
	if len(args) > 0 {
		call += "(" + strings.Join(args, ",") + ")"
	}
	return call + "=" + call
}

// derivation is a fetch that other arguments hold.
type derivation struct {
	from    string
	compute func(source spop.Value, args []string) spop.Value
}

// derived are the fetches that one argument is enough for.
var derived = map[string]derivation{
	"hdr":            {hdrsBin, headerElement},
	"req_hdr":        {hdrsBin, headerElement},
	"req_fhdr":       {hdrsBin, headerLine},
	"fhdr":           {hdrsBin, headerLine},
	"req_cook":       {hdrsBin, cookieOf},
	"cook":           {hdrsBin, cookieOf},
	"hdr_cnt":        {hdrsBin, headerCount},
	"req_hdr_cnt":    {hdrsBin, headerCount},
	"req_fhdr_cnt":   {hdrsBin, lineCount},
	"req_hdr_names":  {hdrsBin, headerNames},
	"hdr_val":        {hdrsBin, headerValue},
	"req_hdr_val":    {hdrsBin, headerValue},
	"hdr_ip":         {hdrsBin, headerAddr},
	"req_hdr_ip":     {hdrsBin, headerAddr},
	"req_hdrs":       {hdrsBin, headerBlock},
	"req_cook_names": {hdrsBin, cookieNames},
	"cook_cnt":       {hdrsBin, cookieCount},
	"req_cook_cnt":   {hdrsBin, cookieCount},
	"http_auth_type": {hdrsBin, authType},
	"http_auth_user": {hdrsBin, authUser},
	"http_auth_pass": {hdrsBin, authPassword},

	"http_auth_bearer": {hdrsBin, authBearer},

	"cook_val":     {hdrsBin, cookieValue},
	"req_cook_val": {hdrsBin, cookieValue},

	"res_hdr":       {resHdrsBin, headerElement},
	"shdr":          {resHdrsBin, headerElement},
	"res_fhdr":      {resHdrsBin, headerLine},
	"res_hdr_cnt":   {resHdrsBin, headerCount},
	"shdr_cnt":      {resHdrsBin, headerCount},
	"res_fhdr_cnt":  {resHdrsBin, lineCount},
	"res_hdr_names": {resHdrsBin, headerNames},
	"res_hdr_val":   {resHdrsBin, headerValue},
	"shdr_val":      {resHdrsBin, headerValue},
	"res_cook":      {resHdrsBin, setCookie},
	"scook":         {resHdrsBin, setCookie},
	"res_cook_val":  {resHdrsBin, setCookieValue},
	"scook_val":     {resHdrsBin, setCookieValue},

	"res_hdr_ip":     {resHdrsBin, headerAddr},
	"shdr_ip":        {resHdrsBin, headerAddr},
	"res_hdrs":       {resHdrsBin, headerBlock},
	"res_cook_cnt":   {resHdrsBin, setCookieCount},
	"scook_cnt":      {resHdrsBin, setCookieCount},
	"res_cook_names": {resHdrsBin, setCookieNames},

	"urlp_val":       {"query", queryInteger},
	"url_param":      {"query", queryParameter},
	"urlp":           {"query", queryParameter},
	"req_body_param": {"req.body", bodyParameter},
}

const hdrsBin = "req.hdrs_bin"

func arg(args []string, i int) string {
	if i < len(args) {
		return args[i]
	}
	return ""
}

func optional(s string, ok bool) spop.Value {
	if !ok {
		return spop.Null()
	}
	return spop.String(s)
}

func occurrenceArg(args []string) int64 { return toInteger(lua.LString(arg(args, 1))) }

func headerElement(v spop.Value, args []string) spop.Value {
	return optional(occurrence(elements(v.Bytes(), arg(args, 0)), occurrenceArg(args)))
}

func headerLine(v spop.Value, args []string) spop.Value {
	return optional(occurrence(lines(v.Bytes(), arg(args, 0)), occurrenceArg(args)))
}

// headerCount is req_hdr_cnt([name]): of all headers without a name.
func headerCount(v spop.Value, args []string) spop.Value { return counted(v, args, elements) }

func lineCount(v spop.Value, args []string) spop.Value { return counted(v, args, lines) }

func counted(v spop.Value, args []string, values func(b []byte, want string) []string) spop.Value {
	if len(args) > 0 {
		return spop.Int64(int64(len(values(v.Bytes(), args[0]))))
	}
	n, seen := 0, map[string]bool{}
	for name := range headers(v.Bytes()) {
		if name = lower(name); !seen[name] {
			seen[name] = true
			n += len(values(v.Bytes(), name))
		}
	}
	return spop.Int64(int64(n))
}

func cookieOf(v spop.Value, args []string) spop.Value {
	return optional(cookie(v.Bytes(), arg(args, 0)))
}

// queryParameter is url_param([name[, delimiter[, "i"]]]), with the question mark for
// the delimiter.
func queryParameter(v spop.Value, args []string) spop.Value {
	return optional(parameter(string(v.Bytes()), arg(args, 0), arg(args, 2) == "i"))
}

// bodyParameter is req_body_param([name[, "i"]]).
func bodyParameter(v spop.Value, args []string) spop.Value {
	return optional(parameter(string(v.Bytes()), arg(args, 0), arg(args, 1) == "i"))
}
