package luabind

import (
	"strings"
)

// replChunk is how messages call what was typed.
const replChunk = "stdin"

// Eval runs what a user has typed: an expression, whose values it prints, or
// statements. more says that the text is the beginning of something, and that
// nothing has run. The error is as that of Run.
func (in *Interpreter) Eval(text string) (more bool, err error) {
	in.stop.Store(false)
	expression, wanted := strings.CutPrefix(text, "=")
	proto, err := compile(replChunk, []byte("return "+expression))
	if err != nil && !wanted {
		proto, err = compile(replChunk, []byte(text))
	}
	if err != nil {
		if strings.HasSuffix(err.Error(), "near <eof>") {
			return true, nil
		}
		return false, &ScriptError{Msg: err.Error(), Err: err}
	}
	results, err := in.call(in.vm.lua.NewFunction(proto, in.vm.state.G.Global), replChunk)
	if err != nil || len(results) == 0 {
		return false, err
	}
	show := in.vm.state.G.Global.RawGetString("print")
	if _, err = in.call(show, replChunk, results...); err != nil {
		if e, ok := err.(*ScriptError); ok { //nolint:errorlint // call returns it as it is
			err = &ScriptError{Msg: "error calling 'print' (" + e.Msg + ")", Err: e.Err}
		}
	}
	return false, err
}
