package haproxy

// patref is an object of core.get_patref: the entries of a map file, or others
// that are to take their place. It belongs to one VM.
type patref struct {
	name string
	file *mapFile
	next *preparation // nil: it works on the live entries
}

// preparation is a set of entries between prepare and commit.
type preparation struct {
	*mapEntries
	number, purges uint64
}

// entries are those that a patref works on. The file is locked.
func (p *patref) entries() *mapEntries {
	if p.next == nil || p.next.number <= p.file.current {
		return p.file.live
	}
	if p.next.purges != p.file.purges {
		p.next.mapEntries, p.next.purges = p.file.empty(), p.file.purges
	}
	return p.next.mapEntries
}

// get returns the first entry of a key.
func (p *patref) get(key string) (entry mapEntry, ok bool) {
	p.file.mu.Lock()
	defer p.file.mu.Unlock()
	if first := p.entries().first(key); first != nil {
		return *first, true
	}
	return mapEntry{}, false
}

func (p *patref) all() []mapEntry {
	p.file.mu.Lock()
	defer p.file.mu.Unlock()
	return p.entries().all()
}

func (p *patref) add(entries ...mapEntry) error {
	p.file.mu.Lock()
	defer p.file.mu.Unlock()
	for _, entry := range entries {
		if err := p.entries().add(entry); err != nil {
			return err
		}
	}
	return nil
}

// set gives the entries of a key a value and reports whether there are any; with
// force it makes one when there are none.
func (p *patref) set(key, value string, force bool) (found bool, err error) {
	p.file.mu.Lock()
	defer p.file.mu.Unlock()
	if p.entries().set(key, value) {
		return true, nil
	}
	if !force {
		return false, nil
	}
	return true, p.entries().add(mapEntry{key: key, value: value, valued: true})
}

func (p *patref) del(key string) bool {
	p.file.mu.Lock()
	defer p.file.mu.Unlock()
	return p.entries().remove(key)
}

// purge removes the live entries and all that are prepared, those of other
// patrefs among them.
func (p *patref) purge() {
	p.file.mu.Lock()
	defer p.file.mu.Unlock()
	p.file.purges++
	p.file.put(p.file.empty())
}

func (p *patref) prepare() {
	p.file.mu.Lock()
	defer p.file.mu.Unlock()
	p.file.prepared++
	p.next = &preparation{p.file.empty(), p.file.prepared, p.file.purges}
}

// commit puts what is prepared in the place of the live entries. false means that
// a set that was prepared later is there already.
func (p *patref) commit() bool {
	p.file.mu.Lock()
	defer p.file.mu.Unlock()
	next := p.next
	entries := p.entries()
	p.next = nil
	if next.number <= p.file.current {
		return false
	}
	p.file.current = next.number
	p.file.put(entries)
	return true
}
