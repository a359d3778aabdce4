package spop

import (
	"errors"
	"math"
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// vectors are values with their bytes on the wire.
var vectors = []struct {
	name string
	v    Value
	b    []byte
	text string
}{
	{"null", Null(), []byte{0x00}, "null"},
	{"false", Bool(false), []byte{0x01}, "bool:false"},
	{"true", Bool(true), []byte{0x11}, "bool:true"},
	{"int32 zero", Int32(0), []byte{0x02, 0x00}, "int32:0"},
	{"int32 of 64 bits", Int32(-1), []byte{0x02, 0xFF, 0xF0, 0xFE, 0xFE, 0xFE, 0xFE, 0xFE, 0xFE, 0xFE, 0x0E}, "int32:-1"},
	{"uint32", Uint32(240), []byte{0x03, 0xF0, 0x00}, "uint32:240"},
	{"uint32 largest", Uint32(math.MaxUint32), []byte{0x03, 0xFF, 0xF0, 0xFE, 0xFE, 0x7E}, "uint32:4294967295"},
	{"int64", Int64(2288), []byte{0x04, 0xF0, 0x80, 0x00}, "int64:2288"},
	{"int64 negative", Int64(-1), []byte{0x04, 0xFF, 0xF0, 0xFE, 0xFE, 0xFE, 0xFE, 0xFE, 0xFE, 0xFE, 0x0E}, "int64:-1"},
	{"int64 smallest", Int64(math.MinInt64), []byte{0x04, 0xF0, 0xF1, 0xFE, 0xFE, 0xFE, 0xFE, 0xFE, 0xFE, 0xFE, 0x06}, "int64:-9223372036854775808"},
	{"int64 largest", Int64(math.MaxInt64), []byte{0x04, 0xFF, 0xF0, 0xFE, 0xFE, 0xFE, 0xFE, 0xFE, 0xFE, 0xFE, 0x06}, "int64:9223372036854775807"},
	{"uint64", Uint64(math.MaxUint64), []byte{0x05, 0xFF, 0xF0, 0xFE, 0xFE, 0xFE, 0xFE, 0xFE, 0xFE, 0xFE, 0x0E}, "uint64:18446744073709551615"},
	{"ipv4", IP(netip.MustParseAddr("192.0.2.1")), []byte{0x06, 192, 0, 2, 1}, "ipv4:192.0.2.1"},
	{"ipv6", IP(netip.MustParseAddr("2001:db8::1")), []byte{0x07, 0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, "ipv6:2001:db8::1"},
	{"ipv4 in ipv6", IP(netip.MustParseAddr("::ffff:192.0.2.1")), []byte{0x07, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 192, 0, 2, 1}, "ipv6:::ffff:192.0.2.1"},
	{"empty string", String(""), []byte{0x08, 0x00}, "str:"},
	{"string", String("a\x00b"), []byte{0x08, 0x03, 'a', 0, 'b'}, "str:a\x00b"},
	{"empty binary", Binary(nil), []byte{0x09, 0x00}, "bin:"},
	{"binary", Binary([]byte{0xDE, 0xAD}), []byte{0x09, 0x02, 0xDE, 0xAD}, "bin:dead"},
}

func TestValueVectors(t *testing.T) {
	for _, tt := range vectors {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.b, tt.v.Append(nil)); diff != "" {
				t.Errorf("Append (-want +got):\n%s", diff)
			}
			got, n, err := DecodeValue(append(tt.v.Append(nil), 0xAA))
			if err != nil || n != len(tt.b) {
				t.Fatalf("DecodeValue took %d bytes, %v; want %d", n, err, len(tt.b))
			}
			if got.Kind() != tt.v.Kind() || got.String() != tt.text {
				t.Errorf("DecodeValue = %v of kind %v, want %s", got, got.Kind(), tt.text)
			}
			if diff := cmp.Diff(tt.b, got.Append(nil)); diff != "" {
				t.Errorf("encoded again (-want +got):\n%s", diff)
			}
			for i := range tt.b {
				if _, _, err := DecodeValue(tt.b[:i:i]); !errors.Is(err, ErrShort) {
					t.Errorf("DecodeValue of %d bytes: %v, want ErrShort", i, err)
				}
			}
			if parsed, err := ParseValue(tt.text); err != nil || parsed.String() != tt.text || parsed.Kind() != tt.v.Kind() {
				t.Errorf("ParseValue(%q) = %v, %v", tt.text, parsed, err)
			}
		})
	}
}

func TestValueGetters(t *testing.T) {
	for _, tt := range vectors {
		t.Run(tt.name, func(t *testing.T) {
			v := tt.v
			if v.Bool() && v.Kind() != KindBool {
				t.Error("Bool is true")
			}
			if !v.IsInt() && (v.Int64() != 0 || v.Uint64() != 0) {
				t.Error("an integer comes out")
			}
			if v.Addr().IsValid() != (v.Kind() == KindIPv4 || v.Kind() == KindIPv6) {
				t.Errorf("Addr = %v", v.Addr())
			}
			if v.Bytes() != nil && v.Kind() != KindString && v.Kind() != KindBinary {
				t.Errorf("Bytes = %q", v.Bytes())
			}
		})
	}
	if v := IP(netip.Addr{}); v.Kind() != KindNull {
		t.Errorf("IP of no address is %v, want null", v)
	}
	if v := IP(netip.MustParseAddr("fe80::1%eth0")); v.Addr().Zone() != "" {
		t.Errorf("IP keeps the zone: %v", v)
	}
}

func TestDecodeValueNarrowsIntegers(t *testing.T) {
	long := AppendVarint(nil, 1<<40|7)
	if v, _, _ := DecodeValue(append([]byte{2}, long...)); v.Int64() != 7 {
		t.Errorf("int32 is %d, want 7", v.Int64())
	}
	if v, _, _ := DecodeValue(append([]byte{2}, AppendVarint(nil, math.MaxUint32)...)); v.Int64() != -1 {
		t.Errorf("int32 of 32 bits is %d, want -1", v.Int64())
	}
	if v, _, _ := DecodeValue(append([]byte{3}, long...)); v.Uint64() != 7 {
		t.Errorf("uint32 is %d, want 7", v.Uint64())
	}
}

func TestDecodeValueUnknownType(t *testing.T) {
	for typ := byte(10); typ < 16; typ++ {
		if _, n, err := DecodeValue([]byte{typ, 0, 0}); err == nil || n != 0 {
			t.Errorf("type %d: %d bytes, %v; want an error", typ, n, err)
		}
	}
}

func TestParseValueErrors(t *testing.T) {
	for _, text := range []string{"", "x", "foo:1", "int32:2147483648", "uint32:-1", "int:1.5", "bool:maybe",
		"bin:abc", "bin:zz", "ipv4:::1", "ipv6:192.0.2.1", "ip:x", "uint64:18446744073709551616"} {
		if v, err := ParseValue(text); err == nil {
			t.Errorf("ParseValue(%q) = %v, want an error", text, v)
		}
	}
}
