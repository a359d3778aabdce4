package haproxy

import (
	"container/list"
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

	given map[string]struct{} // warnings
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

// mapFile is the agent's copy of a map file, which scripts may change. Its
// methods may be called by any goroutine.
type mapFile struct {
	mu    sync.RWMutex
	order list.List // of *mapEntry
	byKey map[string][]*list.Element
	views map[string]*mapView
}

type mapEntry struct {
	key, value string
	line       int
	bare       bool // of add_acl: no lookup finds it
}

// mapView is a file with one method.
type mapView struct {
	*patternMap
	file *mapFile
}

// maxMapEntries bounds what scripts may put into a file.
const maxMapEntries = 1_000_000

func newMapFile(text []byte) *mapFile {
	f := &mapFile{byKey: make(map[string][]*list.Element), views: make(map[string]*mapView)}
	number := 0
	for line := range strings.Lines(string(text)) {
		number++
		if key, value, ok := mapLine(line); ok {
			f.push(mapEntry{key: key, value: value, line: number})
		}
	}
	return f
}

func (f *mapFile) push(e mapEntry) { f.byKey[e.key] = append(f.byKey[e.key], f.order.PushBack(&e)) }

// view makes the file ready for a method.
func (f *mapFile) view(method string) (*mapView, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if v := f.views[method]; v != nil {
		return v, nil
	}
	m, err := newPatternMap(method, f)
	if err != nil {
		return nil, err
	}
	f.views[method] = &mapView{m, f}
	return f.views[method], nil
}

// set gives all entries of a key a value, or makes one. ok is false when the file
// is full; err says that a method cannot read the key.
func (f *mapFile) set(key, value string) (ok bool, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.byKey[key]) == 0 {
		return f.add(key, value)
	}
	bare := false
	for _, e := range f.byKey[key] {
		entry := e.Value.(*mapEntry)
		bare = bare || entry.bare
		entry.value, entry.bare = value, false
	}
	if bare {
		return true, f.addToViews(key, value)
	}
	for _, v := range f.views {
		v.set(key, value)
	}
	return true, nil
}

// addBare makes an entry without a value, unless the key is there.
func (f *mapFile) addBare(key string) (ok bool, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.order.Len() >= maxMapEntries {
		return false, nil
	}
	if len(f.byKey[key]) == 0 {
		f.push(mapEntry{key: key, bare: true})
	}
	return true, nil
}

// add makes an entry.
func (f *mapFile) add(key, value string) (ok bool, err error) {
	if f.order.Len() >= maxMapEntries {
		return false, nil
	}
	f.push(mapEntry{key: key, value: value})
	return true, f.addToViews(key, value)
}

func (f *mapFile) addToViews(key, value string) (err error) {
	for _, v := range f.views {
		if bad := v.add(key, value); bad != nil {
			err = bad
		}
	}
	return err
}

// remove removes all entries of a key and reports whether there were any.
func (f *mapFile) remove(key string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	found := f.byKey[key]
	for _, e := range found {
		f.order.Remove(e)
	}
	delete(f.byKey, key)
	for _, v := range f.views {
		v.remove(key)
	}
	return len(found) > 0
}
