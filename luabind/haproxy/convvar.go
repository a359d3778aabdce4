package haproxy

import (
	"errors"
	"fmt"
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

// setVariable is set_var(name), which gives its input back.
func setVariable(vars variables, in spop.Value, p params) (spop.Value, error) {
	return in, vars.write(p.text(0, ""), in)
}

// unsetVariable is unset_var(name).
func unsetVariable(vars variables, in spop.Value, p params) (spop.Value, error) {
	return in, vars.write(p.text(0, ""), spop.Null())
}

// kinds has the parameters of a converter checked, which HAProxy converts no
// more: s is for a string, i for an integer.
func kinds(letters string, c converter) converter {
	c.check = func(p params) error {
		for i := range p {
			switch isText := p[i].Kind() == spop.KindString; {
			case letters[i] == 's' && !isText:
				return fmt.Errorf("parameter %d must be a string", i+1)
			case letters[i] == 'i' && isText:
				return fmt.Errorf("parameter %d must be an integer", i+1)
			}
		}
		return nil
	}
	return c
}
