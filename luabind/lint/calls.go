package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
	"github.com/spoa-lua/spoa-lua/spop"
)

// arity is how many arguments a function takes.
type arity struct{ least, most int }

// unlimited is the most of a function that takes as many as there are.
const unlimited = 1 << 20

// libraryArities are those of the functions of Lua and of HAProxy that handlers
// call, by least, most and path.
var libraryArities = map[arity]string{
	{0, 1}: "os.time",
	{0, 2}: "error math.random os.date",
	{1, 1}: "core.Alert core.Debug core.Info core.Warning core.msleep core.sleep getmetatable ipairs math.abs math.ceil " +
		"math.floor math.sqrt math.type pairs rawlen string.len string.lower string.reverse string.upper tostring type",
	{1, 2}:         "table.remove table.sort tonumber",
	{1, 3}:         "string.byte table.unpack",
	{1, 4}:         "table.concat",
	{1, unlimited}: "math.max math.min pcall select string.format string.pack",
	{2, 2}:         "core.log math.fmod rawequal rawget setmetatable",
	{2, 3}:         "string.gmatch string.match string.rep string.sub string.unpack table.insert",
	{2, 4}:         "string.find",
	{2, unlimited}: "xpcall",
	{3, 3}:         "rawset",
	{3, 4}:         "string.gsub",
}

// arities returns those of the API and of the library, by path.
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
	for takes, paths := range libraryArities {
		for path := range strings.FieldsSeq(paths) {
			all[path] = takes
		}
	}
	return all
}

// checkProgram warns about a program that io.popen does not start.
func (l *linter) checkProgram(path string, call *lua54.Call) {
	if path != "io.popen" || l.use.set["io"] || l.use.set[path] || len(call.Args) == 0 {
		return
	}
	command := call.Args[0]
	for {
		concat, ok := command.(*lua54.Binary)
		if !ok {
			break
		}
		command = concat.Left
	}
	if s, ok := command.(*lua54.String); ok && !strings.Contains(s.Value, "ls ") && !strings.Contains(s.Value, "hostname") {
		l.warn(call.Place(), "scripts start no programs: 'io.popen' lists files, as in io.popen(\"ls maps/*.map\")")
	}
}

// checkCall warns about a call of the API with too few or too many arguments.
func (l *linter) checkCall(e lua54.Expr) {
	call, ok := e.(*lua54.Call)
	if !ok || call.Method != "" {
		return
	}
	path := l.use.path(call.Func)
	l.checkProgram(path, call)
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

// scopes are those of HAProxy's variables.
var scopes = []string{"proc", "sess", "txn", "req", "res"}

// checkVariable warns about a variable whose literal name has no scope, or is none
// that HAProxy takes.
func (l *linter) checkVariable(e lua54.Expr) {
	call, ok := e.(*lua54.Call)
	if !ok || len(call.Args) == 0 || !isGlobal(call.Func, "set_var") && !isGlobal(call.Func, "unset_var") || l.use.set["set_var"] {
		return
	}
	name, ok := call.Args[0].(*lua54.String)
	if !ok {
		return
	}
	scope, _, _ := strings.Cut(name.Value, ".")
	if scope == name.Value {
		l.warn(name.Place(), "the variable '%s' has no scope: write txn.%[1]s, or sess, req, res or proc in front", name.Value)
		return
	}
	if !slices.Contains(scopes, scope) {
		l.warn(name.Place(), "the variable '%s' has no scope%s", name.Value, didYouMean(scope, slices.Clone(scopes), ""))
		return
	}
	if _, _, err := spop.ParseVarName(name.Value); err != nil {
		l.warn(name.Place(), "%s", err)
	}
}

// String is "2 arguments" or "2 to 3 arguments".
func (a arity) String() string {
	switch {
	case a.most == unlimited && a.least == 1:
		return "at least 1 argument"
	case a.most == unlimited:
		return fmt.Sprintf("at least %d arguments", a.least)
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
