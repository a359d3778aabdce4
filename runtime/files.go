package runtime

import (
	"maps"
	"slices"
	"strings"
)

// File is one file of Lua that a load has read.
type File struct {
	// Name is what messages show.
	Name string
	Text []byte
}

// Check loads the scripts exactly as New does and returns what is wrong with
// them, or the Generation that New would make live, its VMs closed; and the scripts
// and modules that were read, also when they are wrong.
func Check(cfg Config) (*Generation, []File, error) {
	r := newRuntime(cfg)
	gen, read, err := r.load(1)
	files := read.luaFiles()
	if err != nil {
		return nil, files, err
	}
	gen.pool.retire()
	r.tellEmpty(gen)
	return gen, files, nil
}

// tellEmpty warns of scripts that have nothing to answer with.
func (r *Runtime) tellEmpty(gen *Generation) {
	if len(gen.Messages)+len(gen.services)+len(gen.taskInfos) == 0 {
		r.cfg.Log.Warn("the scripts handle no message", "scripts", len(gen.Scripts),
			"hint", "spoa.on(NAME, function(msg) ... end) registers what answers the message NAME")
	}
}

// luaFiles returns the files of Lua among what was read, by name.
func (r *reading) luaFiles() []File {
	var files []File
	noted := r.noted()
	for _, name := range slices.Sorted(maps.Keys(noted)) {
		f := noted[name]
		if !strings.HasSuffix(name, ".lua") || f.sum == [32]byte{} {
			continue
		}
		if text, err := f.read(); err == nil {
			files = append(files, File{Name: name, Text: text})
		}
	}
	return files
}
