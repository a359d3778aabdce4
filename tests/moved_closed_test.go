package tests

import (
	"net/http"
	"strings"
	"testing"

	"github.com/spoa-lua/spoa-lua/tests/haproxy"
)

// TestMovedFailsClosed takes the rules out of the comments that spoa-lua
// haproxy-config writes for an agent that is away: nobody passes then, whereas
// without them everybody does.
func TestMovedFailsClosed(t *testing.T) {
	const dir, mark = "moved/guard", "# To fail closed when the agent is away: "
	files := folderFiles(t, dir)
	eachVersion(t, func(t *testing.T, version string) {
		written := writtenFor(t, dir, "haproxy.cfg", version)
		files := map[string]string{"guard.lua": files["guard.lua"], "spoe.conf": written["spoe.conf"]}
		for _, tt := range []struct {
			name, cfg string
			status    int
		}{
			{"open", written["haproxy.cfg"], http.StatusOK},
			{"closed", strings.ReplaceAll(written["haproxy.cfg"], mark, ""), http.StatusServiceUnavailable},
			{"closed behind the server", strings.ReplaceAll(written["haproxy.cfg"], mark+"http-response", "http-response"), http.StatusBadGateway},
		} {
			c := moved(version, tt.cfg, files)
			c.Vars = map[string]string{"AGENT_ADDR": "127.0.0.1:1"} // nothing can listen there but a system service
			p := haproxy.Start(t, c)
			for _, path := range []string{"/", "/admin"} {
				resp, err := http.Get(p.URL() + path)
				if err != nil {
					t.Fatal(err)
				}
				resp.Body.Close()
				if resp.StatusCode != tt.status {
					t.Errorf("%s: GET %s without an agent: got status %d, want %d", tt.name, path, resp.StatusCode, tt.status)
				}
			}
		}
	})
}
