package modules

import (
	"bytes"
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/maxmind/mmdbwriter"
	"github.com/maxmind/mmdbwriter/mmdbtype"
	"github.com/oschwald/maxminddb-golang/v2"
)

// country makes a database in which 192.0.2.0/24 lies in a country.
func country(tb testing.TB, code string) []byte {
	tb.Helper()
	w, err := mmdbwriter.New(mmdbwriter.Options{DatabaseType: "Test-Country", RecordSize: 24, IncludeReservedNetworks: true})
	if err != nil {
		tb.Fatal(err)
	}
	n := netip.MustParsePrefix("192.0.2.0/24")
	if err := insert(w, n, mmdbtype.Map{"country": mmdbtype.Map{"iso_code": mmdbtype.String(code)}}); err != nil {
		tb.Fatal(err)
	}
	for i := range 2000 { // some pages of it
		p := netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(i >> 8), byte(i), 0}), 24)
		if err := insert(w, p, mmdbtype.Map{"n": mmdbtype.Uint32(i)}); err != nil {
			tb.Fatal(err)
		}
	}
	var b bytes.Buffer
	if _, err := w.WriteTo(&b); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func write(t *testing.T, path string, b []byte) {
	t.Helper()
	if err := os.WriteFile(path+".new", b, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		t.Fatal(err)
	}
}

// openDatabase returns a database whose clock the test moves.
func openDatabase(t *testing.T, path string, stale *[]string) (f *mmdbFile, pass func()) {
	t.Helper()
	shared := &Shared{
		OpenFile: func(_, path string) (*os.File, string, error) {
			f, err := os.Open(path)
			return f, filepath.Base(path), err
		},
		Stale: func(err error) { *stale = append(*stale, err.Error()) },
	}
	f, err := shared.databases.get(fileKey{"t.lua", path}, shared)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	f.now = func() time.Time { return now }
	return f, func() { now = now.Add(mmdbEvery + time.Second) }
}

func countryOf(s *mmdbState) (code string, err error) {
	err = s.protect(func() error {
		return s.reader.Lookup(netip.MustParseAddr("192.0.2.1")).DecodePath(&code, "country", "iso_code")
	})
	return code, err
}

// TestMMDBReload checks that a lookup takes the database that has been put in
// the place of the old one, and keeps the old one otherwise.
func TestMMDBReload(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "country.mmdb")
	write(t, path, country(t, "AA"))
	var stale []string
	f, pass := openDatabase(t, path, &stale)
	check := func(what, want string) {
		t.Helper()
		if got, err := countryOf(f.state()); got != want || err != nil {
			t.Errorf("%s: got %q, %v, want %q", what, got, err, want)
		}
	}
	check("at first", "AA")
	write(t, path, country(t, "BB"))
	check("before it looks again", "AA")
	pass()
	check("replaced", "BB")
	write(t, path, []byte("no database"))
	pass()
	check("broken", "BB")
	pass()
	check("still broken", "BB")
	if len(stale) != 1 || !strings.HasPrefix(stale[0], "country.mmdb: this is no MaxMind database: ") {
		t.Errorf("told %q, want one text", stale)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	pass()
	check("gone", "BB")
	write(t, path, country(t, "CC"))
	pass()
	check("there again", "CC")
}

// TestMMDBTruncated checks that a file that was made shorter in place fails the
// lookup, and not the process.
func TestMMDBTruncated(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "country.mmdb")
	write(t, path, country(t, "AA"))
	var stale []string
	f, pass := openDatabase(t, path, &stale)
	if err := os.Truncate(path, 0); err != nil {
		t.Fatal(err)
	}
	if _, err := countryOf(f.state()); !errors.Is(err, errMapped) {
		t.Errorf("got error %v", err)
	}
	write(t, path, country(t, "BB"))
	pass()
	if got, err := countryOf(f.state()); got != "BB" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
}

// FuzzMMDB gives lookups databases of any bytes.
func FuzzMMDB(f *testing.F) {
	small, err := os.ReadFile("../testdata/mod/country.mmdb")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(small, []byte{192, 0, 2, 1})
	f.Add([]byte("\xab\xcd\xefMaxMind.com"), []byte{1, 2, 3, 4})
	f.Fuzz(func(_ *testing.T, b, addr []byte) {
		a, ok := netip.AddrFromSlice(addr)
		if !ok {
			return
		}
		s := &mmdbState{name: "fuzz.mmdb", memory: &mapping{b}}
		if s.reader, err = maxminddb.OpenBytes(b); err != nil {
			return
		}
		var v any
		_ = s.protect(func() error { return s.reader.Lookup(a).Decode(&v) })
		mmdbValue(v)
	})
}
