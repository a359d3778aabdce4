package tests

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/spoa-lua/spoa-lua/tests/agent"
	"github.com/spoa-lua/spoa-lua/tests/haproxy"
)

const haproxyLuaPage = "../doc/haproxy-lua.md"

// pageBlocks returns the fenced blocks of a page by their language.
func pageBlocks(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile(haproxyLuaPage)
	if err != nil {
		t.Fatal(err)
	}
	blocks := make(map[string]string)
	for _, m := range regexp.MustCompile("(?ms)^```([a-z]+)\n(.*?)^```$").FindAllStringSubmatch(string(text), -1) {
		if blocks[m[1]] != "" {
			t.Fatalf("%s has several blocks of %s", haproxyLuaPage, m[1])
		}
		blocks[m[1]] = m[2]
	}
	return blocks
}

// TestHAProxyLuaPage runs the example of the page: the script, spoe.conf and
// haproxy.cfg as they stand there, but for the ports.
func TestHAProxyLuaPage(t *testing.T) {
	blocks := pageBlocks(t)
	eachVersion(t, func(t *testing.T, version string) {
		a := agent.Start(t, "--scripts", folder(t, map[string]string{"guard.lua": blocks["lua"]}))
		cfg := strings.NewReplacer("127.0.0.1:8080", "127.0.0.1:${FRONTEND_PORT}", "127.0.0.1:9000", "${AGENT_ADDR}").Replace(blocks["haproxy"])
		c := haproxy.Config{
			Version: version, CFG: cfg, Files: map[string]string{"spoe.conf": processing.ReplaceAllString(blocks["spoe"], "timeout processing 20s\n")},
			Vars: map[string]string{"AGENT_ADDR": a.Addr},
		}
		if out, err := haproxy.Check(c); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		p := haproxy.Start(t, c)
		req := get(t, p.URL()+"/index.html")
		req.Header.Set("User-Agent", "Probe")
		if seen := send(t, req).header.Get("x-seen"); seen != "probe" {
			t.Errorf("txn.lua.seen is %q, want probe", seen)
		}
		req = get(t, p.URL()+"/admin")
		req.Header.Set("User-Agent", "")
		if status := doRequest(t, req).StatusCode; status != 403 {
			t.Errorf("status is %d, want 403", status)
		}
	})
}
