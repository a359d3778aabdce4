package runtime

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestConfinedToFolder shows that a script reads nothing outside its folder, by
// no name and through no link, while a link within the folder is fine.
func TestConfinedToFolder(t *testing.T) {
	t.Parallel()
	outside := filepath.Join(t.TempDir(), "secret.lua")
	save(t, outside, "return 'secret'")
	for _, tt := range []struct {
		name, script, link, to string
		ok                     bool
	}{
		{name: "link within", script: `spoa.read("link")`, link: "link", to: "data.txt", ok: true},
		{name: "link out, absolute", script: `spoa.read("link")`, link: "link", to: outside},
		{name: "link out, relative", script: `spoa.read("link")`, link: "link", to: "../../../../../../../../etc/hostname"},
		{name: "linked folder", script: `spoa.read("sub/secret.lua")`, link: "sub", to: filepath.Dir(outside)},
		{name: "linked module", script: `require("lib")`, link: "lib.lua", to: outside},
		{name: "absolute name", script: `spoa.read("` + outside + `")`},
		{name: "dots", script: `spoa.read("../secret.lua")`},
		{name: "dots inside", script: `spoa.read("sub/../../secret.lua")`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := folderOf(t, map[string]string{"a.lua": tt.script, "data.txt": ""})
			if tt.link != "" {
				if err := os.Symlink(tt.to, filepath.Join(dir, tt.link)); err != nil {
					t.Fatal(err)
				}
			}
			_, err := Check(Config{Scripts: []string{dir}})
			if (err == nil) != tt.ok {
				t.Fatalf("got %v, want ok %v", err, tt.ok)
			}
			if err != nil && !strings.Contains(err.Error(), "a.lua:1: ") {
				t.Errorf("the error %q does not name the line", err)
			}
		})
	}
}
