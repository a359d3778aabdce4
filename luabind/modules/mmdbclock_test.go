package modules

import (
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/spoa-lua/spoa-lua/tests/wallclock"
)

// TestMMDBClockSetBack sets the clock back by a day: a new file is seen all the
// same.
func TestMMDBClockSetBack(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "country.mmdb")
	write(t, path, country(t, "AA"))
	var stale []string
	f, _ := openDatabase(t, path, &stale)
	began := f.now()
	f.checked.Store(&began)
	write(t, path, country(t, "BB"))
	f.now = func() time.Time { return wallclock.SetBack(t, began.Add(mmdbEvery+time.Second), 24*time.Hour) }
	if got, err := countryOf(f.state()); got != "BB" || err != nil {
		t.Errorf("got %q, %v, want BB", got, err)
	}
}

// TestMMDBStuckDisk has the look at the file hang: the other lookups do not wait
// for it, however long it does.
func TestMMDBStuckDisk(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "country.mmdb")
	write(t, path, country(t, "AA"))
	var stale []string
	f, pass := openDatabase(t, path, &stale)
	looking, goOn := make(chan struct{}), make(chan struct{})
	f.shared.OpenFile = func(_, path string) (*os.File, string, error) {
		close(looking)
		<-goOn
		file, err := os.Open(path)
		return file, filepath.Base(path), err
	}
	write(t, path, country(t, "BB"))
	pass()
	var first sync.WaitGroup
	first.Go(func() {
		if got, err := countryOf(f.state()); got != "BB" || err != nil {
			t.Errorf("the one that looked got %q, %v, want BB", got, err)
		}
	})
	<-looking
	// f.now is not moved on: that would be a race with the look. The look began
	// before its file was opened, so it is as old as it gets.
	long := f.now().Add(-time.Hour)
	f.checked.Store(&long)
	if got, err := countryOf(f.state()); got != "AA" || err != nil {
		t.Errorf("another one got %q, %v, want AA", got, err)
	}
	close(goOn)
	first.Wait()
}
