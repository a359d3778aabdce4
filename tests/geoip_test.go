package tests

import (
	"bytes"
	"flag"
	"maps"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"testing"

	"github.com/maxmind/mmdbwriter"
	"github.com/maxmind/mmdbwriter/mmdbtype"
)

var updateGeoIP = flag.Bool("update-geoip", false, "write the database of scripts/haproxy-lua/geoip")

type record = mmdbtype.Map

func text(s string) mmdbtype.String { return mmdbtype.String(s) }

func network(number uint32, name string) record {
	return record{"autonomous_system_number": mmdbtype.Uint32(number), "autonomous_system_organization": text(name)}
}

// place is a record of a country, with more fields.
func place(continent, country string, more ...record) record {
	r := record{"continent": record{"code": text(continent)}, "country": record{"iso_code": text(country)}}
	for _, fields := range more {
		maps.Copy(r, fields)
	}
	return r
}

// geoIP is what the database of scripts/haproxy-lua/geoip knows.
var geoIP = []struct {
	prefix string
	known  record
}{
	{"192.0.2.0/24", place("EU", "DE", network(64496, "Example Access"), record{
		"city":     record{"names": record{"en": text("Berlin")}},
		"location": record{"latitude": mmdbtype.Float64(52.52), "longitude": mmdbtype.Float64(13.405), "accuracy_radius": mmdbtype.Uint16(50)},
	})},
	{"192.0.2.128/25", record{"traits": record{"is_anonymous_proxy": mmdbtype.Bool(true)}}},
	{"198.51.100.0/24", place("NA", "US", network(64497, "Example Hosting"), record{"subdivisions": mmdbtype.Slice{record{"iso_code": text("CA")}}})},
	{"203.0.113.0/24", place("AN", "AQ", network(64499, "Example South"))},
	{"198.18.0.0/15", network(64500, "Example Lab")},
	{"2001:db8:1::/48", place("EU", "FR", network(64498, "Example Six"), record{"location": record{"latitude": mmdbtype.Float64(-0.25), "longitude": mmdbtype.Float64(2)}})},
	{"2001:db8:2::/48", place("AN", "BV")},
}

// TestGeoIPDatabase shows that the database that ships is made of these records:
// with -update-geoip it is written.
func TestGeoIPDatabase(t *testing.T) {
	w, err := mmdbwriter.New(mmdbwriter.Options{
		DatabaseType: "Example-City", RecordSize: 28, BuildEpoch: 1767225600, IncludeReservedNetworks: true, DisableIPv4Aliasing: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range geoIP {
		p := netip.MustParsePrefix(r.prefix)
		n := &net.IPNet{IP: p.Addr().AsSlice(), Mask: net.CIDRMask(p.Bits(), p.Addr().BitLen())}
		if err := w.Insert(n, r.known); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if _, err := w.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(shippedDir, "haproxy-lua", "geoip", "geo.mmdb")
	if *updateGeoIP {
		if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, b.Bytes()) {
		t.Errorf("%s is not the database of these records: run go test ./tests -run TestGeoIPDatabase -update-geoip", path)
	}
}
