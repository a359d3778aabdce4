package needs_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spoa-lua/spoa-lua/luabind/needs"
)

// entry marks the line in which the function begins that is asked for.
const entry = "--entry"

func of(t *testing.T, message bool, texts ...string) needs.Needs {
	t.Helper()
	var files []needs.File
	file, line := "", 0
	for i, text := range texts {
		name := string(rune('a'+i)) + ".lua"
		files = append(files, needs.File{Name: name, Text: []byte(text)})
		for n, l := range strings.Split(text, "\n") {
			if strings.HasSuffix(l, entry) {
				file, line = name, n+1
			}
		}
	}
	got, err := needs.New(files).Of(file, line, message)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestHandlers(t *testing.T) {
	for _, tt := range []struct {
		name string
		text string
		want needs.Needs
	}{
		{"fields", `spoa.on("m", function(msg) --entry
  local ip, ua = msg.ip, msg["user-agent"]
  set_var("txn.score", #ip); unset_var("sess.old")
end)`, needs.Needs{Fields: []string{"ip", "user-agent"}, Sets: []string{"txn.score", "sess.old"}}},
		{"by helpers", `local M = {}
function M:deep(a, request) return request.path end
local function second(m) local again = m; return again.host, M:deep(1, again) end
spoa.on("m", function(msg) --entry
  return second(msg)
end)`, needs.Needs{Fields: []string{"host", "path"}, Returns: true}},
		{"other handlers do not count", `spoa.on("x", function(msg) return msg.other end)
spoa.on("m", function(msg) --entry
  return msg.ip, msg[1]
end)`, needs.Needs{Fields: []string{"ip"}, Returns: true}},
		{"computed", `spoa.on("m", function(msg, name) --entry
  return msg[name]
end)`, needs.Needs{Returns: true, Unknown: []string{"a.lua:2: the name of the argument is computed: declare it with spoa.on(name, {args = {...}}, fn)"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, of(t, true, tt.text)); diff != "" {
				t.Errorf("needs (-want +got):\n%s", diff)
			}
		})
	}
}

func TestActions(t *testing.T) {
	got := of(t, false, `
local helpers = require "b"
core.register_action("guard", {"http-req"}, function(txn) --entry
  local agent, second = txn.sf:req_fhdr("user-agent"), txn.f:req_hdr("x", -1)
  local again = txn.sf:req_fhdr("user-agent")
  local dotted = txn.f.src(txn.f)
  local name = "x-" .. dotted
  txn.f:hdr(name)
  local f = txn.f
  f["req.ver"](f)
  local file = open() file:read("a")
  txn.f[name](txn.f)
  list:each(function(v) return v end)
  if txn:get_var("txn.user") then txn:set_var("txn.seen", 1) end
  txn:get_var("txn." .. name)
  helpers.deny(txn)
  core.sleep(1)
end)
local function unused(txn) return txn.f:never() end
`, `
local M = {}
function M.deny(txn)
  local list = txn.http:req_get_headers()
  txn.http:req_set_header("X-User", "a")
  txn.http:req_del_header(list)
  txn.http:req_set_path("/")
  core.done()
  local reply = txn:reply{status = 403, headers = {["X-Why"] = {"a"}}}
  reply:add_header("Retry-After", "1")
  reply:set_status(name)
  M.refuse(reply, 414)
  txn.http:res_set_status(426, "Upgrade")
  txn:set_loglevel(3)
  txn:set_priv(1)
  txn:done(reply)
end
function M.refuse(reply, status) reply:set_status(status) end
return M
`)
	want := needs.Needs{
		Fetches: []needs.Fetch{
			{Name: "req_fhdr", Args: []string{"user-agent"}, Place: "a.lua:4"},
			{Name: "req_hdr", Args: []string{"x", "-1"}, Place: "a.lua:4"},
			{Name: "src", Place: "a.lua:6"},
			{Name: "hdr", Computed: true, Place: "a.lua:8"},
			{Name: "req.ver", Place: "a.lua:10"},
		},
		RequestHeaders: true,
		Reads:          []string{"txn.user"},
		Sets:           []string{"txn.seen"},
		Edits:          []needs.Edit{{"req_set_header", "x-user"}, {"req_del_header", ""}, {"req_set_path", ""}, {"res_set_status", ""}},
		Replies:        true,
		ReplyHeaders:   []string{"x-why", "retry-after"},
		Statuses:       []int{403, 414, 426},
		AnyStatus:      true,
		Returns:        true, // by core.done
		Waits:          true,
		Keeps:          true,
		Stream:         true,
		Unknown: []string{
			"a.lua:12: the name of the fetch is computed: name the argument in the message's args by hand",
			"a.lua:15: the name of the variable is computed: name the argument in the message's args by hand, NAME=var(NAME)",
			"b.lua:6: " + needs.ComputedHeader,
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("needs (-want +got):\n%s", diff)
	}
}

func TestNoFunction(t *testing.T) {
	a := needs.New([]needs.File{{Name: "a.lua", Text: []byte("local x = 1\n")}, {Name: "b.lua", Text: []byte("not Lua")}})
	if _, err := a.Of("a.lua", 1, false); err == nil || err.Error() != "a.lua:1: there is no function" {
		t.Errorf("got %v", err)
	}
}

// TestNames shows how names of variables and headers are followed through local
// variables, parameters and what joins them.
func TestNames(t *testing.T) {
	got := of(t, false, `
set_one = function(txn, name, value) --a helper with the name of a method
  if pcall(set_new, txn, name, value) then return set_one(txn, name, value) end
end
local PREFIX, mode = "txn.login", "fail"
core.register_action("login", {"http-req"}, function(txn) --entry
  set_one(txn, PREFIX .. "_ok", false)
  local state = PREFIX .. "." .. (mode or "none")
  txn:set_var(state, 1)
  for key in pairs(claims) do txn:set_var("txn.claim." .. key, key) end
  txn:set_var(state_of(), 1)
  forward(txn, "X-User", "a")
  forward(txn, "X-Group", "b")
  local reply = txn:reply()
  for name in pairs(claims) do reply:add_header(name, "c") end
  return txn:get_var(PREFIX .. "_ok")
end)
function set_new(txn, name, value) return txn:set_var(name, value, true) end
local function forward(txn, header, value) txn.http:req_set_header(header, value) end
`)
	want := needs.Needs{
		Sets:           []string{"txn.login_ok", "txn.login.fail", "txn.login.none"},
		SetPrefixes:    []string{"txn.claim.", ""},
		Reads:          []string{"txn.login_ok"},
		Edits:          []needs.Edit{{Function: "req_set_header", Name: "x-user"}, {Function: "req_set_header", Name: "x-group"}},
		AnyReplyHeader: true,
		Returns:        true,
		Unknown:        []string{"a.lua:15: " + needs.ComputedReplyHeader},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("needs (-want +got):\n%s", diff)
	}
}

// TestTables shows how names are followed through tables: constructors, what is put
// into them later, loops over them, and parameters that they are given to.
func TestTables(t *testing.T) {
	got := of(t, false, `
local CONFIG = {user = "X-User", status = 421, extra = {"x-one", "x-two"}}
CONFIG.zone = "txn.zone"
local function fill(t) t["x-filled"] = {"1"} table.insert(CONFIG.more, "x-unseen") end
local function answer(txn, status, fields, more)
  headers = {["Cache-Control"] = {"no-store"}}
  headers["Location"] = {"/"}
  local result = txn:reply{status = status, headers = headers}
  for name, value in pairs(fields or {}) do result:add_header(name, value) end
  fill(headers)
  result.headers["X-Late"] = {"1"}
  result.status = 422
  txn:done(result)
end
core.register_action("act", {"http-req"}, function(txn) --entry
  local names = {}
  table.insert(names, "x-three")
  names[#names + 1] = "x-four"
  for _, name in ipairs(names) do txn.http:req_del_header(name) end
  for _, name in ipairs(CONFIG.extra) do txn.http:req_set_header(name, "1") end
  txn.http:req_set_header(CONFIG.user, "a")
  txn:set_var(CONFIG.zone, "a")
  core.httpclient():get{url = "http://a/", headers = names}
  answer(txn, CONFIG.status, {["Retry-After"] = "1", status = "busy"})
  answer(txn, 423)
end)
`)
	want := needs.Needs{
		Sets: []string{"txn.zone"},
		Edits: []needs.Edit{
			{Function: "req_del_header", Name: "x-three"}, {Function: "req_del_header", Name: "x-four"},
			{Function: "req_set_header", Name: "x-one"}, {Function: "req_set_header", Name: "x-two"}, {Function: "req_set_header", Name: "x-user"},
		},
		Waits:        true,
		Replies:      true,
		ReplyHeaders: []string{"cache-control", "location", "x-filled", "retry-after", "status", "x-late"},
		Statuses:     []int{421, 423, 422},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("needs (-want +got):\n%s", diff)
	}
}

// TestUnknownTables holds that what is not known of a table is said.
func TestUnknownTables(t *testing.T) {
	got := of(t, false, `
local settings = {plain = "x-a"}
settings[os.getenv("KEY")] = "x-b"
core.register_action("act", {"http-req"}, function(txn, name) --entry
  txn.http:req_set_header(settings[name], "1")
  txn.http:req_set_header(decoded.header, "1")
  txn:done(txn:reply{headers = decoded, status = decoded.status})
end)
`)
	want := needs.Needs{
		Edits:          []needs.Edit{{Function: "req_set_header"}},
		Replies:        true,
		AnyReplyHeader: true,
		AnyStatus:      true,
		Unknown:        []string{"a.lua:5: " + needs.ComputedHeader, "a.lua:6: " + needs.ComputedHeader, "a.lua:7: " + needs.ComputedReplyHeader},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("needs (-want +got):\n%s", diff)
	}
}

// TestChosen finds the functions of a table that one is chosen from.
func TestChosen(t *testing.T) {
	t.Parallel()
	got := of(t, false, `
local function by_cookie(txn) return txn.sf:req_cook("id") end
local keys = {
  ip = function(t) return t.sf:src() end,
  agent = function(t) return t:get_var("req.agent") end,
  cookie = by_cookie,
}
keys.port = function(t) return t.f:src_port() end
core.register_action("limit", {"http-req"}, function(txn, by) --entry
  local key = keys[by]
  txn:set_var("txn.key", key(txn))
end, 1)
`)
	want := needs.Needs{
		Fetches: []needs.Fetch{
			{Name: "src", Place: "a.lua:4"}, {Name: "req_cook", Args: []string{"id"}, Place: "a.lua:2"}, {Name: "src_port", Place: "a.lua:8"},
		},
		Reads: []string{"req.agent"}, Sets: []string{"txn.key"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("needs (-want +got):\n%s", diff)
	}
}

// TestParams finds the variables that parameters of the configuration name, also
// where a helper is handed them.
func TestParams(t *testing.T) {
	t.Parallel()
	got := of(t, false, `
local function put(txn, name, v) txn:set_var(name, v) end
core.register_action("copy", {"http-req"}, function(txn, from, to, scope) --entry
  local v = txn:get_var(from)
  put(txn, to, v)
  put(txn, scope .. ".more", v)
  txn:get_var("txn." .. to)
end, 3)
`)
	want := needs.Needs{
		ReadParams: []needs.Param{{Index: 0, Place: "a.lua:4"}}, SetParams: []needs.Param{{Index: 1, Place: "a.lua:2"}},
		SetPrefixes: []string{""},
		Unknown:     []string{"a.lua:7: " + needs.ComputedVariable},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("needs (-want +got):\n%s", diff)
	}
}
