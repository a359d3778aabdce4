package tests

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spoa-lua/spoa-lua/tests/haproxy"
)

// TestHAProxyConfig shows that HAProxy takes what spoa-lua haproxy-config writes
// for the policies that ship, and for all scripts of the differential test, in the
// form for all versions and in that for its own.
func TestHAProxyConfig(t *testing.T) {
	eachVersion(t, func(t *testing.T, version string) {
		for _, form := range []string{"", version} {
			for name, scripts := range map[string][]string{
				"policies": {filepath.Join(shippedDir, "*")}, "differential": {"differential"},
			} {
				t.Run(name+form, func(t *testing.T) {
					t.Parallel()
					checkWritten(t, version, form, scripts)
				})
			}
		}
	})
}

func checkWritten(t *testing.T, version, form string, scripts []string) {
	t.Helper()
	out := t.TempDir()
	args := []string{"haproxy-config", "--output", out, "--haproxy-version", form}
	for _, pattern := range scripts {
		paths, err := filepath.Glob(pattern)
		if err != nil || len(paths) == 0 {
			t.Fatalf("%s: %v", pattern, err)
		}
		for _, path := range paths {
			if lists, _ := filepath.Glob(filepath.Join(path, "*.lua")); lists != nil {
				args = append(args, "--scripts", path)
			}
		}
	}
	if text, code := runCommand(t, args...); code != 0 {
		t.Fatalf("haproxy-config ends with code %d:\n%s", code, text)
	}
	c := haproxy.Config{Version: version, Files: map[string]string{}}
	for _, name := range []string{"spoe.conf", "haproxy.cfg"} {
		text, err := os.ReadFile(filepath.Join(out, name))
		if err != nil {
			t.Fatal(err)
		}
		c.Files[name] = string(text)
	}
	c.CFG = c.Files["haproxy.cfg"]
	delete(c.Files, "haproxy.cfg")
	if output, err := haproxy.Check(c); err != nil || strings.Contains(output, "WARNING") {
		t.Errorf("%v\n%s\n%s\n%s", err, output, c.CFG, c.Files["spoe.conf"])
	}
}
