package needs

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
)

// File is one Lua file.
type File struct {
	Name string
	Text []byte
}

// Needs is what a function asks for, each thing once and in the order in which
// it was found.
type Needs struct {
	// Fields are the arguments that a handler of spoa.on reads.
	Fields []string
	// Fetches are calls of txn.f and txn.sf.
	Fetches []Fetch
	// RequestHeaders and ResponseHeaders tell that it asks for all of them.
	RequestHeaders, ResponseHeaders bool
	// Reads and Sets are the full names of variables, such as "txn.user".
	Reads, Sets []string
	// SetPrefixes are how the names begin of variables that it sets under names that
	// it computes; "" stands for any.
	SetPrefixes []string
	// ReadParams and SetParams are the parameters that name variables which it reads
	// and sets.
	ReadParams, SetParams []Param
	// Edits are calls of txn.http that change a message, such as req_set_header.
	Edits []Edit
	// Replies tells that it answers in the place of the server: txn:done. The
	// headers of the answer are ReplyHeaders.
	Replies      bool
	ReplyHeaders []string
	// AnyReplyHeader tells that the names of some of them are computed.
	AnyReplyHeader bool
	// Returns tells that the function itself, or a call of core.done, gives a
	// result.
	Returns bool
	// Statuses are those that it answers with or sets, AnyStatus that some are
	// computed.
	Statuses  []int
	AnyStatus bool
	// Keeps tells that it keeps a value from the request to the answer:
	// txn:set_priv and get_priv.
	Keeps bool
	// Waits tells that it may wait: for time to pass, or for somebody else.
	Waits bool
	// Stream tells that it sets what concerns the stream, as txn:set_loglevel does.
	Stream bool
	// Unknown are places where a name is computed, as "file:line: text".
	Unknown []string
}

// Param is a parameter that the configuration gives to a function.
type Param struct {
	// Index counts from 0, behind the TXN or what a converter converts.
	Index int
	// Place is where it counts, as "file:line".
	Place string
}

// Fetch is one call of a sample fetch.
type Fetch struct {
	// Name is what the script calls it, with `_` for what Lua does not allow.
	Name string
	// Args are its arguments as text.
	Args []string
	// Computed tells that one of them is no literal; Args is empty then.
	Computed bool
	// Place is where, as "file:line".
	Place string
}

// ComputedHeader is what Unknown says of a header whose name is computed.
const ComputedHeader = "the name of the header is computed: write the rules for it by hand, see doc/haproxy-lua.md; those of HAProxy 3.4 need no names: --haproxy-version"

// ComputedReplyHeader is what Unknown says of a reply's header whose name is computed.
const ComputedReplyHeader = "the name of the reply's header is computed: write the rule for it by hand, see doc/haproxy-lua.md; that of HAProxy 3.4 needs no names: --haproxy-version"

// ComputedVariable is what Unknown says of a variable whose name is computed.
const ComputedVariable = "the name of the variable is computed: name the argument in the message's args by hand, NAME=var(NAME)"

// Edit is one call that changes a message of HTTP.
type Edit struct {
	// Function is a method of txn.http, such as "req_set_header".
	Function string
	// Name is the header's, "" where the function takes none or it is computed.
	Name string
}

// OfHeader reports whether it changes headers, not the first line of a message.
func (e Edit) OfHeader() bool {
	return strings.HasSuffix(e.Function, "_header") || strings.HasSuffix(e.Function, "_value")
}

// Analysis is what is known of some files together.
type Analysis struct {
	files  []parsed
	byName map[string][]function
	fileOf map[*lua54.Function]string
	// fetches are the local variables that hold txn.f or txn.sf.
	fetches map[*lua54.Var]bool
	// values are what variables and parameters are given, fields what is put into
	// the tables that they hold.
	values map[holder][]value
	fields map[holder][]lua54.Item
	// aliases are the variables and parameters that one is given to.
	aliases map[holder][]holder
}

type parsed struct {
	name string
	main *lua54.Function
	all  []function
}

// function is a function of one of the files.
type function struct {
	file string
	node *lua54.Function
}

