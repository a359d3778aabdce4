package luabind

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// ErrStopped is the cause of a ScriptError when the stop flag ended the script.
var ErrStopped = errors.New("stopped: the time is over")

// ScriptError says what went wrong in a script and where.
type ScriptError struct {
	// Script is the name that the script was compiled with, "" when the fault
	// has no place in one.
	Script string
	// Line counts from 1; 0 means that it is not known.
	Line int
	// Msg says what happened, without the place.
	Msg string
	// Traceback is the stack of Lua functions, and after a Go panic that of
	// the goroutine. It may be empty.
	Traceback string
	// Err is the cause where it is known: ErrStopped, an error of package spop.
	Err error
}

// Error returns "scripts/ip.lua:12: attempt to index a nil value".
func (e *ScriptError) Error() string {
	switch {
	case e.Script == "":
		return e.Msg
	case e.Line == 0:
		return e.Script + ": " + e.Msg
	}
	return fmt.Sprintf("%s:%d: %s", e.Script, e.Line, e.Msg)
}

// Unwrap returns Err.
func (e *ScriptError) Unwrap() error { return e.Err }

// newScriptError makes the error of a failed call. script is the name of the
// script whose function was called; it counts when nothing else tells a place.
func newScriptError(err error, script string) *ScriptError {
	var api *lua.ApiError
	if !errors.As(err, &api) {
		return placed(err.Error(), script, err)
	}
	e := placed(errorText(api.Object), "", api.Cause)
	e.Traceback = api.StackTrace
	if e.Script == "" {
		e.Script, e.Line = firstPlace(api.StackTrace)
	}
	if e.Script == "" {
		e.Script = script
	}
	return e
}

// placed cuts the place off the front of text.
func placed(text, script string, cause error) *ScriptError {
	e := &ScriptError{Script: script, Msg: text, Err: cause}
	if at, line, msg, ok := cutPlace(text); ok {
		e.Script, e.Line, e.Msg = at, line, msg
	}
	return e
}

// errorText is the text of an error object, in the words of PUC's lua.c when
// it is no string.
func errorText(v lua.LValue) string {
	switch v.Type() {
	case lua.LTString, lua.LTNumber:
		return v.String()
	}
	return fmt.Sprintf("(error object is a %s value)", typeName(v))
}

// cutPlace splits "NAME:LINE: MSG".
func cutPlace(text string) (name string, line int, msg string, ok bool) {
	for at := 0; ; {
		i := strings.IndexByte(text[at:], ':')
		if i < 0 {
			return "", 0, text, false
		}
		i += at
		digits := i + 1
		for digits < len(text) && text[digits] >= '0' && text[digits] <= '9' {
			digits++
		}
		if i > 0 && digits > i+1 && strings.HasPrefix(text[digits:], ":") && !strings.Contains(text[:i], "\n") {
			line, _ = strconv.Atoi(text[i+1 : digits])
			return text[:i], line, strings.TrimPrefix(text[digits+1:], " "), true
		}
		at = i + 1
	}
}

// firstPlace finds the innermost Lua function of a traceback.
func firstPlace(traceback string) (name string, line int) {
	for entry := range strings.Lines(traceback) {
		entry, indented := strings.CutPrefix(entry, "\t")
		if !indented || strings.HasPrefix(entry, "[C]") {
			continue
		}
		if name, line, _, ok := cutPlace(entry); ok {
			return name, line
		}
	}
	return "", 0
}
