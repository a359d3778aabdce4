package luabind

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"

	"github.com/gaissmai/bart"

	"github.com/spoa-lua/spoa-lua/spop"
)

const (
	benchKeys    = 1_000_000
	benchLookups = 1000 // in a message
)

// benchKey is one of a million addresses, each in a network of its own.
func benchKey(i int) netip.Addr {
	return netip.AddrFrom4([4]byte{byte(1 + i>>16), byte(i >> 8), byte(i), 9})
}

// BenchmarkMap looks a thousand keys up among a million in each message: in
// HAProxy's Map, in the module ip, in a table of Lua, and in what is behind them.
func BenchmarkMap(b *testing.B) {
	var prefixes, names []byte
	var set bart.Table[string]
	direct := make(map[string]string, benchKeys)
	for i := range benchKeys {
		p := netip.PrefixFrom(benchKey(i), 24).Masked()
		prefixes = fmt.Appendf(prefixes, "%s v%d\n", p, i)
		names = fmt.Appendf(names, "host%d.example.org v%d\n", i, i)
		set.Insert(p, "v")
		direct[fmt.Sprintf("host%d.example.org", i)] = "v"
	}
	files := map[string][]byte{"ip.map": prefixes, "str.map": names}
	lookups := fmt.Sprintf(`
		local keys = {}
		for i = 1, %d do
			local n = i * 997
			keys[i] = %%s
		end
		spoa.on("m", function() for i = 1, #keys do local v = %%s end end)`, benchLookups)
	address, name := `(1 + (n >> 16)) .. "." .. (n >> 8 & 255) .. "." .. (n & 255) .. ".9"`, `"host" .. n .. ".example.org"`
	for _, c := range []struct{ name, src string }{
		{"Map._ip", `local m = Map.new("ip.map", Map._ip)` + fmt.Sprintf(lookups, address, "m:lookup(keys[i])")},
		{"ip.file", `local m = require "ip".file("ip.map")` + fmt.Sprintf(lookups, address, "m:lookup(keys[i])")},
		{"Map._str", `local m = Map.new("str.map", Map._str)` + fmt.Sprintf(lookups, name, "m:lookup(keys[i])")},
		{"table", `local m = {} for k, v in spoa.read("str.map"):gmatch "(%S+) (%S+)" do m[k] = v end` + fmt.Sprintf(lookups, name, "m[keys[i]]")},
		{"nothing", fmt.Sprintf(lookups, name, "keys[i]")},
	} {
		b.Run(c.name, func(b *testing.B) { benchLookup(b, files, c.src) })
	}
	b.Run("bart", func(b *testing.B) {
		for b.Loop() {
			for i := range benchLookups {
				if _, ok := set.Lookup(benchKey(i * 997)); !ok {
					b.Fatal("not found")
				}
			}
		}
	})
	keys := make([]string, benchLookups)
	for i := range keys {
		keys[i] = fmt.Sprintf("host%d.example.org", i*997)
	}
	b.Run("map", func(b *testing.B) {
		for b.Loop() {
			for _, key := range keys {
				if direct[key] == "" {
					b.Fatal("not found")
				}
			}
		}
	})
}

func benchLookup(b *testing.B, files map[string][]byte, src string) {
	p := &Program{ReadFile: func(_, path string) ([]byte, error) { return files[path], nil }}
	vm := newTestVM(b, p, src)
	m, ack := newMessage(b, "m"), spop.NewAck(16380)
	index := slices.Index(vm.Messages(), "m")
	b.ReportAllocs()
	for b.Loop() {
		ack.Reset()
		vm.Begin(ack, nil)
		if err := vm.Call(index, m); err != nil {
			b.Fatal(err)
		}
		vm.End()
	}
}
