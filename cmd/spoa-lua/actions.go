package main

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"

	"github.com/spoa-lua/spoa-lua/spop"
)

// jsonAction is an action as --json prints it. The value of an integer is a
// JSON number, that of a binary value hexadecimal text.
type jsonAction struct {
	Action string `json:"action"`
	Name   string `json:"name"`
	Type   string `json:"type,omitempty"`
	Value  any    `json:"value,omitempty"`
}

// printActions prints actions, one a line, or as a JSON array.
func printActions(w io.Writer, actions []spop.Action, asJSON bool) error {
	if asJSON {
		list := []jsonAction{}
		for _, a := range actions {
			if a.Type != spop.ActionNoop {
				list = append(list, toJSON(a))
			}
		}
		out := json.NewEncoder(w)
		out.SetIndent("", "  ")
		return out.Encode(list)
	}
	for _, a := range actions {
		if _, err := fmt.Fprintln(w, a); err != nil {
			return err
		}
	}
	return nil
}

func toJSON(a spop.Action) jsonAction {
	out := jsonAction{Action: "unset-var", Name: a.Scope.String() + "." + a.Name}
	if a.Type != spop.ActionSetVar {
		return out
	}
	out.Action, out.Type = "set-var", a.Value.Kind().String()
	switch v := a.Value; {
	case v.Kind() == spop.KindBool:
		out.Value = v.Bool()
	case v.IsInt():
		out.Value = json.Number(v.Text())
	case v.Kind() == spop.KindBinary:
		out.Value = hex.EncodeToString(v.Bytes())
	default:
		out.Value = v.Text()
	}
	return out
}
