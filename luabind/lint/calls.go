package lint

import (
	"fmt"
	"strings"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
)

// arity is how many arguments a function takes.
type arity struct{ least, most int }

// arities returns those of the API, by path.
func arities() map[string]arity {
	all := map[string]arity{
		"set_var": {2, 2}, "unset_var": {1, 1}, "require": {1, 1},
		"spoa.on": {2, 3}, "spoa.on_init": {1, 1}, "spoa.read": {1, 1}, "spoa.args": {1, 1},
		"spoa.register_message": {2, 2}, "spoa.unset_var": {2, 2}, "spoa.set_var_null": {2, 2},
		"spoa.shared.get": {1, 1}, "spoa.shared.set": {2, 3}, "spoa.shared.incr": {1, 3}, "spoa.shared.delete": {1, 1},
		"spoa.null": {0, 0},
	}
	for _, kind := range []string{"bool", "str", "bin", "int32", "uint32", "int64", "uint64", "ipv4", "ipv6", "ip"} {
		all["spoa."+kind] = arity{1, 1}
	}
	for _, kind := range []string{"boolean", "int32", "uint32", "int64", "uint64", "ipv4", "ipv6", "string", "str", "binary", "bin"} {
		all["spoa.set_var_"+kind] = arity{3, 3}
	}
	return all
}

// checkCall warns about a call of the API with too few or too many arguments.
func (l *linter) checkCall(e lua54.Expr) {
	call, ok := e.(*lua54.Call)
	if !ok || call.Method != "" {
		return
	}
	path := l.use.path(call.Func)
	takes, ok := l.arity[path]
	if name, _, _ := strings.Cut(path, "."); !ok || l.use.set[name] || l.use.set[path] {
		return
	}
	least, open := len(call.Args), false
	if least > 0 {
		switch call.Args[least-1].(type) {
		case *lua54.Call, *lua54.Vararg: // none or many
			least, open = least-1, true
		}
	}
	if least > takes.most || least < takes.least && !open {
		l.warn(call.Place(), "'%s' takes %s, not %d", path, takes, len(call.Args))
	}
}

// String is "2 arguments" or "2 to 3 arguments".
func (a arity) String() string {
	switch {
	case a.least != a.most:
		return fmt.Sprintf("%d to %d arguments", a.least, a.most)
	case a.most == 0:
		return "no arguments"
	case a.most == 1:
		return "1 argument"
	}
	return fmt.Sprintf("%d arguments", a.most)
}

// checkMessage warns about fields of a message that the script does not
// declare with spoa.on(name, {args = {...}}, function(msg) ... end).
func (l *linter) checkMessage(e lua54.Expr) {
	call, ok := e.(*lua54.Call)
	if !ok || len(call.Args) != 3 || l.use.path(call.Func) != "spoa.on" {
		return
	}
	options, isTable := call.Args[1].(*lua54.Table)
	fn, isFunction := call.Args[2].(*lua54.Function)
	if !isTable || !isFunction || len(fn.Params) == 0 || fn.Params[0].Sets > 0 {
		return
	}
	declared, ok := declaredArgs(options)
	if !ok {
		return
	}
	known := map[string]bool{}
	for _, name := range declared {
		known[name] = true
	}
	v := &visitor{expr: func(e lua54.Expr, _ context) {
		if name, ok := fieldOf(e, fn.Params[0]); ok && !known[name] {
			l.warn(e.Place(), "the message has no argument '%s' among args%s", name, didYouMean(name, declared, ""))
		}
	}}
	v.block(fn.Body)
}

// fieldOf is the key of VAR.key.
func fieldOf(e lua54.Expr, v *lua54.Var) (string, bool) {
	i, ok := e.(*lua54.Index)
	if !ok {
		return "", false
	}
	object, isName := i.Object.(*lua54.Name)
	key, isString := i.Key.(*lua54.String)
	if !isName || !isString || object.Var != v {
		return "", false
	}
	return key.Value, true
}

// declaredArgs returns the list behind args when all of it is literal.
func declaredArgs(options *lua54.Table) (names []string, ok bool) {
	for _, option := range options.Items {
		key, isString := option.Key.(*lua54.String)
		if !isString || key.Value != "args" {
			continue
		}
		list, isTable := option.Value.(*lua54.Table)
		if !isTable {
			return nil, false
		}
		for _, item := range list.Items {
			name, isString := item.Value.(*lua54.String)
			if !isString || item.Key != nil {
				return nil, false
			}
			declared, _, _ := strings.Cut(name.Value, "=") // NAME=FETCH
			names = append(names, declared)
		}
		return names, true
	}
	return nil, false
}
