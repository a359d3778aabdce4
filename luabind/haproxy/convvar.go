package haproxy

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/spop"
)

// variables are those that a converter may read and write by name. They read as
// txn:get_var does: what the run has set, or an argument of the message.
type variables struct {
	api *API
	L   *lua.LState
}

func (v variables) read(name string) (spop.Value, bool) {
	value, ok := v.api.vars.get(name)
	if !ok {
		value, ok = v.api.message(v.L).Arg(name)
	}
	return value, ok && value.Kind() != spop.KindNull
}

func (v variables) write(name string, value spop.Value) error {
	scope, short, err := spop.ParseVarName(name)
	if err != nil {
		return err
	}
	if v.api.host.HTTP() != nil { // a service has its own
		v.api.vars.put(name, value)
		return nil
	}
	v.api.write(v.L, scope, short, value)
	v.api.vars.put(name, value)
	return nil
}

// readText is the text of a variable, "" when it is not set or the name is "".
func (v variables) readText(name string) (string, error) {
	if name == "" {
		return "", nil
	}
	if _, _, err := spop.ParseVarName(name); err != nil {
		return "", err
	}
	value, ok := v.read(name)
	if !ok {
		return "", nil
	}
	return text(value), nil
}

// concatenated is concat(start[, variable[, end]]).
func concatenated(vars variables, in spop.Value, p params) (spop.Value, error) {
	middle, err := vars.readText(p.text(1, ""))
	if err != nil {
		return spop.Null(), err
	}
	return spop.String(text(in) + p.text(0, "") + middle + p.text(2, "")), nil
}

// withItem is add_item(delimiter, variable[, suffix]).
func withItem(vars variables, in spop.Value, p params) (spop.Value, error) {
	if p.text(1, "") == "" && p.text(2, "") == "" {
		return spop.Null(), errors.New("the variable and the suffix are both empty")
	}
	item, err := vars.readText(p.text(1, ""))
	if err != nil {
		return spop.Null(), err
	}
	item += p.text(2, "")
	if item != "" && text(in) != "" {
		item = p.text(0, "") + item
	}
	return spop.String(text(in) + item), nil
}

// compared is strcmp(variable): below 0, 0 or above.
func compared(vars variables, in spop.Value, p params) (spop.Value, error) {
	other, ok, err := vars.other(p)
	if !ok || err != nil {
		return spop.Null(), err
	}
	a, b := text(in), text(other)
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return spop.Int64(int64(a[i]) - int64(b[i])), nil
		}
	}
	return spop.Int64(int64(strings.Compare(a, b))), nil
}

// traced is debug([prefix[, destination]]): the text goes to the agent's log, on the
// level debug.
func traced(vars variables, in spop.Value, p params) (spop.Value, error) {
	vars.api.host.Log(vars.L, slog.LevelDebug, p.text(0, "debug")+": "+text(in))
	return in, nil
}

// same is secure_memcmp(variable), which takes the same time for all texts of a
// length. Nothing is the same as a number.
func same(vars variables, in spop.Value, p params) (spop.Value, error) {
	other, ok, err := vars.other(p)
	if !ok || err != nil {
		return spop.Null(), err
	}
	isText := other.Kind() == spop.KindString || other.Kind() == spop.KindBinary
	return spop.Bool(isText && equalTexts(text(in), text(other))), nil
}

func (v variables) other(p params) (spop.Value, bool, error) {
	name := p.text(0, "")
	if _, _, err := spop.ParseVarName(name); err != nil {
		return spop.Null(), false, err
	}
	value, ok := v.read(name)
	return value, ok, nil
}

// setVariable is set_var(name[, condition...]), which gives its input back when all
// conditions hold.
func setVariable(vars variables, in spop.Value, p params) (spop.Value, error) {
	name := p.text(0, "")
	if _, _, err := spop.ParseVarName(name); err != nil {
		return spop.Null(), err
	}
	old, isSet := vars.read(name)
	holds := true
	for i := 1; i < len(p); i++ {
		condition, ok := setConditions[p.text(i, "")]
		if !ok {
			return spop.Null(), fmt.Errorf("'%s' is no condition: ifexists, ifnotexists, ifset, ifnotset, ifempty, ifnotempty, ifgt and iflt are", p.text(i, ""))
		}
		holds = holds && condition(old, isSet, in)
	}
	if !holds {
		return spop.Null(), nil
	}
	return in, vars.write(name, in)
}

// setConditions are those of set_var, of the variable's value and the new one.
var setConditions = map[string]func(old spop.Value, isSet bool, in spop.Value) bool{
	"ifexists":    func(_ spop.Value, isSet bool, _ spop.Value) bool { return isSet },
	"ifnotexists": func(_ spop.Value, isSet bool, _ spop.Value) bool { return !isSet },
	"ifset":       func(_ spop.Value, isSet bool, _ spop.Value) bool { return isSet },
	"ifnotset":    func(_ spop.Value, isSet bool, _ spop.Value) bool { return !isSet },
	"ifempty":     func(_ spop.Value, _ bool, in spop.Value) bool { return text(in) == "" },
	"ifnotempty":  func(_ spop.Value, _ bool, in spop.Value) bool { return text(in) != "" },
	"ifgt": func(old spop.Value, _ bool, in spop.Value) bool {
		return !old.IsInt() || !in.IsInt() || old.Int64() > in.Int64()
	},
	"iflt": func(old spop.Value, _ bool, in spop.Value) bool {
		return !old.IsInt() || !in.IsInt() || old.Int64() < in.Int64()
	},
}

// unsetVariable is unset_var(name).
func unsetVariable(vars variables, in spop.Value, p params) (spop.Value, error) {
	return in, vars.write(p.text(0, ""), spop.Null())
}
