package runtime

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"
)

// listFiles returns the names of the files that the script from asks for by a
// pattern of path.Match, as ls prints them.
func (c *cache) listFiles(from, pattern string) ([]string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	key := from + "\x00ls\x00" + pattern
	text, ok := c.files[key]
	if !ok {
		var err error
		if text, err = c.read.list(from, pattern); err != nil {
			return nil, err
		}
		c.files[key] = text
	}
	return strings.Split(strings.TrimSuffix(string(text), "\n"), "\n"), nil
}

// list returns the lines of listFiles, of the first folder that has any. What was
// listed is remembered as what was read is.
func (r *reading) list(from, pattern string) ([]byte, error) {
	dir, _ := path.Split(pattern)
	if hasMeta(dir) {
		return nil, fmt.Errorf("%s: * and ? may stand behind the last / only", pattern)
	}
	for _, end := range endsOf(pattern) {
		for _, f := range r.folderOrder(from) {
			lines, err := r.note(f.name(end)+" (listed)", f.path(listedFolder(end)), func() ([]byte, error) {
				return f.match(end, literal(dir), literal(pattern))
			})
			if err == nil && len(lines) > 0 {
				return lines, nil
			}
		}
	}
	return nil, r.missing(literal(pattern))
}

// match returns the lines for a pattern below the folder: files called after dir,
// what is in a folder, or the file itself under the name asked for.
func (f *folder) match(pattern, dir, asked string) ([]byte, error) {
	at, last := listedFolder(pattern), path.Base(pattern)
	if !hasMeta(last) {
		last, dir = "*", ""
	}
	entries, err := f.entries(at)
	if err != nil {
		if info, statErr := f.stat(at); statErr == nil && !info.IsDir() {
			return []byte(asked + "\n"), nil
		}
		return nil, err
	}
	var lines strings.Builder
	for _, e := range entries {
		matches, err := path.Match(last, e.Name())
		if err != nil {
			return nil, err
		}
		if matches && !strings.HasPrefix(e.Name(), ".") {
			lines.WriteString(dir + e.Name() + "\n")
		}
	}
	return []byte(lines.String()), nil
}

// listedFolder is the folder whose files a pattern asks for: all of it when the pattern
// is its name.
func listedFolder(pattern string) string {
	dir, last := path.Split(pattern)
	if hasMeta(last) {
		return path.Clean(literal(dir))
	}
	return path.Clean(literal(pattern))
}

// entries lists a folder below the folder, links included.
func (f *folder) entries(dir string) (entries []fs.DirEntry, err error) {
	err = f.below(dir, func(files fs.FS) error {
		entries, err = fs.ReadDir(files, dir)
		return err
	})
	return entries, err
}

// stat describes a file below the folder.
func (f *folder) stat(file string) (info fs.FileInfo, err error) {
	err = f.below(file, func(files fs.FS) error {
		info, err = fs.Stat(files, file)
		return err
	})
	return info, err
}

// below calls fn with the files below the folder, when name can be one of them.
func (f *folder) below(name string, fn func(fs.FS) error) error {
	if !fs.ValidPath(name) {
		return fmt.Errorf("%q must be a path below the script's folder", name)
	}
	if f.files != nil {
		return fn(f.files)
	}
	root, err := os.OpenRoot(f.disk)
	if err != nil {
		return err
	}
	defer root.Close()
	return fn(root.FS())
}

// hasMeta reports whether a pattern of path.Match is more than a name.
func hasMeta(pattern string) bool {
	for i := 0; i < len(pattern); i++ {
		switch pattern[i] {
		case '\\':
			i++
		case '*', '?', '[':
			return true
		}
	}
	return false
}

// literal takes the backslashes out of a pattern.
func literal(pattern string) string {
	if !strings.Contains(pattern, `\`) {
		return pattern
	}
	var b strings.Builder
	for i := 0; i < len(pattern); i++ {
		if pattern[i] == '\\' && i+1 < len(pattern) {
			i++
		}
		b.WriteByte(pattern[i])
	}
	return b.String()
}
