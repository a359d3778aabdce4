package lua54

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// FuzzCompile feeds arbitrary text to the whole front end: the outcome is a
// prototype or a *SyntaxError with a place in the text.
func FuzzCompile(f *testing.F) {
	for _, source := range broken {
		f.Add([]byte(source))
	}
	files, _ := filepath.Glob("testdata/*.lua")
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(source)
	}
	f.Fuzz(func(t *testing.T, source []byte) {
		_, err := Compile("fuzz", source, Options{TrapGlobalAssign: true})
		var se *SyntaxError
		if err != nil && (!errors.As(err, &se) || se.Line < 1 || se.Column < 1) {
			t.Errorf("got %#v", err)
		}
	})
}

// FuzzNumber checks that a number survives being written and read.
func FuzzNumber(f *testing.F) {
	for _, s := range []string{"1", "0x10", "1e3", "-5", "9223372036854775807", "0x.8p1", "9007199254740993", "inf"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v, ok := ParseNumber(s)
		if !ok {
			return
		}
		i, isInt := ToInteger(v)
		if _, exact := exactInt(v); !isInt || !exact {
			return
		}
		again, ok := ParseNumber(FormatNumber(v))
		if j, _ := ToInteger(again); !ok || i != j {
			t.Errorf("%q is %v, which reads as %v", s, v, again)
		}
	})
}
