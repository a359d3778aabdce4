package lua54

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	lua "github.com/yuin/gopher-lua"
)

func TestParseNumber(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in   string
		want lua.LValue
	}{
		{"17", lua.LNumber(17)},
		{"017", lua.LNumber(17)},
		{" \t10\n ", lua.LNumber(10)},
		{"-3", lua.LNumber(-3)},
		{"+3", lua.LNumber(3)},
		{"1e3", lua.LNumber(1000)},
		{"5.", lua.LNumber(5)},
		{".5", lua.LNumber(0.5)},
		{"0x10", lua.LNumber(16)},
		{"-0x10", lua.LNumber(-16)},
		{"0x.8", lua.LNumber(0.5)},
		{"0xA.8p1", lua.LNumber(21)},
		{"0xffffffffffffffff", lua.LNumber(-1)},
		{"0x7fffffffffffffff", Int(math.MaxInt64)},
		{"9223372036854775807", Int(math.MaxInt64)},
		{"-9223372036854775808", Int(math.MinInt64)},
		{"9223372036854775808", lua.LNumber(1 << 63)},
		{"9007199254740992", lua.LNumber(1 << 53)},
		{"9007199254740993", Int(1<<53 + 1)},
		{"1e400", lua.LNumber(math.Inf(1))},
		{"", nil}, {" ", nil}, {"-", nil}, {"0x", nil}, {".", nil}, {"1e", nil},
		{"0b1", nil}, {"0o7", nil}, {"1_000", nil}, {"inf", nil}, {"nan", nil},
		{"- 1", nil}, {"1 2", nil}, {"--1", nil}, {"0x1p", nil}, {"1\x00", nil},
		{"Infinity", nil}, {"1f", nil}, {"0x1_0", nil},
	}
	for _, tt := range tests {
		got, ok := ParseNumber(tt.in)
		if ok != (tt.want != nil) || ok && got != tt.want {
			t.Errorf("ParseNumber(%q) = %v (%T), %v, want %v", tt.in, got, got, ok, tt.want)
		}
	}
}

func TestFormatNumber(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in   lua.LValue
		want string
	}{
		{lua.LNumber(0), "0"},
		{lua.LNumber(-7), "-7"},
		{lua.LNumber(1 << 53), "9007199254740992"},
		{lua.LNumber(0.1), "0.1"},
		{lua.LNumber(1.0 / 3), "0.33333333333333"},
		{lua.LNumber(0.1 + 0.2), "0.3"},
		{lua.LNumber(1e100), "1e+100"},
		{lua.LNumber(1.5e-7), "1.5e-07"},
		{lua.LNumber(0.0001), "0.0001"},
		{lua.LNumber(123456.789), "123456.789"},
		{lua.LNumber(math.Inf(1)), "inf"},
		{lua.LNumber(math.Inf(-1)), "-inf"},
		{lua.LNumber(math.NaN()), "nan"},
		{Int(math.MinInt64), "-9223372036854775808"},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, FormatNumber(tt.in)); diff != "" {
			t.Errorf("FormatNumber(%v) (-want +got):\n%s", tt.in, diff)
		}
	}
}

func TestIntInVM(t *testing.T) {
	t.Parallel()
	L := lua.NewState()
	defer L.Close()
	Open(L)
	if Open(L) != From(L) {
		t.Error("Open twice made two runtimes")
	}
	L.SetGlobal("max", Int(math.MaxInt64))
	L.SetGlobal("big", Int(1<<53+1))
	err := L.DoString(`
		assert(max + 1 == -max - 1, "wraps around")
		assert(max - max == 0)
		assert(big - 1 == 9007199254740992)
		assert(max .. "" == "9223372036854775807")
		assert("x" .. max == "x9223372036854775807")
		assert(-max + max == 0)
		assert(big < max and big <= max and not (max < big))
		assert(max * 2 == -2)
		assert(max % 10 == 7 and 10 % max == 10)
		assert(big ~= max and big == big)
		local t = {}
		t[big] = 1
		assert(t[big] == 1 and t[big - 1] == nil and t[max] == nil)
		assert("10" + 5 == 15 and "0x10" * 2 == 32 and "017" + 0 == 17)
		assert(not pcall(function() return "0b11" + 0 end))
		assert(not pcall(function() return "1_000" + 0 end))
		assert(-"2" == -2)
	`)
	if err != nil {
		t.Error(err)
	}
}
