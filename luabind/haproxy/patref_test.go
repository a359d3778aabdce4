package haproxy

import (
	"errors"
	"sync"
	"testing"
)

// TestPatrefMethods commits a set of entries behind each method of a file, one of
// which was opened after the set was begun.
func TestPatrefMethods(t *testing.T) {
	f := newMapFile([]byte("10.0.0.0/8 old\n"))
	nets, err := f.view("ip")
	if err != nil {
		t.Fatal(err)
	}
	p := &patref{name: "x", file: f}
	p.prepare()
	if err := p.add(mapEntry{key: "192.0.2.0/24", value: "new", valued: true}); err != nil {
		t.Fatal(err)
	}
	words, err := f.view("str")
	if err != nil {
		t.Fatal(err)
	}
	if v, _ := nets.find("10.1.2.3"); v != "old" {
		t.Errorf("got %q before the commit, want old", v)
	}
	if !p.commit() {
		t.Fatal("commit: false")
	}
	if v, ok := nets.find("10.1.2.3"); ok {
		t.Errorf("got %q behind the commit, want nothing", v)
	}
	if v, _ := nets.find("192.0.2.7"); v != "new" {
		t.Errorf("got %q, want new", v)
	}
	if v, _ := words.find("192.0.2.0/24"); v != "new" {
		t.Errorf("got %q, want new", v)
	}
}

// TestPatrefFull bounds what is prepared as it bounds a file.
func TestPatrefFull(t *testing.T) {
	p := &patref{name: "x", file: newMapFile(nil)}
	p.prepare()
	for range maxMapEntries {
		p.next.order.PushBack(nil)
	}
	if err := p.add(mapEntry{key: "b"}); !errors.Is(err, errMapFull) {
		t.Errorf("got %v, want that the file is full", err)
	}
}

// TestPatrefHammer has several patrefs and lookups work on one file at once. A
// lookup sees either no set or a whole one.
func TestPatrefHammer(t *testing.T) {
	f := newMapFile(nil)
	v, err := f.view("str")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			p := &patref{name: "x", file: f}
			for range 50 {
				p.prepare()
				if err := p.add(mapEntry{key: "a", value: "1", valued: true}, mapEntry{key: "b", value: "1", valued: true}); err != nil {
					t.Error(err)
				}
				p.commit()
				f.mu.RLock()
				_, a := v.find("a")
				_, b := v.find("b")
				f.mu.RUnlock()
				if a != b {
					t.Errorf("a is there: %t, b is: %t", a, b)
				}
				p.purge()
				p.all()
			}
		})
	}
	wg.Wait()
}
