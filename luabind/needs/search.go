package needs

import (
	"fmt"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
)

// search goes through the functions that are reached from one.
type search struct {
	a        *Analysis
	needs    Needs
	file     string
	seen     map[*lua54.Function]bool
	list     []function
	messages map[*lua54.Var]bool // variables that hold a message of spoa.on
	params   map[*lua54.Var]int  // what the configuration gives, by its place
}

// function goes through a function and those that it mentions.
func (s *search) function(f function) {
	if s.seen[f.node] {
		return
	}
	s.seen[f.node] = true
	s.list = append(s.list, f)
	before := s.file
	s.file = f.file
	lua54.Inspect(f.node, func(n lua54.Node) bool {
		s.node(n)
		return true
	})
	s.file = before
}

func (s *search) node(n lua54.Node) {
	switch n := n.(type) {
	case *lua54.Call:
		s.call(n)
		s.mentioned(n.Method)
	case *lua54.Name:
		s.mentioned(n.Name)
	case *lua54.Index:
		s.mentioned(literal(n.Key))
		if literal(n.Key) == "" {
			s.chosen(n.Object)
		}
	case *lua54.Table:
		s.reply(n)
	case *lua54.Assign:
		for i, target := range n.Targets {
			s.replyField(target, at(n.Exprs, i))
		}
	}
}

// mentioned goes on with the functions of a name.
func (s *search) mentioned(name string) {
	if name == "" {
		return
	}
	for _, f := range s.a.byName[name] {
		s.function(f)
	}
}

// chosen goes on with the functions of a table that one is chosen from when the
// script runs.
func (s *search) chosen(table lua54.Expr) {
	items, _ := s.a.items(table, newTrail())
	for _, item := range items {
		if fn, ok := item.Value.(*lua54.Function); ok {
			s.function(function{s.a.fileOf[fn], fn})
			continue
		}
		s.mentioned(nameOf(item.Value))
	}
}

// method returns the object, the name and the arguments of a call of a method,
// be it written o:name(...) or o.name(o, ...).
func method(c *lua54.Call) (object lua54.Expr, name string, args []lua54.Expr) {
	if c.Method != "" {
		return c.Func, c.Method, c.Args
	}
	i, ok := c.Func.(*lua54.Index)
	if !ok || len(c.Args) == 0 {
		return nil, "", nil
	}
	return i.Object, literal(i.Key), c.Args[1:]
}

// waits reports whether a function is one of core that waits, or require of a
// module that does.
func waits(c *lua54.Call) bool {
	switch fn := c.Func.(type) {
	case *lua54.Index:
		return nameOf(fn.Object) == "core" && slices.Contains([]string{"sleep", "msleep", "wait", "tcp", "httpclient"}, literal(fn.Key))
	case *lua54.Name:
		module := literal(at(c.Args, 0))
		return fn.Name == "require" && (strings.HasPrefix(module, "socket") && module != "socket.url" || module == "ssl.https")
	}
	return false
}

func (s *search) call(c *lua54.Call) {
	s.needs.Waits = s.needs.Waits || waits(c)
	object, name, args := method(c)
	switch {
	case isCore(c.Func):
		s.needs.Returns = true
	case object == nil:
		if fn, ok := c.Func.(*lua54.Name); ok && fn.Var == nil && (fn.Name == "set_var" || fn.Name == "unset_var") {
			s.variable(&s.needs.Sets, c, c.Args)
		}
	case s.a.isFetches(object):
		s.fetch(c, name, args)
	case name == "get_var":
		s.variable(&s.needs.Reads, c, args)
	case name == "set_var" || name == "unset_var":
		s.variable(&s.needs.Sets, c, args)
	case name == "req_get_headers":
		s.needs.RequestHeaders = true
	case name == "res_get_headers":
		s.needs.ResponseHeaders = true
	case name == "set_priv" || name == "get_priv":
		s.needs.Keeps = true
	case name == "done":
		s.needs.Replies = true
	case name == "add_header":
		s.replyHeader(c, at(args, 0))
	case name == "set_status":
		s.status(at(args, 0))
	case slices.Contains(streamMethods, name):
		s.needs.Stream = true
	case isEdit(name):
		s.edit(c, name, args)
	}
}

