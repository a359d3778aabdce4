package runtime

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"
)

const openText = "others may write here"

// TestWritableByOthers warns of scripts, modules and folders that anybody may
// write, and of no others.
func TestWritableByOthers(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		file string // "" for the folder
		mode os.FileMode
		want int
	}{
		{"owner alone", "a.lua", 0o600, 0},
		{"readable by all", "a.lua", 0o644, 0},
		{"group may write", "a.lua", 0o664, 0},
		{"others may write", "a.lua", 0o666, 1},
		{"module", "lib/m.lua", 0o646, 1},
		{"data", "list.txt", 0o666, 1},
		{"folder of the group", "", 0o775, 0},
		{"folder of all", "", 0o777, 1},
		{"sticky folder", "", 0o777 | os.ModeSticky, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r, dir, log := newTest(t, Config{}, map[string]string{
				"a.lua": `require("lib.m") spoa.read("list.txt")` + answerText("x"), "lib/m.lua": "return 1", "list.txt": "",
			})
			if n := log.count(openText); n != 0 {
				t.Fatalf("%d warnings at the start, want none", n)
			}
			path := filepath.Join(dir, tt.file)
			for _, mode := range []os.FileMode{tt.mode, tt.mode, 0o700, tt.mode} {
				if err := os.Chmod(path, mode); err != nil {
					t.Fatal(err)
				}
				if _, err := r.Reload(); err != nil {
					t.Fatal(err)
				}
			}
			// Once for the first two loads, and once more after it was put right.
			if n := log.count(openText); n != 2*tt.want {
				t.Errorf("%d warnings, want %d", n, 2*tt.want)
			}
		})
	}
}

// TestDigests finds each file's SHA-256 in the log of a load.
func TestDigests(t *testing.T) {
	t.Parallel()
	files := map[string]string{"a.lua": `require("lib.m")` + answerText("x"), "lib/m.lua": "return 1"}
	r, dir, log := newTest(t, Config{}, files)
	files["a.lua"] += "-- edited"
	save(t, filepath.Join(dir, "a.lua"), files["a.lua"])
	if _, err := r.Reload(); err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		sum := sha256.Sum256([]byte(text))
		line := `level=DEBUG msg="file read" file=` + filepath.Join(dir, name) + " digest=" + hex.EncodeToString(sum[:])
		if log.count(line) == 0 {
			t.Errorf("the log does not say %s", line)
		}
	}
}
