package spop

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestVarint(t *testing.T) {
	tests := []struct {
		name string
		v    uint64
		b    []byte
	}{
		{"zero", 0, []byte{0}},
		{"longest of one byte", 239, []byte{0xEF}},
		{"shortest of two bytes", 240, []byte{0xF0, 0x00}},
		{"low nibble", 255, []byte{0xFF, 0x00}},
		{"next step", 256, []byte{0xF0, 0x01}},
		{"longest of two bytes", 2287, []byte{0xFF, 0x7F}},
		{"shortest of three bytes", 2288, []byte{0xF0, 0x80, 0x00}},
		{"default frame size", 16380, []byte{0xFC, 0xF0, 0x06}},
		{"largest", math.MaxUint64, []byte{0xFF, 0xF0, 0xFE, 0xFE, 0xFE, 0xFE, 0xFE, 0xFE, 0xFE, 0x0E}},
		{"largest signed", math.MaxInt64, []byte{0xFF, 0xF0, 0xFE, 0xFE, 0xFE, 0xFE, 0xFE, 0xFE, 0xFE, 0x06}},
		{"smallest signed", 1 << 63, []byte{0xF0, 0xF1, 0xFE, 0xFE, 0xFE, 0xFE, 0xFE, 0xFE, 0xFE, 0x06}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := AppendVarint(nil, tt.v)
			if diff := cmp.Diff(tt.b, got); diff != "" {
				t.Errorf("AppendVarint (-want +got):\n%s", diff)
			}
			if v, n := ParseVarint(append(got, 0xFF)); v != tt.v || n != len(got) {
				t.Errorf("ParseVarint = %d, %d, want %d, %d", v, n, tt.v, len(got))
			}
			for i := range got {
				if _, n := ParseVarint(got[:i]); n != 0 {
					t.Errorf("ParseVarint takes the first %d bytes of % x", i, got)
				}
			}
		})
	}
}

func TestVarintTooLong(t *testing.T) {
	b := []byte{0xFF, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00}
	if v, n := ParseVarint(b); n != 0 {
		t.Errorf("ParseVarint = %d, %d for a varint of 12 bytes, want no result", v, n)
	}
}

func TestBlobLengthsDoNotOverflow(t *testing.T) {
	for _, size := range []uint64{1, 239, 240, math.MaxInt32, math.MaxInt64, 1 << 63, math.MaxUint64 - 9, math.MaxUint64} {
		if blob, n := parseBlob(AppendVarint(nil, size)); n != 0 {
			t.Errorf("parseBlob takes a length of %d with nothing behind it: %d bytes, %d", size, len(blob), n)
		}
	}
}
