package runtime

import (
	"path/filepath"
	"testing"
)

// TestDofile checks that scripts run files as require does: from their folders, by
// paths of HAProxy's system too, and as a part of the load.
func TestDofile(t *testing.T) {
	t.Parallel()
	dir := folderOf(t, map[string]string{
		"a.lua": `
			local config, more = dofile("/etc/haproxy/config.cfg.lua.txt")
			assert(config.limit == 7 and more == "more")
			JSON = assert(loadfile("json.txt"))()
			assert(JSON.name == "own")
			local fn, err = loadfile("none.lua")
			assert(fn == nil and err:find("none.lua: file does not exist", 1, true), err)
			fn, err = loadfile("broken.txt")
			assert(fn == nil and err:find("broken.txt:1:", 1, true), err)
			local ok, err = pcall(dofile, "broken.txt")
			assert(not ok and err:find("dofile: .*broken.txt:1:"), err)
			ok, err = pcall(dofile, "fails.txt")
			assert(not ok and err:find("fails.txt:1: no", 1, true), err)
			ok, err = pcall(loadfile, "json.txt", "t", {})
			assert(not ok and err:find("environments are taken by load", 1, true), err)
			assert(not pcall(dofile) and not pcall(dofile, "../a.lua"))
			spoa.on("m", function()
				local ok, err = pcall(dofile, "json.txt")
				assert(not ok and err:find("while scripts are loaded", 1, true), err)
			end)`,
		"config.cfg.lua.txt": "return { limit = 7 }, 'more'", "json.txt": "return { name = 'own' }",
		"broken.txt": "return (", "fails.txt": "error 'no'",
	})
	before, _, err := Check(Config{Scripts: []string{dir}})
	if err != nil {
		t.Fatal(err)
	}
	save(t, filepath.Join(dir, "json.txt"), "return { name = 'own', new = true }")
	after, _, err := Check(Config{Scripts: []string{dir}})
	if err != nil {
		t.Fatal(err)
	}
	if before.Digest == after.Digest {
		t.Error("a file of loadfile has changed, and the digest is the same")
	}
}