// New reads the files. Those that cannot be parsed are left out: loading them
// tells why.
func New(files []File) *Analysis {
	a := &Analysis{
		byName: map[string][]function{}, fileOf: map[*lua54.Function]string{}, fetches: map[*lua54.Var]bool{},
		values: map[holder][]value{}, fields: map[holder][]lua54.Item{}, aliases: map[holder][]holder{},
	}
	for _, f := range files {
		chunk, err := lua54.Parse(f.Name, f.Text)
		if err != nil {
			continue
		}
		p := parsed{name: f.Name, main: chunk.Main}
		lua54.Inspect(chunk.Main, func(n lua54.Node) bool {
			if fn, ok := n.(*lua54.Function); ok {
				p.all = append(p.all, function{f.Name, fn})
				a.fileOf[fn] = f.Name
			}
			a.declare(f.Name, n)
			return true
		})
		a.files = append(a.files, p)
	}
	for _, p := range a.files {
		lua54.Inspect(p.main, func(n lua54.Node) bool {
			a.given(n)
			return true
		})
	}
	return a
}

// declare notes the functions that a node gives a name.
func (a *Analysis) declare(file string, n lua54.Node) {
	switch n := n.(type) {
	case *lua54.LocalFunction:
		a.name(file, n.Var.Name, n.Func)
	case *lua54.Local:
		for i, v := range n.Vars {
			a.nameExpr(file, v.Name, at(n.Exprs, i))
			a.fetches[v] = a.isFetches(at(n.Exprs, i))
		}
	case *lua54.Assign:
		for i, target := range n.Targets {
			a.nameExpr(file, nameOf(target), at(n.Exprs, i))
		}
	case *lua54.Table:
		for _, item := range n.Items {
			a.nameExpr(file, literal(item.Key), item.Value)
		}
	}
}

// isFetches reports whether e is txn.f or txn.sf, or a local variable that holds
// one of them.
func (a *Analysis) isFetches(e lua54.Expr) bool {
	switch e := e.(type) {
	case *lua54.Index:
		return literal(e.Key) == "f" || literal(e.Key) == "sf"
	case *lua54.Name:
		return e.Var != nil && a.fetches[e.Var]
	}
	return false
}

func (a *Analysis) nameExpr(file, name string, e lua54.Expr) {
	if fn, ok := e.(*lua54.Function); ok && name != "" {
		a.name(file, name, fn)
	}
}

func (a *Analysis) name(file, name string, fn *lua54.Function) {
	a.byName[name] = append(a.byName[name], function{file, fn})
}

// Of returns what the functions need whose text begins in that line of a file.
// message tells that their first parameter is a message of spoa.on.
func (a *Analysis) Of(file string, line int, message bool) (Needs, error) {
	s := search{a: a, seen: map[*lua54.Function]bool{}, messages: map[*lua54.Var]bool{}, params: map[*lua54.Var]int{}}
	for _, p := range a.files {
		if p.name != file {
			continue
		}
		for _, f := range p.all {
			if f.node.Place().Line != line || f.node == p.main {
				continue
			}
			s.begin(f.node, message)
			s.needs.Returns = s.needs.Returns || returns(f.node)
			s.function(f)
		}
	}
	if len(s.seen) == 0 {
		return Needs{}, fmt.Errorf("%s:%d: there is no function", file, line)
	}
	s.arguments()
	return s.needs, nil
}

// begin notes what the parameters of the function are that the agent calls.
func (s *search) begin(fn *lua54.Function, message bool) {
	for i, v := range fn.Params {
		switch {
		case !message && i > 0:
			s.params[v] = i - 1
		case message && i == 0:
			s.messages[v] = true
		}
	}
}

// returns reports whether a function has a return with a value.
func returns(fn *lua54.Function) bool {
	found := false
	lua54.Inspect(fn, func(n lua54.Node) bool {
		r, ok := n.(*lua54.Return)
		found = found || ok && len(r.Exprs) > 0
		inner, isFunction := n.(*lua54.Function)
		return !isFunction || inner == fn
	})
	return found
}

func at(list []lua54.Expr, i int) lua54.Expr {
	if i < len(list) {
		return list[i]
	}
	return nil
}

// nameOf is the last part of a variable's or field's name.
func nameOf(e lua54.Expr) string {
	switch e := e.(type) {
	case *lua54.Name:
		return e.Name
	case *lua54.Index:
		return literal(e.Key)
	}
	return ""
}

// literal is the text of a literal string, or "".
func literal(e lua54.Expr) string {
	if s, ok := e.(*lua54.String); ok {
		return s.Value
	}
	return ""
}

// add appends what is not there yet.
func add(list *[]string, s string) {
	if !slices.Contains(*list, s) {
		*list = append(*list, s)
	}
}
