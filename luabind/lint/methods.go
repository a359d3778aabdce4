package lint

import (
	"slices"
	"strings"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
)

// kind is what an expression can be seen to be: an object whose methods are
// known.
type kind int

const (
	unknown  kind = iota
	text          // a string
	argument      // of a message: a string, if it has methods at all
	txn           // HAProxy's class TXN
	txnHTTP       // HAProxy's class HTTP
)

// methodNames are those of HAProxy's classes, as its documentation has them. The
// methods of a string are the functions of the library.
var methodNames = map[kind]string{
	txn: "c done deflog f get_priv get_var http http_req http_res log loglevel reply req res sc set_bc_mark set_bc_tos " +
		"set_fc_mark set_fc_tos set_loglevel set_mark set_priority_class set_priority_offset set_priv set_tos set_var sf " +
		"unset_var Alert Debug Info Warning",
	txnHTTP: "req_add_header req_del_header req_get_headers req_rep_header req_rep_value req_set_header req_set_method " +
		"req_set_path req_set_query req_set_uri res_add_header res_del_header res_get_headers res_rep_header " +
		"res_rep_value res_set_header res_set_status",
}

// classNames is how messages call them.
var classNames = map[kind]string{text: "a string", argument: "a string", txn: "a TXN", txnHTTP: "the class HTTP"}

// kinds is what is known of the variables of a file.
type kinds struct {
	use      *use
	vars     map[*lua54.Var]kind
	messages map[*lua54.Var]bool
}

// kindsOf looks for variables that are assigned nothing but their first value.
func (l *linter) kindsOf(main *lua54.Function) *kinds {
	k := &kinds{use: l.use, vars: map[*lua54.Var]kind{}, messages: map[*lua54.Var]bool{}}
	walk(main, &visitor{
		stmt: func(s lua54.Stmt, _ context) {
			local, ok := s.(*lua54.Local)
			for i := 0; ok && i < min(len(local.Vars), len(local.Exprs)); i++ {
				k.learn(local.Vars[i], k.of(local.Exprs[i]))
			}
		},
		expr: func(e lua54.Expr, _ context) { k.parameters(e) },
	})
	return k
}

// parameters notes the message that a handler gets, and what is called txn.
func (k *kinds) parameters(e lua54.Expr) {
	switch e := e.(type) {
	case *lua54.Function:
		if len(e.Params) > 0 && e.Params[0].Name == "txn" {
			k.learn(e.Params[0], txn)
		}
	case *lua54.Call:
		if len(e.Args) < 2 || k.use.path(e.Func) != "spoa.on" {
			return
		}
		if fn, ok := e.Args[len(e.Args)-1].(*lua54.Function); ok && len(fn.Params) > 0 && fn.Params[0].Sets == 0 {
			k.messages[fn.Params[0]] = true
		}
	}
}

func (k *kinds) learn(v *lua54.Var, is kind) {
	if v.Sets == 0 && is != unknown {
		k.vars[v] = is
	}
}

// makesText are the functions whose first result is a string.
var makesText = map[string]bool{
	"tostring": true, "type": true, "table.concat": true, "string.char": true, "string.format": true, "string.gsub": true,
	"string.lower": true, "string.rep": true, "string.reverse": true, "string.sub": true, "string.upper": true,
}

func (k *kinds) of(e lua54.Expr) kind {
	switch e := e.(type) {
	case *lua54.String:
		return text
	case *lua54.Paren:
		return k.of(e.Inner)
	case *lua54.Name:
		return k.vars[e.Var]
	case *lua54.Binary:
		if e.Operator == ".." && (k.of(e.Left) == text || k.of(e.Right) == text) {
			return text
		}
	case *lua54.Index:
		if object, ok := e.Object.(*lua54.Name); ok && k.messages[object.Var] {
			return argument
		}
		key, ok := e.Key.(*lua54.String)
		if ok && key.Value == "http" && k.of(e.Object) == txn {
			return txnHTTP
		}
	case *lua54.Call:
		if e.Method == "" && makesText[k.use.path(e.Func)] || e.Method != "" && k.of(e.Func) == text && makesText["string."+e.Method] {
			return text
		}
	}
	return unknown
}

// checkMethod warns about a method that the object does not have. What a script
// adds to strings or to a TXN it has; so a misspelt name is like another one.
func (l *linter) checkMethod(e lua54.Expr, k *kinds) {
	call, ok := e.(*lua54.Call)
	if !ok || call.Method == "" || l.use.set["string."+call.Method] || l.use.set["string.*"] || l.use.fields[call.Method] {
		return
	}
	is := k.of(call.Func)
	var known []string
	switch is {
	case unknown:
		return
	case text, argument:
		known = keys(l.globals["string"])
	default:
		known = strings.Fields(methodNames[is])
	}
	if slices.Contains(known, call.Method) {
		return
	}
	instead := didYouMean(call.Method, known, "")
	if is == text || instead != "" {
		at := call.Place() // of the parenthesis
		at.Column = max(at.Column-len(call.Method), 1)
		l.warn(at, "%s has no method '%s'%s", classNames[is], call.Method, instead)
	}
}
