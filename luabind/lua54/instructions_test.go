package lua54

import (
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/parse"
)

// costlier are the fragments that need more instructions than gopher-lua's
// compiler gives them, and why.
var costlier = map[string]int{
	"modulo":        9, // a zero divisor of integers is an error: out of line but for one test
	"concat 2":      3, // `..` is a call: size limit, number format
	"concat 5":      3,
	"concat number": 3,
}

// TestInstructions compares the code of the benchmark's fragments with that
// of gopher-lua's compiler. Times depend on the machine; this does not.
func TestInstructions(t *testing.T) {
	t.Parallel()
	for _, fr := range fragments {
		t.Run(fr.name, func(t *testing.T) {
			t.Parallel()
			tree, err := parse.Parse(strings.NewReader(fr.source), "f")
			if err != nil {
				t.Fatal(err)
			}
			raw, err := lua.Compile(tree, "f")
			if err != nil {
				t.Fatal(err)
			}
			ours, err := Compile("f", []byte(fr.source), Options{})
			if err != nil {
				t.Fatal(err)
			}
			got, want := instructions(ours), instructions(raw)+costlier[fr.name]
			if got > want {
				t.Errorf("got %d instructions, want at most %d\n%s\n%s", got, want, ours, raw)
			}
		})
	}
}

func instructions(p *lua.FunctionProto) int {
	n := len(p.Code)
	for _, inner := range p.FunctionPrototypes {
		n += instructions(inner)
	}
	return n
}
