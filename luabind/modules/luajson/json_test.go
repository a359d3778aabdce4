package luajson_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lualib"
	"github.com/spoa-lua/spoa-lua/luabind/modules/luajson"
)

func newState(tb testing.TB) *lua.LState {
	tb.Helper()
	L := lua.NewState(lua.Options{SkipOpenLibs: true})
	lualib.Open(L, lualib.Config{})
	tb.Cleanup(L.Close)
	return L
}

// isArray takes what has a first element for an array.
func isArray(_ *lua.LTable, s luajson.Shape) (int, bool, error) {
	return s.Max, s.Integers && s.Count > 0, nil
}

func newEncoder(L *lua.LState) *luajson.Encoder {
	return &luajson.Encoder{L: L, MaxBytes: 1 << 20, IsArray: isArray}
}

// TestDecodePrefixes checks that no part of a text is taken for the whole, and
// that none makes the decoder panic.
func TestDecodePrefixes(t *testing.T) {
	t.Parallel()
	d := &luajson.Decoder{L: newState(t)}
	const text = `{"a":[1.5e+3,true,null,"\ud83d\ude00\n"],"b":{"c":false}}`
	if _, err := d.DecodeAll(text); err != nil {
		t.Fatal(err)
	}
	for i := range len(text) {
		var syntax *luajson.SyntaxError
		if _, err := d.DecodeAll(text[:i]); !errors.As(err, &syntax) {
			t.Errorf("%q: got error %v", text[:i], err)
		} else if syntax.Offset > i {
			t.Errorf("%q: the fault is at %d", text[:i], syntax.Offset)
		}
	}
}

// TestStopped checks that the end of the time ends both ways.
func TestStopped(t *testing.T) {
	t.Parallel()
	L := newState(t)
	text := "[" + strings.Repeat("1,", 1000) + "1]"
	v, err := (&luajson.Decoder{L: L}).DecodeAll(text)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	L.SetContext(ctx)
	if _, err := (&luajson.Decoder{L: L}).DecodeAll(text); !errors.Is(err, context.Canceled) {
		t.Errorf("decoding: got error %v", err)
	}
	if _, err := newEncoder(L).Encode(v); !errors.Is(err, context.Canceled) {
		t.Errorf("encoding: got error %v", err)
	}
}

// FuzzDecode checks that the decoder takes what encoding/json takes, and that
// what it makes of it is encoded to a text of the same meaning.
func FuzzDecode(f *testing.F) {
	for _, s := range []string{
		`{"a":[1,-2.5e3,9007199254740993,true,null],"b":"\u00e9\ud83d\ude00\/\\"}`, `[]`, ` [1 , 2]`, `"\ud800"`, `1e999`,
		`-0`, `01`, `{"a":1,"a":2}`, "\"\x00\"", "\xef\xbb\xbf1", `[[[[1]]]]`, `"\u0000"`, `{"":{}}`, `-`, `1.`, `.5`, `nulll`, `"a`,
	} {
		f.Add(s)
	}
	L := newState(f)
	f.Fuzz(func(t *testing.T, text string) {
		v, err := (&luajson.Decoder{L: L, Null: &lua.LUserData{Value: luajson.Null{}}}).DecodeAll(text)
		if valid := json.Valid([]byte(text)); (err == nil) != valid {
			if valid && stricter(err) {
				return
			}
			t.Fatalf("%q: got error %v, encoding/json takes it: %v", text, err, valid)
		}
		if err != nil {
			return
		}
		again, err := newEncoder(L).Encode(v)
		if err != nil {
			t.Fatalf("%q: encoding: %v", text, err)
		}
		if want, got := meaning(t, text), meaning(t, again); !cmp.Equal(want, got) {
			t.Errorf("%q became %q (-want +got):\n%s", text, again, cmp.Diff(want, got))
		}
	})
}

// stricter tells what encoding/json takes and this decoder does not.
func stricter(err error) bool {
	for _, text := range []string{"half of a surrogate pair", "a number that is too large", "tables nest deeper"} {
		if strings.Contains(err.Error(), text) {
			return true
		}
	}
	return false
}

// meaning is the value of a text, without the difference between an empty array
// and an empty object.
func meaning(t *testing.T, text string) any {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return plain(v)
}

func plain(v any) any {
	switch v := v.(type) {
	case []any:
		if len(v) == 0 {
			return map[string]any{}
		}
		for i := range v {
			v[i] = plain(v[i])
		}
		return v
	case map[string]any:
		for k := range v {
			v[k] = plain(v[k])
		}
		return v
	case float64:
		return v + 0 // there is one zero
	}
	return v
}

func document(tb testing.TB) string {
	tb.Helper()
	b, err := os.ReadFile("testdata/4k.json")
	if err != nil {
		tb.Fatal(err)
	}
	return string(b)
}

func BenchmarkDecode4k(b *testing.B) {
	text := document(b)
	b.Run("lua", func(b *testing.B) {
		d := &luajson.Decoder{L: newState(b)}
		b.SetBytes(int64(len(text)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := d.DecodeAll(text); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("encoding-json", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		b.ReportAllocs()
		for b.Loop() {
			var v any
			if err := json.Unmarshal([]byte(text), &v); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkEncode4k(b *testing.B) {
	text := document(b)
	b.Run("lua", func(b *testing.B) {
		L := newState(b)
		v, err := (&luajson.Decoder{L: L}).DecodeAll(text)
		if err != nil {
			b.Fatal(err)
		}
		e := newEncoder(L)
		b.SetBytes(int64(len(text)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := e.Encode(v); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("encoding-json", func(b *testing.B) {
		var v any
		if err := json.Unmarshal([]byte(text), &v); err != nil {
			b.Fatal(err)
		}
		b.SetBytes(int64(len(text)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := json.Marshal(v); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// TestNames decodes names that begin, end and are as long as others: each is itself.
func TestNames(t *testing.T) {
	t.Parallel()
	d := &luajson.Decoder{L: newState(t)}
	for range 2 {
		v, err := d.DecodeAll(`[{"abc":1,"adc":2,"":3},{"adc":4,"abc":5,"":6}]`)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for i := range 2 {
			o := v.(*lua.LTable).RawGetInt(i + 1).(*lua.LTable)
			for _, name := range []string{"abc", "adc", ""} {
				got = append(got, o.RawGetString(name).String())
			}
		}
		if got := strings.Join(got, " "); got != "1 2 3 5 4 6" {
			t.Errorf("got %s", got)
		}
	}
}
