package luabind

import (
	"encoding/binary"
	"hash/maphash"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/spoa-lua/spoa-lua/spop"
)

// benchScripts are handlers of a realistic message, by what they do.
var benchScripts = []struct{ name, src string }{
	{"empty", `spoa.on("check", function(msg) end)`},
	{"set one", `spoa.on("check", function(msg) set_var("txn.a", 1) end)`},
	{"copy one", `spoa.on("check", function(msg) set_var("txn.a", msg.ip) end)`},
	{"read five", `spoa.on("check", function(msg)
		local ip, method, path, host, port = msg.ip, msg.method, msg.path, msg.host, msg.port
		set_var("txn.score", port)
	end)`},
	{"realistic", `
		local bad = {}
		for i = 1, 10000 do bad["192.0." .. i // 250 .. "." .. i % 250] = i end
		spoa.on("check", function(msg)
			local ip, method, path, host, port = msg.ip, msg.method, msg.path, msg.host, msg.port
			local score = bad[ip] or 0
			if path:match("^/admin/") then score = score + 10 end
			if host:match("^([%w-]+)%.example%.org$") then score = score + 1 end
			set_var("txn.score", score)
			set_var("txn.deny", score > 100)
			set_var("txn.ip", ip)
		end)`},
	{"haproxy action", `core.register_action("check", {"http-req"}, function(txn) txn:set_var("txn.a", 1) end)`},
	{"haproxy fetches", `core.register_action("check", {"http-req"}, function(txn)
		txn:set_var("txn.a", txn.f:path())
		txn:set_var("txn.b", txn.sf:ip())
	end)`},
	{"c agent", `spoa.register_message("check", function(args)
		for _, a in ipairs(args) do
			if a.name == "ip" then spoa.set_var_int32("score", spoa.scope.txn, 5) end
		end
	end)`},
}

func benchMessage(tb testing.TB) *spop.Message {
	return newMessage(tb, "check", arg(tb, "ip=ipv4:192.0.2.17"), arg(tb, "method=str:GET"),
		arg(tb, "path=str:/admin/users/list?page=2"), arg(tb, "host=str:www.example.org"), arg(tb, "port=int32:44321"))
}

func BenchmarkCall(b *testing.B) {
	for _, s := range benchScripts {
		b.Run(s.name, func(b *testing.B) {
			vm := newTestVM(b, &Program{}, s.src)
			m, ack := benchMessage(b), spop.NewAck(16380)
			index := slices.Index(vm.Messages(), "check")
			b.ReportAllocs()
			for b.Loop() {
				ack.Reset()
				vm.Begin(ack, nil)
				if err := vm.Call(index, m); err != nil {
					b.Fatal(err)
				}
				vm.End()
			}
		})
	}
}

func BenchmarkNewVM(b *testing.B) {
	p := &Program{Scripts: []*Script{mustCompile(b, "t.lua", benchScripts[2].src)}}
	b.ReportAllocs()
	for b.Loop() {
		vm, err := p.NewVM(nil)
		if err != nil {
			b.Fatal(err)
		}
		vm.Close()
	}
}

func BenchmarkShared(b *testing.B) {
	for _, entries := range []int{1000, 100_000} {
		b.Run(strconv.Itoa(entries), func(b *testing.B) {
			s := NewShared(entries)
			key := strings.Repeat("k", 15)
			b.ReportAllocs()
			for b.Loop() {
				_, _ = s.Incr(key, 1, 0)
			}
		})
	}
}

// What a short string of HAProxy costs on its way into Lua: seen before by the
// VM, never seen before, and too long to be kept.
func BenchmarkString(b *testing.B) {
	for _, c := range []struct {
		name string
		vary bool
		size int
	}{{"seen", false, 20}, {"new", true, 20}, {"long", false, 200}} {
		b.Run(c.name, func(b *testing.B) {
			s := interned{seed: maphash.MakeSeed()}
			text := []byte(strings.Repeat("x", c.size))
			i := uint64(0)
			b.ReportAllocs()
			for b.Loop() {
				if i++; c.vary {
					binary.LittleEndian.PutUint64(text, i)
				}
				s.get(text)
			}
		})
	}
}
