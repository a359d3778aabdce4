package spop

import (
	"bytes"
	"strings"
	"testing"
)

// What Set appends is what SetVar does, up to the limit of a frame and beyond.
func TestSetIsSetVar(t *testing.T) {
	values := []Value{Null(), Bool(true), Int64(-1), Uint64(1<<64 - 1), String(""), String(strings.Repeat("x", 240)), Binary([]byte{0})}
	for _, full := range []string{"txn.a", "sess.score", "proc." + strings.Repeat("n", 56)} {
		v, err := ParseVariable(full)
		if err != nil {
			t.Fatal(err)
		}
		scope, name, _ := ParseVarName(full)
		for _, value := range values {
			for limit := range 400 {
				want, got := NewAck(limit), NewAck(limit)
				wantErr, gotErr := want.SetVar(scope, name, value), got.Set(v, value)
				if (wantErr == nil) != (gotErr == nil) || !bytes.Equal(want.Payload(), got.Payload()) || want.Actions() != got.Actions() {
					t.Fatalf("%s = %s in %d bytes: got %x (%v), want %x (%v)", full, value, limit, got.Payload(), gotErr, want.Payload(), wantErr)
				}
			}
		}
	}
	if _, err := ParseVariable("nope.a"); err == nil {
		t.Error("a wrong scope is no error")
	}
}

func TestVariables(t *testing.T) {
	var c Variables
	names := []string{strings.Clone("txn.a"), strings.Clone("txn.a"), strings.Clone("req.b"), strings.Clone("nope"), strings.Clone("")}
	for round := range 5 {
		for _, full := range names {
			_, _, wantErr := ParseVarName(full)
			v, ok := c.Find(full)
			switch {
			case ok && wantErr != nil:
				t.Errorf("round %d: %q is a variable", round, full)
			case ok:
				scope, name := v.name()
				if got := scope.String() + "." + name; got != full {
					t.Errorf("round %d: %q is %q", round, full, got)
				}
			}
		}
	}
	again := names[2]
	if c.Find(again); func() bool { _, ok := c.Find(again); return !ok }() {
		t.Error("a name that is asked for again and again is not known")
	}
	if _, ok := c.Find(again[:4]); ok {
		t.Error("a shorter name is taken for the one that it begins")
	}
}
