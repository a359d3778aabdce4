package tests

import (
	"slices"
	"strings"
	"testing"
)

// hexOf shows type and value of a variable: addresses and integers have
// another length in hexadecimal than their texts.
func hexOf(name string) string { return "%[var(" + name + "),hex]" }

func show(name string) string { return "%[var(" + name + ")]" }

// valuePolicies set variables of every kind.
var valuePolicies = []policy{{
	name: "plain",
	scripts: map[string]string{"plain.lua": `spoa.on("plain", function()
			set_var("txn.int", 42)
			set_var("txn.neg", -1)
			set_var("txn.max", math.maxinteger)
			set_var("txn.min", math.mininteger)
			set_var("txn.float", 6 / 2)
			set_var("txn.yes", true)
			set_var("txn.no", false)
			set_var("txn.text", "a b")
			set_var("txn.empty", "")
			set_var("txn.bytes", "\0\xff")
		end)`},
	show: []string{hexOf("txn.lua.int"), hexOf("txn.lua.neg"), hexOf("txn.lua.max"), hexOf("txn.lua.min"), show("txn.lua.float"),
		show("txn.lua.yes"), show("txn.lua.no"), show("txn.lua.text"), show("txn.lua.empty"), hexOf("txn.lua.bytes")},
	want: []string{"000000000000002A", "FFFFFFFFFFFFFFFF", "7FFFFFFFFFFFFFFF", "8000000000000000", "3", "1", "0", "a b", "", "00FF"},
	actions: []string{"set-var txn.int int64:42", "set-var txn.neg int64:-1", "set-var txn.max int64:9223372036854775807",
		"set-var txn.min int64:-9223372036854775808", "set-var txn.float int64:3", "set-var txn.yes bool:true",
		"set-var txn.no bool:false", "set-var txn.text str:a b", "set-var txn.empty str:", "set-var txn.bytes str:\x00\xff"},
}, {
	name: "typed",
	scripts: map[string]string{"typed.lua": `spoa.on("typed", function()
			set_var("txn.bool", spoa.bool(true))
			set_var("txn.int32", spoa.int32(-2147483648))
			set_var("txn.uint32", spoa.uint32(4294967295))
			set_var("txn.int64", spoa.int64(-9223372036854775807))
			set_var("txn.uint64", spoa.uint64("18446744073709551615"))
			set_var("txn.ipv4", spoa.ipv4("192.0.2.77"))
			set_var("txn.ipv6", spoa.ipv6("2001:db8::ff"))
			set_var("txn.ip", spoa.ip("198.51.100.1"))
			set_var("txn.str", spoa.str("10"))
			set_var("txn.bin", spoa.bin("\0\1\xff"))
		end)`},
	show: []string{hexOf("txn.lua.bool"), show("txn.lua.int32"), show("txn.lua.uint32"), show("txn.lua.int64"), show("txn.lua.uint64"),
		"%[var(txn.lua.ipv4),ipmask(24)]", hexOf("txn.lua.ipv6"), hexOf("txn.lua.ip"), hexOf("txn.lua.str"), hexOf("txn.lua.bin")},
	// HAProxy has no unsigned integers: the last one wraps.
	want: []string{"0000000000000001", "-2147483648", "4294967295", "-9223372036854775807", "-1",
		"192.0.2.0", "20010DB80000000000000000000000FF", "C6336401", "3130", "0001FF"},
	actions: []string{"set-var txn.bool bool:true", "set-var txn.int32 int32:-2147483648", "set-var txn.uint32 uint32:4294967295",
		"set-var txn.int64 int64:-9223372036854775807", "set-var txn.uint64 uint64:18446744073709551615", "set-var txn.ipv4 ipv4:192.0.2.77",
		"set-var txn.ipv6 ipv6:2001:db8::ff", "set-var txn.ip ipv4:198.51.100.1", "set-var txn.str str:10", "set-var txn.bin bin:0001ff"},
}, {
	name: "scopes",
	scripts: map[string]string{"scopes.lua": `spoa.on("scopes", function()
			for _, scope in ipairs{"proc", "sess", "txn", "req", "res"} do set_var(scope .. ".where", scope) end
		end)`},
	show: []string{show("proc.lua.where"), show("sess.lua.where"), show("txn.lua.where"), show("req.lua.where")},
	want: []string{"proc", "sess", "txn", "req"},
	actions: []string{"set-var proc.where str:proc", "set-var sess.where str:sess", "set-var txn.where str:txn",
		"set-var req.where str:req", "set-var res.where str:res"},
}, {
	name:    "unset",
	rules:   []string{"http-request set-var(txn.lua.gone) str(here)", "http-request set-var(txn.lua.nil) str(here)", "http-request set-var(txn.lua.kept) str(here)"},
	scripts: map[string]string{"unset.lua": `spoa.on("unset", function() unset_var("txn.gone") set_var("txn.nil", nil) end)`},
	show:    []string{show("txn.lua.gone"), show("txn.lua.nil"), show("txn.lua.kept")},
	want:    []string{"", "", "here"},
	actions: []string{"unset-var txn.gone", "unset-var txn.nil"},
}, {
	name: "group-with-body",
	args: "body=req.body len=req.body_size",
	body: strings.Repeat("0123456789", 900),
	scripts: map[string]string{"body.lua": `spoa.on("group-with-body", function(msg)
			set_var("txn.len", #msg.body)
			set_var("txn.end", msg.body:sub(-3))
		end)`},
	show: []string{show("txn.lua.len"), show("txn.lua.end")},
	want: []string{"9000", "789"},
}}