// streamMethods are those of TXN that concern the stream.
var streamMethods = []string{
	"set_loglevel", "set_mark", "set_fc_mark", "set_tos", "set_fc_tos", "set_priority_class", "set_priority_offset",
}

// isCore reports whether a function is core.done.
func isCore(fn lua54.Expr) bool {
	i, ok := fn.(*lua54.Index)
	return ok && nameOf(i.Object) == "core" && literal(i.Key) == "done"
}

func isEdit(name string) bool {
	direction, rest, ok := strings.Cut(name, "_")
	if !ok || direction != "req" && direction != "res" {
		return false
	}
	return strings.HasPrefix(rest, "set_") || strings.HasPrefix(rest, "add_") || strings.HasPrefix(rest, "del_") || strings.HasPrefix(rest, "rep_")
}

func (s *search) edit(c *lua54.Call, name string, args []lua54.Expr) {
	e := Edit{Function: name}
	if name == "res_set_status" {
		s.status(at(args, 0))
	}
	if e.OfHeader() {
		for _, name := range s.a.texts(at(args, 0)) {
			e.Name = strings.ToLower(name.value)
			if name.open {
				e.Name = ""
				s.unknown(c, ComputedHeader)
			}
			s.addEdit(e)
		}
		return
	}
	s.addEdit(e)
}

func (s *search) addEdit(e Edit) {
	if !slices.Contains(s.needs.Edits, e) {
		s.needs.Edits = append(s.needs.Edits, e)
	}
}

func (s *search) fetch(c *lua54.Call, name string, args []lua54.Expr) {
	if name == "" {
		s.unknown(c, "the name of the fetch is computed: name the argument in the message's args by hand")
		return
	}
	f := Fetch{Name: name, Place: s.place(c)}
	for _, e := range args {
		text, ok := constant(e)
		if !ok {
			f.Args, f.Computed = nil, true
			break
		}
		f.Args = append(f.Args, text)
	}
	same := func(g Fetch) bool {
		return g.Name == f.Name && g.Computed == f.Computed && slices.Equal(g.Args, f.Args)
	}
	if !slices.ContainsFunc(s.needs.Fetches, same) {
		s.needs.Fetches = append(s.needs.Fetches, f)
	}
}

// constant is the text of a literal string or number.
func constant(e lua54.Expr) (string, bool) {
	switch e := e.(type) {
	case *lua54.String:
		return e.Value, true
	case *lua54.Number:
		return lua54.FormatNumber(e.Value), true
	case *lua54.Unary:
		if n, ok := e.Operand.(*lua54.Number); ok && e.Operator == "-" && n.Value.Type() == lua.LTNumber {
			return "-" + lua54.FormatNumber(n.Value), true
		}
	}
	return "", false
}

func (s *search) variable(list *[]string, c *lua54.Call, args []lua54.Expr) {
	for _, name := range s.a.texts(at(args, 0)) {
		switch {
		case !name.open:
			add(list, name.value)
		case list == &s.needs.Sets:
			if !s.param(&s.needs.SetParams, c, name.from) {
				add(&s.needs.SetPrefixes, name.value)
			}
		case !s.param(&s.needs.ReadParams, c, name.from):
			s.unknown(c, ComputedVariable)
		}
	}
}

// param notes that a parameter of the function that the search began with names a
// variable. It reports false for other local variables.
func (s *search) param(list *[]Param, n lua54.Node, v *lua54.Var) bool {
	i, ok := s.params[v]
	if !ok {
		return false
	}
	if !slices.ContainsFunc(*list, func(p Param) bool { return p.Index == i }) {
		*list = append(*list, Param{i, s.place(n)})
	}
	return true
}

func (s *search) place(n lua54.Node) string { return fmt.Sprintf("%s:%d", s.file, n.Place().Line) }

func (s *search) unknown(n lua54.Node, text string) {
	add(&s.needs.Unknown, s.place(n)+": "+text)
}
