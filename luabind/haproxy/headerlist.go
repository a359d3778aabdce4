package haproxy

import (
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/spop"
)

// HeaderListArgument is the entry of args that a message needs whose rules are
// those for HAProxy 3.4: what is done to headers comes in lists then, which
// hold the names.
const HeaderListArgument = headerListName + "=bool(true)"

const headerListName = "headers-bin"

// firstLists is the first version of HAProxy with rules that take lists.
const firstLists = "3.4"

// oldest is the version that rules are for when none is known.
const oldest = "2.6"

// HasHeaderLists reports whether rules for that version take lists of headers.
// It is false when the version is "".
func HasHeaderLists(version string) bool { return version != "" && AtLeast(version, firstLists) }

// headerLists is what a run has done to headers of any names: HAProxy deletes
// the fields of some that came, and puts others behind what is left.
type headerLists struct {
	deleted []string
	added   []field
}

// record notes that values are added, and whether those of before are gone.
func (l *headerLists) record(name string, replace bool, values []string) {
	if replace {
		l.added = withoutHeader(l.added, name)
		if !slices.ContainsFunc(l.deleted, func(s string) bool { return strings.EqualFold(s, name) }) {
			l.deleted = append(l.deleted, name)
		}
	}
	for _, v := range values {
		l.added = append(l.added, field{name, v})
	}
}

func withoutHeader(list []field, name string) []field {
	return slices.DeleteFunc(list, func(f field) bool { return strings.EqualFold(f.name, name) })
}

// wantsLists reports whether the rules behind a message take lists.
func wantsLists(m *spop.Message) bool {
	v, ok := m.Arg(headerListName)
	return ok && v.Kind() == spop.KindBool && v.Bool()
}

// publishLists sets both variables that HeaderRules read for 3.4, or none: half of
// an edit would lose what it replaces.
func (api *API) publishLists(L *lua.LState, scope spop.Scope, l *headerLists) {
	if len(l.deleted)+len(l.added) == 0 {
		return
	}
	api.message(L)
	ack := api.host.Ack()
	mark := ack.Mark()
	err := ack.SetVar(scope, deletedHeaders, listOrNull(l.deleted, encodeNames))
	if err == nil {
		err = ack.SetVar(scope, addedHeaders, listOrNull(l.added, encodeHeaders))
	}
	if err != nil {
		ack.Rollback(mark)
		api.host.Raise(L, err)
	}
}

func listOrNull[T any](list []T, encode func([]T) []byte) spop.Value {
	if len(list) == 0 {
		return spop.Null() // HAProxy answers an empty text with a 500
	}
	return spop.Binary(encode(list))
}

// encodeNames writes each name behind its length, and an empty one at the end.
func encodeNames(names []string) []byte {
	var b []byte
	for _, name := range append(slices.Clone(names), "") {
		b = append(spop.AppendVarint(b, uint64(len(name))), name...)
	}
	return b
}

// encodeHeaders is the reverse of headers.
func encodeHeaders(lines []field) []byte {
	var b []byte
	for _, f := range append(slices.Clone(lines), field{}) {
		b = append(spop.AppendVarint(b, uint64(len(f.name))), f.name...)
		b = append(spop.AppendVarint(b, uint64(len(f.value))), f.value...)
	}
	return b
}
