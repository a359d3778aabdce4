package runtime

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
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
			_, _, err := Check(Config{Scripts: []string{dir}})
			if (err == nil) != tt.ok {
				t.Fatalf("got %v, want ok %v", err, tt.ok)
			}
			if err != nil && !strings.Contains(err.Error(), "a.lua:1: ") {
				t.Errorf("the error %q does not name the line", err)
			}
		})
	}
}

// TestPipesAreNotRead has pipes where files are wanted, whose reading would never
// end: a load fails, and a handler has an error.
func TestPipesAreNotRead(t *testing.T) {
	t.Parallel()
	pipe := func(dir, name string) {
		t.Helper()
		if err := syscall.Mkfifo(filepath.Join(dir, name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for script, name := range map[string]string{
		"": "b.lua", `require "b"`: "b.lua", `spoa.read("b.txt")`: "b.txt", `require "mmdb".open("b.mmdb")`: "b.mmdb",
	} {
		dir := folderOf(t, map[string]string{"a.lua": script, "sub/keep": ""})
		pipe(dir, name)
		if _, _, err := Check(Config{Scripts: []string{dir}}); err == nil || !strings.Contains(err.Error(), name+" is no regular file") {
			t.Errorf("%s: got %v", script, err)
		}
	}
	r, dir, _ := newTest(t, Config{ErrorVar: "txn.error"}, map[string]string{"a.lua": `
spoa.on("m", function() set_var("txn.file", io.open("later.txt") == nil) end)`})
	pipe(dir, "later.txt")
	if got, want := ask(t, dial(t, serve(t, config(r, time.Minute))), "m"), "set-var txn.file bool:true"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
