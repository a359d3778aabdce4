package haproxyconf

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestNeedsOwnDefaults holds which defaults are none for the agent's backend.
func TestNeedsOwnDefaults(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"frontend a\n  option forwardfor":                                              false,
		"defaults\n  mode http\n  option httplog\n  balance leastconn":                 false,
		"defaults\n  default-server inter 3s check":                                    false,
		"defaults\n  option forwardfor except 127.0.0.1":                               true,
		"defaults\n  # option forwardfor":                                              false,
		"defaults\n  option http-buffer-request":                                       true,
		"defaults\n  balance hdr(host)":                                                true,
		"defaults\n  balance":                                                          false,
		"defaults\n  cookie S insert":                                                  true,
		"defaults\n  default-server ssl verify none":                                   true,
		"defaults\n  option forwardfor\ndefaults\n  mode tcp":                          false,
		"defaults web\n  mode http\nfrontend a from web\n  bind :1":                    true,
		"defaults web\n  mode http\ndefaults\n  mode http\nfrontend a from web\n bind": false,
	} {
		if got := needsOwnDefaults(strings.Split(text, "\n")); got != want {
			t.Errorf("%q: got %t", text, got)
		}
	}
}

// TestBackends shows the sections of the agent behind such defaults.
func TestBackends(t *testing.T) {
	t.Parallel()
	e, err := Read(strings.NewReader("defaults\n  option forwardfor\nfrontend a\n  http-request use-service lua.page"))
	if err != nil {
		t.Fatal(err)
	}
	c := &Config{Options: Options{Agent: "127.0.0.1:9000", Existing: e}, Messages: []Message{{Name: "m"}}, carried: map[string][]string{"page": nil}}
	_, got, _ := strings.Cut(c.Rewrite(), "spoa-lua-http if { var(txn.spoa_lua_service) -m found }\n")
	want := `
# The defaults above are not for the agent.
defaults
  timeout connect 1s
  timeout server 3m

backend spoa-lua
  mode tcp
  option spop-check
  timeout connect 1s
  timeout server 3m
  server agent1 127.0.0.1:9000 check

# The agent's --http-listen.
backend spoa-lua-http
  mode http
  option http-buffer-request
  timeout connect 1s
  timeout server 10s
  server agent1 127.0.0.1:9080
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
