package haproxy

import (
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lualib"
)

// place is on which of HAProxy's rules an action stands: "" when its messages do
// not tell.
type place string

func (p place) isTCP() bool { return p == "tcp-req" || p == "tcp-res" }

// placeOf is the place of an action for the rules given.
func placeOf(facilities []string) place {
	switch {
	case len(facilities) == 1:
		return place(facilities[0])
	case len(facilities) == 2 && place(facilities[0]).isTCP() && place(facilities[1]).isTCP():
		return "tcp-req"
	}
	return ""
}

// run is the state of one run of an action, fetch or converter.
type run struct {
	at      place
	edited  bool // there is something in edits
	edits   [2]edits
	request requestLine
	priv    private
}

// reset makes it ready for the next run.
func (r *run) reset(at place) {
	r.at = at
	if r.edited {
		r.edited = false
		r.edits = [2]edits{}
		r.request = requestLine{}
		r.priv = private{}
	}
}

// begin forgets what belonged to the run before.
func (api *API) begin(at place) {
	api.vars.values = api.vars.values[:0]
	api.run.reset(at)
}

// flush publishes what the run has edited.
func (api *API) flush(L *lua.LState) {
	api.run.edited = false
	for i := range api.run.edits {
		api.publishHeaders(L, direction(i))
	}
	api.publishRequest(L)
	api.publishPriv(L)
	api.run.edits, api.run.request, api.run.priv = [2]edits{}, requestLine{}, private{}
}

// maxKnownHeaders bounds the memory of the names that a script edits.
const maxKnownHeaders = 1000

// needsHeader warns once of a header that no script writes out: nothing that
// reads scripts can find it, so its rules are easily missing in haproxy.cfg.
func (api *API) needsHeader(L *lua.LState, name string, rules func(prefix, name string) []string) {
	if _, ok := api.headers[name]; ok || len(api.headers) >= maxKnownHeaders {
		return
	}
	api.headers[name] = struct{}{}
	if !api.host.Mentions(name) {
		api.warnRule(L, "the name of the header '"+name+"' is made at run time: without these rules in haproxy.cfg the edit is lost, where PREFIX is option var-prefix: "+
			strings.Join(rules("PREFIX", name), "; "))
	}
}

// warnRule warns once in all VMs of a load.
func (api *API) warnRule(L *lua.LState, text string) {
	if api.maps.first(text) {
		api.host.Log(L, slogLevel(levelWarning), text)
	}
}

// needArgs raises HAProxy's error for a wrong number of arguments, self not
// counted.
func needArgs(L *lua.LState, fn string, n int) {
	if L.GetTop() != n+1 {
		lualib.Raise(L, "'%s' needs %d arguments", fn, n+1)
	}
}
