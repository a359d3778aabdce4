package tests

import (
	"os/exec"
	"regexp"
	"strings"
	"testing"

	lua "github.com/spoa-lua/spoa-lua/luabind/haproxy"
	"github.com/spoa-lua/spoa-lua/tests/haproxy"
)

var listedFetch = regexp.MustCompile(`(?m)^\[[ Y.]*\] ([^ (:]+)`)

// TestFetchNames compares the fetches that haproxy-config knows with those that
// HAProxy lists.
func TestFetchNames(t *testing.T) {
	eachVersion(t, func(t *testing.T, version string) {
		out, err := exec.Command(haproxy.Binary(t, version), "-dKsmp", "-f", "/dev/null", "-q", "-c").CombinedOutput()
		listed := map[string]bool{}
		for _, m := range listedFetch.FindAllStringSubmatch(string(out), -1) {
			if !strings.HasPrefix(m[1], "internal.") && m[1] != "bc_setting_streams_limit" { // 3.0 alone spells it so
				listed[m[1]] = true
			}
		}
		if len(listed) < 400 {
			t.Fatalf("haproxy -dKsmp lists %d fetches: %v\n%s", len(listed), err, out)
		}
		lua.EachFetch(func(name, since string) {
			if has := listed[name]; has != lua.AtLeast(version, since) {
				t.Errorf("%s: HAProxy has it: %t; the agent says from %s on", name, has, since)
			}
		})
		for name := range listed {
			if since := lua.FetchSince(name); since == "" || !lua.AtLeast(version, since) {
				t.Errorf("%s: HAProxy has it; the agent says from %q on", name, since)
			}
		}
	})
}
