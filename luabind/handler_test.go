package luabind

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func loadText(t *testing.T, text string) (*VM, error) {
	t.Helper()
	s, err := Compile("policy.lua", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	p := &Program{Scripts: []*Script{s}}
	return p.NewVM(nil)
}

func TestHandlerOptions(t *testing.T) {
	vm, err := loadText(t, `
local verdict = "late"
spoa.on("m", {timeout = "20ms", on_error = {["txn.deny"] = true, ["sess.n"] = 7}}, function() end)
spoa.on("m", function() end)
spoa.on("m", {timeout = 0.5, on_error = function(reason)
  if reason == "timeout" then return {["txn.verdict"] = verdict} end
  if reason ~= "error" then return {["txn.verdict"] = reason, ["txn.gone"] = nil} end
end}, function() end)
spoa.on_init(function() verdict = "set by init" end)
`)
	if err != nil {
		t.Fatal(err)
	}
	defer vm.Close()
	h := vm.Handlers(0)
	type shown struct {
		Line    int
		Timeout time.Duration
		Error   string
		Timed   string
		Panic   string
	}
	var got []shown
	for _, one := range h {
		got = append(got, shown{one.Line, one.Timeout, text(one, ReasonError), text(one, ReasonTimeout), text(one, ReasonPanic)})
	}
	deny := "set-var sess.n int64:7; set-var txn.deny bool:true"
	want := []shown{
		{3, 20 * time.Millisecond, deny, deny, deny},
		{4, 0, "", "", ""},
		{5, 500 * time.Millisecond, "", "set-var txn.verdict str:set by init", "set-var txn.verdict str:panic"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("handlers (-want +got):\n%s", diff)
	}
}

func TestHandlerOrigin(t *testing.T) {
	vm, err := loadText(t, `
spoa.on("m", {args = {"ip=src", "path"}, event = "on-frontend-http-request if METH_POST"},
  function() end)
core.register_action("guard", {"http-req", "http-res"}, function() end, 2)
core.register_fetches("choose", function() end)
`)
	if err != nil {
		t.Fatal(err)
	}
	defer vm.Close()
	var got []Origin
	for i := range vm.Messages() {
		for _, h := range vm.Handlers(i) {
			got = append(got, h.Origin)
		}
	}
	want := []Origin{
		{API: "spoa", Name: "m", File: "policy.lua", Line: 3, Args: []string{"ip=src", "path"}, Event: "on-frontend-http-request if METH_POST"},
		{API: "action", Name: "guard", Facility: "http-req", Params: 2, File: "policy.lua", Line: 4},
		{API: "action", Name: "guard", Facility: "http-res", Params: 2, File: "policy.lua", Line: 4},
		{API: "action", Name: "guard", Params: 2, File: "policy.lua", Line: 4},
		{API: "fetch", Name: "choose", File: "policy.lua", Line: 5},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("origins (-want +got):\n%s", diff)
	}
}

func text(h *Handler, r Reason) string {
	var parts []string
	for _, a := range h.OnError(r) {
		parts = append(parts, a.String())
	}
	return strings.Join(parts, "; ")
}

func TestHandlerOptionErrors(t *testing.T) {
	for _, tt := range []struct{ name, script, want string }{
		{"unknown option", `spoa.on("m", {timeuot = 1}, print)`, `policy.lua:1: bad argument #2 to 'on' (there is no option "timeuot": timeout, on_error, args and event are)`},
		{"args no list", `spoa.on("m", {args = "ip"}, print)`, `policy.lua:1: bad argument #2 to 'on' (args must be a list of names, not a string)`},
		{"args of numbers", `spoa.on("m", {args = {"ip", 1}}, print)`, `policy.lua:1: bad argument #2 to 'on' (args must be a list of names, such as {"ip", "path"} or {"ip=src", "path=path"})`},
		{"arg without a name", `spoa.on("m", {args = {"=src"}}, print)`, `policy.lua:1: bad argument #2 to 'on' (args must be a list of names, such as {"ip", "path"} or {"ip=src", "path=path"})`},
		{"unknown event", `spoa.on("m", {event = "on-request"}, print)`, `policy.lua:1: bad argument #2 to 'on' (there is no event "on-request": on-client-session, on-server-session, on-frontend-tcp-request, on-backend-tcp-request, on-tcp-response, on-frontend-http-request, on-backend-http-request, on-http-response are)`},
		{"event no text", `spoa.on("m", {event = 1}, print)`, `policy.lua:1: bad argument #2 to 'on' (event must be the name of an event, not a number)`},
		{"event and no condition", `spoa.on("m", {event = "on-http-response { path / }"}, print)`, `policy.lua:1: bad argument #2 to 'on' (behind the event stands a condition, if or unless, not "{ path / }")`},
		{"bad time", "\n" + `spoa.on("m", {timeout = "soon"}, print)`, `policy.lua:2: bad argument #2 to 'on' (timeout must be a time such as "20ms" or a number of seconds, up to an hour, not "soon")`},
		{"no time", `spoa.on("m", {timeout = 0}, print)`, `policy.lua:1: bad argument #2 to 'on' (timeout must be a time such as "20ms" or a number of seconds, up to an hour, not "0")`},
		{"no table", `spoa.on("m", {on_error = 5}, print)`, `policy.lua:1: bad argument #2 to 'on' (on_error must be a table of variables or a function that returns one, not a number)`},
		{"no function", `spoa.on("m", {}, 5)`, `policy.lua:1: bad argument #3 to 'on' (function expected, got number)`},
		{"bad variable", `spoa.on("m", {on_error = {["deny"] = true}}, print)`, `policy.lua:1: on_error for the reason "error": bad variable name "deny": it must begin with "proc.", "sess.", "txn.", "req." or "res."`},
		{"bad value", `spoa.on("m", {on_error = {["txn.a"] = 1.5}}, print)`, `policy.lua:1: on_error for the reason "error": the number 1.5 has a fraction and HAProxy has only integers: use math.floor, or tostring for the text`},
		{"function fails", "local f = function(reason)\n  return reason.x.y\nend\n" + `spoa.on("m", {on_error = f}, print)`, `policy.lua:2: attempt to index a nil value (field 'x')`},
		{"function returns a string", `spoa.on("m", {on_error = function() return "x" end}, print)`, `policy.lua:1: on_error for the reason "error": it must be a table of variables, not a string`},
		{"sets in on_error", `spoa.on("m", {on_error = function() set_var("txn.a", 1) end}, print)`, `policy.lua:1: set_var can only be called inside a handler, while a message is being answered`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := loadText(t, tt.script)
			if err == nil || err.Error() != tt.want {
				t.Errorf("got  %v\nwant %s", err, tt.want)
			}
		})
	}
}

func TestModulesOfOneNameInTwoFolders(t *testing.T) {
	a := mustCompile(t, "a/a.lua", `local util = require "util"; assert(require "util" == util)
spoa.on("m", function() set_var("txn.a", util) set_var("txn.again", require "util") end)`)
	b := mustCompile(t, "b/b.lua", `local util = require "util"; spoa.on("m", function() set_var("txn.b", util) end)`)
	modules := map[string]*Script{}
	for _, folder := range []string{"a", "b"} {
		modules[folder] = mustCompile(t, folder+"/util.lua", `return "of `+folder+`"`)
	}
	p := &Program{Scripts: []*Script{a, b}, Module: func(from, _ string) (*Script, error) { return modules[from[:1]], nil }}
	vm, err := p.NewVM(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer vm.Close()
	texts, err := exchange(t, vm, newMessage(t, "m"))
	got := strings.Join(texts, "; ")
	if want := "set-var txn.a str:of a; set-var txn.again str:of a; set-var txn.b str:of b"; err != nil || got != want {
		t.Errorf("got %s, %v; want %s", got, err, want)
	}
}
