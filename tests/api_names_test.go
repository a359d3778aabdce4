package tests

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/spoa-lua/spoa-lua/spop"
	"github.com/spoa-lua/spoa-lua/tests/agent"
	"github.com/spoa-lua/spoa-lua/tests/haproxy"
)

// absentNames are what scripts find in HAProxy and not here, and why: a name of an
// object, or all names of it.
var absentNames = map[string]string{
	"_G bit32":           "HAProxy 2.6 has it with Lua 5.3; the agent's Lua is 5.4",
	"_G debug":           "scripts are kept from the VM",
	"_G dofile":          "scripts are kept from files but for those below their folders",
	"_G loadfile":        "the same",
	"_G io":              "the same",
	"applet response":    "a field that HAProxy keeps for itself",
	"proxy:get_stats()":  "SPOE carries no statistics: the names that do not need them are there",
	"server:get_stats()": "the same",
}

// converters34 are those that HAProxy has since 3.3 or 3.4, and the agent has not.
var converters34 = strings.Fields(`aes_cbc_dec aes_cbc_enc fe_exists jwt_decrypt_cert jwt_decrypt_jwk
	jwt_decrypt_secret jwt_verify_cert reverse reverse_dom
	eth_data eth_dst eth_hdr eth_proto eth_src eth_vlan
	ip_data ip_df ip_dst ip_fp ip_hdr ip_proto ip_src ip_tos ip_ttl ip_ver
	tcp_dst tcp_flags tcp_options_list tcp_options_mss tcp_options_sack tcp_options_tsopt
	tcp_options_tsval tcp_options_wscale tcp_options_wsopt tcp_seq tcp_src tcp_win`)

// namesConfig has one section of each kind that scripts look at.
const namesConfig = `global
  lua-load names.lua
  tune.bufsize 131072

defaults
  mode http
  timeout client 30s
  timeout server 30s
  timeout connect 5s

frontend web
  bind 127.0.0.1:${FRONTEND_PORT}
  http-request use-service lua.names if { path /service }
  http-request lua.list

backend known
  server one 127.0.0.1:7001
`

// TestAPINames compares the names of HAProxy's Lua API, its fetches and converters
// among them, with the agent's: what a version has is here, or stands in the list.
func TestAPINames(t *testing.T) {
	t.Parallel()
	script, err := os.ReadFile("apinames/names.lua")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{"names.lua": string(script), "names.map": "a b\n", "haproxy.cfg": namesConfig}
	a := agent.Start(t, "--scripts", folder(t, files), "--http-listen", "127.0.0.1:0")
	web, _ := a.WaitLog("ready")["http"].(string)
	c, err := spop.Dial(t.Context(), a.Addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	used := map[string]bool{}
	for _, version := range haproxy.Versions {
		p := haproxy.Start(t, haproxy.Config{Version: version, CFG: namesConfig, Files: files})
		names := body(t, p.URL()+"/", "")
		if n := strings.Count(names, "\n"); n < 1500 {
			t.Fatalf("HAProxy %s has %d names:\n%s", version, n, names)
		}
		for line := range strings.SplitSeq(missingNames(t, c, names), "\n") {
			checkAbsent(t, version, line, used)
		}
		for line := range strings.SplitSeq(body(t, "http://"+web+"/names", body(t, p.URL()+"/service", "")), "\n") {
			checkAbsent(t, version, line, used)
		}
	}
	for name := range absentNames { // of which some are of 2.6 alone
		if !used[name] && slices.Contains(haproxy.Versions, "2.6") {
			t.Errorf("%s: the agent has it, or no HAProxy does", name)
		}
	}
}

func checkAbsent(t *testing.T, version, line string, used map[string]bool) {
	t.Helper()
	object, converter, _ := strings.Cut(line, " ")
	if version == "3.4" && slices.Contains(converters34, converter) {
		return
	}
	for _, name := range []string{line, object} {
		if absentNames[name] != "" {
			used[name] = true
			return
		}
	}
	if line != "" {
		t.Errorf("HAProxy %s has %q, and the agent neither has it nor says why not", version, line)
	}
}

// missingNames asks the agent, some names at a time.
func missingNames(t *testing.T, c *spop.Client, names string) string {
	t.Helper()
	missing := ""
	for part := range slices.Chunk(strings.SplitAfter(names, "\n"), 200) {
		actions, err := c.Notify(t.Context(), spop.NewMessage("missing", spop.Arg{Name: []byte("arg1"), Value: spop.String(strings.Join(part, ""))}))
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, a := range actions {
			if a.Name == "missing" {
				missing += string(a.Value.Bytes())
				found = true
			}
		}
		if !found {
			t.Fatalf("the agent's script has not answered: %v", actions)
		}
	}
	return missing
}

func body(t *testing.T, url, send string) string {
	t.Helper()
	resp, err := http.Post(url, "text/plain", bytes.NewReader([]byte(send)))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: status %d, %v", url, resp.StatusCode, err)
	}
	return string(text)
}
