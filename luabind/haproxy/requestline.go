package haproxy

import (
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lualib"
	"github.com/spoa-lua/spoa-lua/spop"
)

// requestLine is what a run has done to the first line of a request.
type requestLine struct {
	method           string
	hasMethod        bool
	target           string // the whole of it, after the edits
	hasTarget        bool
	uri, path, query *string // what was set
}

// requestSetter is txn.http:req_set_method(text) and the like, which return
// true.
func (api *API) requestSetter(name string) lua.LGFunction {
	return func(L *lua.LState) int {
		text := lualib.CheckString(L, 2)
		if strings.ContainsAny(text, "\r\n\x00") {
			lualib.Raise(L, "%s: the text holds a line end or a NUL", name)
		}
		api.editing(L, ofRequest, strings.TrimPrefix(name, "req_"))
		r := &api.run.request
		if name == "req_set_method" {
			r.method, r.hasMethod = text, true
		} else {
			api.readTarget()
			r.setTarget(name, text)
		}
		L.Push(lua.LTrue)
		return 1
	}
}

// readTarget takes the target from the arguments of the message.
func (api *API) readTarget() {
	r := &api.run.request
	if r.hasTarget {
		return
	}
	r.hasTarget = true
	m := api.host.Message()
	if v, ok := m.Arg("url"); ok {
		r.target = text(v)
		return
	}
	if v, ok := m.Arg("path"); ok {
		r.target = text(v)
	}
	if v, ok := m.Arg("query"); ok && text(v) != "" {
		r.target += "?" + text(v)
	}
}

func (r *requestLine) setTarget(name, text string) {
	origin, path, query, hasQuery := cutTarget(r.target)
	switch name {
	case "req_set_uri":
		r.uri, r.path, r.query = &text, nil, nil
		r.target = text
	case "req_set_path":
		r.path = &text
		r.target = origin + text
		if hasQuery {
			r.target += "?" + query
		}
	case "req_set_query":
		r.query = &text
		r.target = origin + path + "?" + text
	}
}

// cutTarget cuts a target into its scheme and authority, its path, and its query.
func cutTarget(target string) (origin, path, query string, hasQuery bool) {
	path = target
	if i := strings.Index(target, "://"); i > 0 && !strings.HasPrefix(target, "/") {
		end := len(target)
		if j := strings.IndexAny(target[i+3:], "/?"); j >= 0 {
			end = i + 3 + j
		}
		origin, path = target[:end], target[end:]
	}
	path, query, hasQuery = strings.Cut(path, "?")
	return origin, path, query, hasQuery
}

// argument is an argument that the edits change. The method is none of them: the
// fetch returns the one that came, in HAProxy too.
func (r *requestLine) argument(name string) (spop.Value, bool) {
	if !r.hasTarget {
		return spop.Value{}, false
	}
	_, path, query, hasQuery := cutTarget(r.target)
	switch name {
	case "url":
		return spop.String(r.target), true
	case "path":
		return spop.String(path), true
	case "query":
		return spop.String(query), true
	case "pathq":
		if hasQuery {
			path += "?" + query
		}
		return spop.String(path), true
	}
	return spop.Value{}, false
}

// publishRequest sets the variables that RequestRules read.
func (api *API) publishRequest(L *lua.LState) {
	r := &api.run.request
	if r.hasMethod {
		api.write(L, spop.ScopeRequest, setMethod, spop.String(r.method))
	}
	if !r.hasTarget {
		return
	}
	for _, part := range []struct {
		name string
		text *string
	}{{setURI, r.uri}, {setPath, r.path}, {setQuery, r.query}} {
		v := spop.Null()
		if part.text != nil {
			v = spop.String(*part.text)
		}
		api.write(L, spop.ScopeRequest, part.name, v)
	}
}
