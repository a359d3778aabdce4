package runtime

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestAbsolutePaths checks where files and modules are looked for that a script
// names as it did in HAProxy, by paths of the system.
func TestAbsolutePaths(t *testing.T) {
	t.Parallel()
	dir := folderOf(t, map[string]string{
		"a.lua": `
			assert(spoa.read("/etc/haproxy/map/hosts.map") == "longest")
			assert(io.open("/etc/haproxy/geo.map"):read("a") == "geo")
			assert(spoa.read("./geo.map") == "geo")
			assert(not pcall(spoa.read, "/etc/hostname") and not pcall(spoa.read, "/") and not io.open("/geo.map/"..("x/"):rep(100)))
			local ok, err = pcall(spoa.read, "/etc/haproxy/gone.map")
			assert(not ok and err:find(": put it there as gone.map$"), err)
			package.path = package.path .. ";/usr/share/haproxy/libs/?.lua;./more/?/init.lua"
			assert(require "url" == "libs/url.lua" and require "deep.er" == "deep")
			ok, err = pcall(require, "none")
			assert(not ok and err:find("no none.lua and no none/init.lua in "), err)
			spoa.on("m", function() end)`,
		"geo.map": "geo", "hosts.map": "base",
	})
	for name, text := range map[string]string{
		"map/hosts.map": "longest", "libs/url.lua": "return 'libs/url.lua'", "more/deep/er/init.lua": "return 'deep'",
	} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		save(t, filepath.Join(dir, name), text)
	}
	if _, _, err := Check(Config{Scripts: []string{dir}}); err != nil {
		t.Fatal(err)
	}
	save(t, filepath.Join(dir, "libs", "url.lua"), "return (")
	if _, _, err := Check(Config{Scripts: []string{dir}}); err == nil || !strings.Contains(err.Error(), "url.lua:1") {
		t.Errorf("got %v for a module with a syntax error", err)
	}
}
