package bench

import (
	"bytes"
	"fmt"

	"github.com/spoa-lua/spoa-lua/spop"
)

// Expectation is a variable that every reply must set, with its value.
type Expectation struct {
	Scope spop.Scope
	Name  string
	Value spop.Value // null: it must be unset, or not be set at all
}

// NewExpectation returns what is expected of the variable "scope.name".
func NewExpectation(name string, v spop.Value) (Expectation, error) {
	scope, rest, err := spop.ParseVarName(name)
	return Expectation{Scope: scope, Name: rest, Value: v}, err
}

// check says what is wrong with the actions of a reply.
func (e *Expectation) check(actions []spop.Action) error {
	got := spop.Null()
	for _, a := range actions {
		if a.Type != spop.ActionNoop && a.Scope == e.Scope && a.Name == e.Name {
			got = a.Value
		}
	}
	if !same(got, e.Value) {
		return fmt.Errorf("%s.%s is %s, want %s", e.Scope, e.Name, got, e.Value)
	}
	return nil
}

// same compares as HAProxy does, which has one type of integer.
func same(a, b spop.Value) bool {
	if a.IsInt() && b.IsInt() {
		return a.Int64() == b.Int64()
	}
	return a.Kind() == b.Kind() && a.Bool() == b.Bool() && a.Addr() == b.Addr() && bytes.Equal(a.Bytes(), b.Bytes())
}

// checker checks the payloads of ACKs. Most are the same as the one before:
// those cost a comparison.
type checker struct {
	expect []Expectation
	good   []byte // the last payload that was right
	known  bool
}

// check returns the kind of what is wrong with payload, and the error.
func (c *checker) check(payload []byte) (string, error) {
	if c.known && bytes.Equal(payload, c.good) {
		return "", nil
	}
	actions, err := spop.ParseActions(payload)
	if err != nil {
		return KindMalformed, err
	}
	for i := range c.expect {
		if err := c.expect[i].check(actions); err != nil {
			return KindUnexpected, err
		}
	}
	c.good, c.known = append(c.good[:0], payload...), true
	return "", nil
}
