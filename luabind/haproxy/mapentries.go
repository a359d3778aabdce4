package haproxy

import (
	"container/list"
	"fmt"
	"strings"
	"sync"
)

// mapFile is the agent's copy of a map file, which scripts may change. Its
// methods may be called by any goroutine.
type mapFile struct {
	mu    sync.RWMutex
	live  *mapEntries
	views map[string]*mapView

	// Sets of entries that a Patref prepares have numbers; none up to current can
	// be committed any more. purges counts how often all of them were emptied.
	prepared, current, purges uint64
}

// mapView is a file with one method.
type mapView struct {
	*patternMap // of the live entries
	file        *mapFile
}

// mapEntries are the entries of a file, made ready for its methods.
type mapEntries struct {
	order   list.List // of *mapEntry
	byKey   map[string][]*list.Element
	methods map[string]*patternMap
}

type mapEntry struct {
	key, value string
	line       int
	bare       bool // made without a value: no lookup finds it
	valued     bool
}

// maxMapEntries bounds what scripts may put into a file.
const maxMapEntries = 1_000_000

func newMapFile(text []byte) *mapFile {
	f := &mapFile{live: newMapEntries(), views: make(map[string]*mapView)}
	number := 0
	for line := range strings.Lines(string(text)) {
		number++
		if key, value, ok := mapLine(line); ok {
			f.live.push(mapEntry{key: key, value: value, line: number, valued: true})
		}
	}
	return f
}

func newMapEntries() *mapEntries {
	return &mapEntries{byKey: make(map[string][]*list.Element), methods: make(map[string]*patternMap)}
}

// view makes the file ready for a method.
func (f *mapFile) view(method string) (*mapView, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if v := f.views[method]; v != nil {
		return v, nil
	}
	m, err := newPatternMap(method, f.live)
	if err != nil {
		return nil, err
	}
	f.live.methods[method] = m
	f.views[method] = &mapView{m, f}
	return f.views[method], nil
}

// put makes a set of entries the live one.
func (f *mapFile) put(e *mapEntries) {
	f.live = e
	for method, v := range f.views {
		if e.methods[method] == nil { // opened since the entries were prepared
			e.methods[method] = e.readable(method)
		}
		v.patternMap = e.methods[method]
	}
}

// empty makes entries for the methods that the file has.
func (f *mapFile) empty() *mapEntries {
	e := newMapEntries()
	for method := range f.views {
		e.methods[method] = emptyPatternMap(method)
	}
	return e
}

// set gives all live entries of a key a value, or makes one.
func (f *mapFile) set(key, value string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.live.set(key, value) {
		return nil
	}
	return f.live.add(mapEntry{key: key, value: value, valued: true})
}

// addBare makes an entry without a value, unless the key is there.
func (f *mapFile) addBare(key string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.live.first(key) != nil {
		return nil
	}
	return f.live.add(mapEntry{key: key, bare: true})
}

// remove removes all live entries of a key and reports whether there were any.
func (f *mapFile) remove(key string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.live.remove(key)
}

func (e *mapEntries) push(entry mapEntry) {
	e.byKey[entry.key] = append(e.byKey[entry.key], e.order.PushBack(&entry))
}

// add makes an entry, also of a key that is there. There is none when a method
// cannot read the key, as in HAProxy.
func (e *mapEntries) add(entry mapEntry) error {
	if e.order.Len() >= maxMapEntries {
		return errMapFull
	}
	if !entry.bare {
		for _, m := range e.methods {
			if err := m.add(entry.key, entry.value); err != nil {
				for _, other := range e.methods {
					other.remove(entry.key)
				}
				return err
			}
		}
	}
	e.push(entry)
	return nil
}

var errMapFull = fmt.Errorf("the file has %d entries, the limit", maxMapEntries)

// set gives all entries of a key a value and reports whether there are any. One
// that was made without a value stays one that no lookup finds, as in HAProxy.
func (e *mapEntries) set(key, value string) bool {
	found := false
	for _, element := range e.byKey[key] {
		entry := element.Value.(*mapEntry)
		entry.value, entry.valued = value, true
		found = found || !entry.bare
	}
	if found {
		for _, m := range e.methods {
			m.set(key, value)
		}
	}
	return len(e.byKey[key]) > 0
}

// first is the first entry of a key, or nil.
func (e *mapEntries) first(key string) *mapEntry {
	if len(e.byKey[key]) == 0 {
		return nil
	}
	return e.byKey[key][0].Value.(*mapEntry)
}

func (e *mapEntries) remove(key string) bool {
	found := e.byKey[key]
	for _, element := range found {
		e.order.Remove(element)
	}
	delete(e.byKey, key)
	for _, m := range e.methods {
		m.remove(key)
	}
	return len(found) > 0
}

// all returns a copy of the entries in their order.
func (e *mapEntries) all() []mapEntry {
	entries := make([]mapEntry, 0, e.order.Len())
	for element := e.order.Front(); element != nil; element = element.Next() {
		entries = append(entries, *element.Value.(*mapEntry))
	}
	return entries
}

// readable makes the entries ready for a method, without those that it cannot
// read.
func (e *mapEntries) readable(method string) *patternMap {
	m := emptyPatternMap(method)
	for _, entry := range e.all() {
		if !entry.bare {
			_ = m.add(entry.key, entry.value)
		}
	}
	return m
}
