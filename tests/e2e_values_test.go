package tests

import (
	"encoding/hex"
	"net/http"
	"strings"
	"testing"

	"github.com/spoa-lua/spoa-lua/tests/agent"
	"github.com/spoa-lua/spoa-lua/tests/haproxy"
)

// seen is a script that tells of each argument of all-types, which are those of
// the template "all-types", what type and value it has in Lua.
const seen = `
local names = {"t", "f", "zero", "small", "edge", "mid", "mid2", "big", "neg", "min", "max",
  "ip4", "ip6", "missing", "method", "path", "empty", "host", "ua"}
spoa.on("all-types", function(msg)
  local list = {}
  for i, name in ipairs(names) do
    local v = msg[name]
    assert(v == msg[i], "by name and by position")
    list[i] = name .. "=" .. (math.type(v) or type(v)) .. ":" .. tostring(v)
  end
  set_var("txn.str", table.concat(list, " "))
  set_var("txn.int64", #msg)
  set_var("txn.bin", spoa.bin(msg.hdrs))
end)
spoa.on("check-client-ip", function(msg)
  set_var("sess.seen", msg[1] .. " " .. msg[2] .. " " .. msg.unnamed .. " " .. math.type(msg[3]))
end)
spoa.on("body-check", function(msg)
  set_var("txn.body_len", msg.len)
  set_var("txn.bool", #msg.body == msg.len and msg.body == ("0123456789"):rep(900))
end)`

// wantSeen is what the script above says of a request.
const wantSeen = "t=boolean:true f=boolean:false zero=integer:0 small=integer:239 edge=integer:240 mid=integer:2287" +
	" mid2=integer:2288 big=integer:1099511627776 neg=integer:-1 min=integer:-9223372036854775808" +
	" max=integer:9223372036854775807 ip4=string:127.0.0.1 ip6=string:2001:db8::1 missing=nil:nil" +
	" method=string:POST path=string:/body empty=string: host=string:example.org ua=string:probe/1"

func startAllTypes(t *testing.T, version, script string) *haproxy.Process {
	t.Helper()
	a := agent.Start(t, "--scripts", folder(t, map[string]string{"policy.lua": script}))
	c := haproxy.Template(t, "all-types")
	c.Version, c.WaitUp = version, []string{"agents"}
	c.Vars = map[string]string{"AGENT_ADDR": a.Addr}
	return haproxy.Start(t, c)
}

// TestValuesIn sends every kind of value that HAProxy has, and a body of 9 kB.
func TestValuesIn(t *testing.T) {
	eachVersion(t, func(t *testing.T, version string) {
		p := startAllTypes(t, version, seen)
		req := post(t, p.URL()+"/body", strings.Repeat("0123456789", 900))
		req.Host = "example.org"
		req.Header = http.Header{"User-Agent": {"probe/1"}, "X-Probe": {"binary"}}
		got := send(t, req).header
		for header, want := range map[string]string{
			"x-str": wantSeen, "x-int64": "20", "x-sess": "127.0.0.1 127.0.0.1 7 integer",
			"x-body-len": "9000", "x-bool": "1",
		} {
			if v := got.Get(header); v != want {
				t.Errorf("%s: got  %q\nwant %q", header, v, want)
			}
		}
		// req.hdrs_bin: each name and value with its length, and two empty ones.
		binary, err := hex.DecodeString(got.Get("x-bin"))
		if err != nil || !strings.Contains(string(binary), "\x07x-probe\x06binary") || !strings.HasSuffix(string(binary), "\x00\x00") {
			t.Errorf("hdrs: got %q, %v, want the headers of the request", binary, err)
		}
	})
}

// sample sets all types from one handler, with the names that the C agent's
// documentation gives its functions.
const sample = `
spoa.register_message("check-client-ip", function(args)
	for _, arg in ipairs(args) do
		print(arg.name, arg.value)
	end
	spoa.set_var_null("null", spoa.scope.txn)
	spoa.set_var_boolean("bool", spoa.scope.txn, true)
	spoa.set_var_int32("int32", spoa.scope.txn, -1234)
	spoa.set_var_uint32("uint32", spoa.scope.txn, 4294967295)
	spoa.set_var_int64("int64", spoa.scope.txn, 1234)
	spoa.set_var_uint64("uint64", spoa.scope.txn, 9223372036854775807)
	spoa.set_var_ipv4("ipv4", spoa.scope.txn, "127.0.0.1")
	spoa.set_var_ipv6("ipv6", spoa.scope.txn, "1::f")
	spoa.set_var_str("str", spoa.scope.txn, "1::f")
	spoa.set_var_bin("bin", spoa.scope.txn, "1:\x01:\x02f\x00\x00")
	spoa.set_var_int32("seen", spoa.scope.sess, 42)
end)`

// TestCAgentScript runs a script for the C agent as it is.
func TestCAgentScript(t *testing.T) {
	eachVersion(t, func(t *testing.T, version string) {
		for _, names := range []struct{ name, str, bin string }{
			{"names of its sample", "set_var_str", "set_var_bin"},
			{"names of its documentation", "set_var_string", "set_var_binary"},
		} {
			t.Run(names.name, func(t *testing.T) {
				script := strings.NewReplacer("set_var_str(", names.str+"(", "set_var_bin(", names.bin+"(").Replace(sample)
				// The transaction of the first request is the session's first, too.
				got := send(t, get(t, startAllTypes(t, version, script).URL()+"/")).header
				for header, want := range map[string]string{
					"x-null": "", "x-bool": "1", "x-int32": "-1234", "x-uint32": "4294967295", "x-int64": "1234",
					"x-uint64": "9223372036854775807", "x-ipv4": "127.0.0.1", "x-ipv6": "1::f", "x-str": "1::f",
					"x-bin": "313A013A02660000", "x-sess": "42",
				} {
					if v := got.Get(header); v != want {
						t.Errorf("%s: got %q, want %q", header, v, want)
					}
				}
			})
		}
	})
}
