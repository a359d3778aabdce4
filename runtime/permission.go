package runtime

import (
	"encoding/hex"
	"io/fs"
	"maps"
	"os"
	"slices"
)

// writableByOthers is the permission that makes anybody on the machine an
// author of policies.
const writableByOthers fs.FileMode = 0o002

// tellFiles logs the digest of each file that a load has read, and warns of
// each file and folder that others may write, once for as long as it is so.
// Runtime.reloading is held.
func (r *Runtime) tellFiles(read *reading) {
	open := make(map[string]bool)
	for _, f := range read.folders {
		if info, err := os.Stat(f.disk); f.disk != "" && err == nil {
			r.tellOpen(open, f.show, f.disk, info)
		}
	}
	files := read.noted()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		f := files[name]
		if f.sum == [32]byte{} {
			continue
		}
		r.cfg.Log.Debug("file read", "file", name, "digest", hex.EncodeToString(f.sum[:]))
		if f.stat != nil {
			r.tellOpen(open, name, f.path, f.stat)
		}
	}
	r.open = open
}

func (r *Runtime) tellOpen(open map[string]bool, name, path string, info fs.FileInfo) {
	if info.Mode()&writableByOthers == 0 || readOnly(path) {
		return
	}
	open[name] = true
	if !r.open[name] {
		r.cfg.Log.Warn("others may write here: whoever does decides what the agent answers", "file", name,
			"mode", info.Mode().String(), "hint", "chmod o-w")
	}
}
