package runtime

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// maxNearby bounds how many folders are looked at to help with an error.
const maxNearby = 100

// around returns the folders on disk around those of scripts: those below them, the
// ones above, and those beside them.
func (r *reading) around() []string {
	var inside, above, beside []string
	for i := range r.folders {
		if f := &r.folders[i]; f.files == nil {
			parent := filepath.Join(f.disk, "..")
			inside = append(inside, below(f.disk)...)
			above = append(above, parent)
			beside = append(beside, below(parent)...)
		}
	}
	list := slices.Concat(inside, above, beside)
	return list[:min(len(list), maxNearby)]
}

// below returns the folders in one, hidden ones left out.
func below(folder string) []string {
	entries, _ := os.ReadDir(folder)
	var list []string
	for _, e := range entries {
		if e.IsDir() && !strings.HasPrefix(e.Name(), ".") {
			list = append(list, filepath.Join(folder, e.Name()))
		}
	}
	return list
}

// nearby returns a folder around those of scripts that has one of the files, or "".
func (r *reading) nearby(files []string) string {
	for _, folder := range r.around() {
		for _, file := range files {
			if info, err := os.Stat(filepath.Join(folder, filepath.FromSlash(file))); err == nil && info.Mode().IsRegular() {
				return folder
			}
		}
	}
	return ""
}

// scriptsBelow returns the folders below those of scripts that have some.
func (r *reading) scriptsBelow() []string {
	var list []string
	for i := range r.folders {
		if r.folders[i].files != nil || r.folders[i].modules {
			continue
		}
		for _, folder := range below(r.folders[i].disk) {
			entries, _ := os.ReadDir(folder)
			if slices.ContainsFunc(entries, func(e os.DirEntry) bool { return isScript(e.Name()) && !e.IsDir() }) {
				list = append(list, filepath.ToSlash(folder))
			}
		}
	}
	return list[:min(len(list), 3)]
}
