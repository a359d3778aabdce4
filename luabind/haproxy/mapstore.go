package haproxy

import (
	"crypto/sha256"
	"strings"
	"sync"
	"weak"
)

// Maps holds the map files of one load, each read once for all VMs. The zero
// value is empty.
type Maps struct {
	mu     sync.Mutex
	files  map[mapKey]*mapFile
	byName map[string]*mapFile

	given   map[string]struct{} // warnings
	claimed bool
}

// mapKey says that scripts of different folders may mean different files.
type mapKey struct{ script, file string }

// load returns a file for a script, and what read returns is in it when it is
// new. A file that another load has read alike is the same one, with what scripts
// have changed in it.
func (m *Maps) load(store *Store, script, name string, read func() []byte) *mapFile {
	key := mapKey{script, name}
	m.mu.Lock()
	f := m.files[key]
	m.mu.Unlock()
	if f != nil {
		return f
	}
	f = store.file(name, read())
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.files == nil {
		m.files, m.byName = make(map[mapKey]*mapFile), make(map[string]*mapFile)
	}
	m.files[key] = f
	if m.byName[name] == nil {
		m.byName[name] = f
	}
	return f
}

// find returns a file that a script has opened: the calling one's when several
// have the name. nil means that there is none.
func (m *Maps) find(script, name string) *mapFile {
	name = strings.TrimPrefix(name, "virt@")
	m.mu.Lock()
	defer m.mu.Unlock()
	if f := m.files[mapKey{script, name}]; f != nil {
		return f
	}
	return m.byName[name]
}

// claim reports whether the caller is the first one.
func (m *Maps) claim() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	first := !m.claimed
	m.claimed = true
	return first
}

// maxWarnings bounds the warnings of a load, whose texts scripts can vary.
const maxWarnings = 1000

// first reports whether a warning has not been given before.
func (m *Maps) first(text string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ok := m.given[text]; ok || len(m.given) >= maxWarnings {
		return false
	}
	if m.given == nil {
		m.given = make(map[string]struct{})
	}
	m.given[text] = struct{}{}
	return true
}

// fileKey is a map file with its bytes: a file that has changed is another one.
type fileKey struct {
	name string
	sum  [sha256.Size]byte
}

// file returns the map file of that name and text, as scripts have left it. It
// is kept as long as a load that is live uses it.
func (s *Store) file(name string, text []byte) *mapFile {
	key := fileKey{name, sha256.Sum256(text)}
	s.mu.Lock()
	defer s.mu.Unlock()
	if f := s.files[key].Value(); f != nil {
		return f
	}
	for k, p := range s.files {
		if p.Value() == nil {
			delete(s.files, k)
		}
	}
	f := newMapFile(text)
	if s.files == nil {
		s.files = make(map[fileKey]weak.Pointer[mapFile])
	}
	s.files[key] = weak.Make(f)
	return f
}
