package runtime

import (
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"
)

// TestFileBeingSaved shows that a file that has just become empty, as it does
// in the middle of a save, is not loaded so: neither a script nor what it reads.
func TestFileBeingSaved(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"a.lua", "lib/m.lua", "list.txt"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { testFileBeingSaved(t, name) }) // the patience is of its time
		})
	}
}

func testFileBeingSaved(t *testing.T, name string) {
	files := map[string]string{
		"a.lua": `require("lib.m") spoa.read("list.txt")` + answerText("x"), "lib/m.lua": "return 1", "list.txt": "a",
	}
	r, dir, _ := newTest(t, Config{}, files)
	path := filepath.Join(dir, name)
	look := func(state string, want bool) {
		t.Helper()
		before := r.Live()
		if _, changed, err := r.ReloadIfChanged(); err != nil || changed != want || (r.Live() != before) != want {
			t.Fatalf("%s: changed %v, %v, want %v", state, changed, err, want)
		}
	}
	save(t, path, "")
	look("just empty", false)
	look("still empty", false)
	save(t, path, files[name]+" ")
	look("saved", true)
	save(t, path, "")
	look("empty again", false)
	time.Sleep(emptyPatience - time.Nanosecond)
	look("nearly for long", false)
	time.Sleep(time.Nanosecond)
	look("empty for long", true)
	save(t, path, files[name])
	look("filled again", true)
	save(t, path, "")
	if _, err := r.Reload(); err != nil {
		t.Fatal(err)
	}
	look("empty because it was asked for", false)
}