// answerPolicies are about which handlers run, and what becomes of faults.
var answerPolicies = []policy{{
	name:  "several",
	event: []string{"several-a", "several-b"},
	scripts: map[string]string{
		"20-several.lua": `spoa.on("several-b", function() set_var("txn.order", "b20") end)
				spoa.on("several-a", function() set_var("txn.order", "a20") end)`,
		"10-several.lua": `spoa.on("several-a", function() set_var("txn.order", "a10") end)`,
		"30-several.lua": `spoa.on("several-a", function() set_var("txn.order", "a30") end)`,
	},
	show: []string{show("txn.lua.order")},
	want: []string{"b20"},
	actions: []string{"set-var txn.order str:a10", "set-var txn.order str:a20", "set-var txn.order str:a30",
		"set-var txn.order str:b20"},
}, {
	name:    "nothing",
	scripts: map[string]string{"nothing.lua": `spoa.on("nothing", function() end)`},
	actions: []string{"noop"},
}, {
	name:    "unhandled",
	actions: []string{"noop"},
	log:     logLine{"no script handles this message: it is answered with a NOOP", "message", "unhandled"},
}, {
	name: "error",
	scripts: map[string]string{
		"a-error.lua": `spoa.on("error", function() set_var("txn.before", "kept") end)`,
		"b-error.lua": "spoa.on(\"error\", function(msg)\n  set_var(\"txn.taken_back\", 1)\n  error(\"on purpose\")\nend)",
		"c-error.lua": `spoa.on("error", function() set_var("txn.after", "kept") end)`,
	},
	show:    []string{show("txn.lua.before"), show("txn.lua.taken_back"), show("txn.lua.after")},
	want:    []string{"kept", "", "kept"},
	actions: []string{"set-var txn.before str:kept", "set-var txn.after str:kept"},
	log:     logLine{"script error", "err", "b-error.lua:3: on purpose"},
}, {
	name:    "no-integer",
	scripts: map[string]string{"no-integer.lua": "spoa.on('no-integer', function()\n  set_var('txn.x', 0.5)\nend)"},
	actions: []string{"noop"},
}, {
	name: "shared",
	scripts: map[string]string{"shared.lua": `spoa.on_init(function() spoa.shared.set("start", 40) end)
			spoa.on("shared", function() set_var("txn.n", spoa.shared.incr("start", 2)) end)`},
	show: []string{show("txn.lua.n")},
	want: []string{"42"},
}}

// TestPolicies runs all policies behind one HAProxy of each version.
func TestPolicies(t *testing.T) {
	eachVersion(t, func(t *testing.T, version string) {
		table := slices.Concat(valuePolicies, answerPolicies)
		r := startRig(t, version, table)
		for _, p := range table {
			t.Run(p.name, func(t *testing.T) { r.run(t, p) })
		}
		if got := r.agent.Metric("spoa_lua_messages_unhandled_total"); got != 1 {
			t.Errorf("spoa_lua_messages_unhandled_total is %v, want 1", got)
		}
		for line, want := range map[string]float64{
			`spoa_lua_messages_total{message="error",outcome="error"}`: 1,
			`spoa_lua_messages_total{message="plain",outcome="ok"}`:    1,
		} {
			if got := r.agent.Metric(line); got != want {
				t.Errorf("%s is %v, want %v", line, got, want)
			}
		}
	})
}
