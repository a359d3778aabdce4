package runtime

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"time"
)

// reading is what one load has read, so that a later look can tell whether
// anything of it has changed.
type reading struct {
	folders []folder
	scripts []string // the names that the folders listed

	mu    sync.Mutex // a VM made later may look for a module that nobody had
	files map[string]*fileRead
}

// fileRead is one file as it was when it was read.
type fileRead struct {
	path string // on disk, or "" for an embedded file
	read func() ([]byte, error)
	sum  [32]byte    // zero when it could not be read
	stat fs.FileInfo // nil likewise
	at   time.Time
}

func newReading(folders []folder) *reading {
	return &reading{folders: folders, files: make(map[string]*fileRead)}
}

// note reads a file and remembers it under name.
func (r *reading) note(name, file string, read func() ([]byte, error)) ([]byte, error) {
	f := &fileRead{path: file, read: read, at: time.Now()}
	if file != "" {
		f.stat, _ = os.Stat(file) // before reading: a change in between shows
	}
	text, err := read()
	if err == nil {
		f.sum = sha256.Sum256(text)
	}
	r.mu.Lock()
	r.files[name] = f
	r.mu.Unlock()
	return text, err
}

// noted returns the files read so far, by name.
func (r *reading) noted() map[string]*fileRead {
	r.mu.Lock()
	defer r.mu.Unlock()
	return maps.Clone(r.files)
}

// oldStat is how much older than its reading a file must be for its time of
// modification to show every later change.
const oldStat = time.Second

// looksSame reports whether size, time and identity are those of a file that
// was not changed just before it was read.
func (f *fileRead) looksSame() bool {
	if f.path == "" {
		return true
	}
	now, err := os.Stat(f.path)
	if err != nil || f.stat == nil {
		return false
	}
	return os.SameFile(now, f.stat) && now.Size() == f.stat.Size() && now.ModTime().Equal(f.stat.ModTime()) &&
		f.at.Sub(f.stat.ModTime()) > oldStat
}

// readsSame reads the file again.
func (f *fileRead) readsSame() bool {
	text, err := f.read()
	if err != nil {
		return f.sum == [32]byte{}
	}
	return f.sum == sha256.Sum256(text)
}

// sources reads all scripts in the order in which they run: by file name, and
// by path where file names are equal.
func (r *reading) sources() ([]source, error) {
	var all []source
	for i := range r.folders {
		f := &r.folders[i]
		names, err := f.scripts()
		if err != nil {
			return nil, fmt.Errorf("scripts: %w", withoutCall(err))
		}
		for _, file := range names {
			name := f.name(file)
			r.scripts = append(r.scripts, name)
			text, err := r.note(name, f.path(file), func() ([]byte, error) { return f.readScript(file) })
			if err != nil {
				return nil, fmt.Errorf("scripts: %w", withoutCall(err))
			}
			all = append(all, source{show: name, base: file, text: text})
		}
	}
	if len(all) == 0 {
		if below := r.scriptsBelow(); below != nil {
			return nil, fmt.Errorf("scripts: no *.lua file in %s itself, but in %s: name such a folder", r.where(), strings.Join(below, " and "))
		}
		return nil, fmt.Errorf("scripts: no *.lua file in %s", r.where())
	}
	slices.SortStableFunc(all, func(a, b source) int {
		return strings.Compare(a.base+"\x00"+a.show, b.base+"\x00"+b.show)
	})
	return slices.CompactFunc(all, func(a, b source) bool { return a.show == b.show }), nil
}

func (r *reading) where() string {
	var names []string
	for _, f := range r.folders {
		names = append(names, f.show)
	}
	return strings.Join(names, ", ")
}

// data reads the file that the script from names: from that script's own
// folder, or else from the first other one that has it.
func (r *reading) data(from, file string) (name string, text []byte, err error) {
	for _, end := range endsOf(file) {
		for _, f := range r.folderOrder(from) {
			name = f.name(end)
			text, err = r.note(name, f.path(end), func() ([]byte, error) { return f.read(end) })
			if !errors.Is(err, fs.ErrNotExist) {
				return name, text, err
			}
		}
	}
	return file, nil, r.missing(file)
}

// missing is the error for a file that is in no folder.
func (r *reading) missing(file string) error {
	if path.IsAbs(file) {
		return fmt.Errorf("%s: %w in %s: put it there as %s", file, fs.ErrNotExist, r.where(), path.Base(file))
	}
	return fmt.Errorf("%s: %w in %s", file, fs.ErrNotExist, r.where())
}

// endsOf returns the paths that a file is looked for under. An absolute path,
// which scripts of HAProxy often have, stands for each of its ends, the longest
// first: of /etc/haproxy/geo.map that is etc/haproxy/geo.map, haproxy/geo.map and
// geo.map.
func endsOf(file string) []string {
	if !path.IsAbs(file) {
		return []string{strings.TrimPrefix(file, "./")}
	}
	var ends []string
	for rest := path.Clean(file); len(ends) < maxEnds; {
		_, after, ok := strings.Cut(rest, "/")
		if !ok || after == "" {
			break
		}
		ends, rest = append(ends, after), after
	}
	return ends
}

// maxEnds bounds how often one name is looked for.
const maxEnds = 32

// open opens the file that the script from names, where data would find it. Any
// goroutine may call it.
func (r *reading) open(from, file string) (*os.File, string, error) {
	for _, end := range endsOf(file) {
		for _, f := range r.folderOrder(from) {
			opened, err := f.open(end)
			if !errors.Is(err, fs.ErrNotExist) {
				return opened, f.name(end), err
			}
		}
	}
	return nil, file, r.missing(file)
}

func (r *reading) folderOrder(from string) []*folder {
	var order []*folder
	for i := range r.folders {
		if f := &r.folders[i]; f.holds(from) {
			order = append([]*folder{f}, order...)
		} else {
			order = append(order, f)
		}
	}
	return order
}

// changed reports whether what was read would now read differently.
func (r *reading) changed() bool {
	var scripts []string
	for i := range r.folders {
		names, err := r.folders[i].scripts()
		if err != nil {
			return true
		}
		for _, file := range names {
			scripts = append(scripts, r.folders[i].name(file))
		}
	}
	if !slices.Equal(scripts, r.scripts) {
		return true
	}
	for _, f := range r.noted() {
		if !f.looksSame() && !f.readsSame() {
			return true
		}
	}
	return false
}

// digest returns 12 hexadecimal digits that stand for all that was read.
func (r *reading) digest() string {
	h := sha256.New()
	files := r.noted()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintf(h, "%s\x00%x\n", name, files[name].sum)
	}
	return hex.EncodeToString(h.Sum(nil))[:12]
}
