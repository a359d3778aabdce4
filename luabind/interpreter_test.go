package luabind

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

func newInterpreter(t *testing.T) (*Interpreter, *bytes.Buffer) {
	t.Helper()
	var out bytes.Buffer
	in := new(Program).NewInterpreter(InterpreterConfig{Stdout: &out})
	t.Cleanup(func() { in.Close() })
	return in, &out
}

func TestInterpreterRun(t *testing.T) {
	t.Parallel()
	in, out := newInterpreter(t)
	err := in.Run("t.lua", []byte(`print(arg[0], arg[1], #arg, ...) print(io, debug, os.exit, loadfile, spoa ~= nil)
		print(setmetatable({}, {__tostring = function() return "text" end}))`), "a", "b")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := out.String(), "t.lua\ta\t2\ta\tb\nnil\tnil\tnil\tnil\ttrue\ntext\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestInterpreterErrors(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		src, want string
		traced    bool
	}{
		{`x = `, `t.lua:1: unexpected symbol near <eof>`, false},
		{"\nerror('boom')", `t.lua:2: boom`, true},
		{`error('boom', 0)`, `boom`, true},
		{`error({})`, `(error object is a table value)`, true},
		{`error(nil)`, `(error object is a nil value)`, true},
		{`error(setmetatable({}, {__tostring = function() return "text" end}))`, `text`, false},
		{`set_var("txn.a", 1)`, `t.lua:1: set_var can only be called inside a handler, while a message is being answered`, true},
	} {
		in, _ := newInterpreter(t)
		err := in.Run("t.lua", []byte(tt.src))
		var script *ScriptError
		if !errors.As(err, &script) || script.Msg != tt.want {
			t.Errorf("%s: got error %v, want %q", tt.src, err, tt.want)
			continue
		}
		if traced := strings.HasPrefix(script.Traceback, "stack traceback:\n"); traced != tt.traced {
			t.Errorf("%s: got traceback %q", tt.src, script.Traceback)
		}
	}
}

func TestInterpreterStop(t *testing.T) {
	t.Parallel()
	in, _ := newInterpreter(t)
	in.Stop()
	if err := in.Run("t.lua", []byte(`while true do end`)); !errors.Is(err, ErrStopped) {
		t.Errorf("got error %v, want %v", err, ErrStopped)
	}
	if _, err := in.Eval("x = 1"); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

func TestEval(t *testing.T) {
	t.Parallel()
	in, out := newInterpreter(t)
	for _, tt := range []struct {
		text, want string
		more       bool
		err        string
	}{
		{text: "1 + 1", want: "2\n"},
		{text: "=1, nil", want: "1\tnil\n"},
		{text: "x = 5"},
		{text: "x", want: "5\n"},
		{text: "for i = 1, 2 do", more: true},
		{text: "for i = 1, 2 do\nprint(i) end", want: "1\n2\n"},
		{text: "s = [[a", more: true},
		{text: "=1 +", more: true},
		{text: "x = )", err: "stdin:1: unexpected symbol near ')'"},
		{text: "error('e')", err: "stdin:1: e"},
		{text: "", want: ""},
		{text: "print = function() error('no') end"},
		{text: "1", err: "error calling 'print' (stdin:1: no)"},
	} {
		out.Reset()
		more, err := in.Eval(tt.text)
		text := ""
		if err != nil {
			text = err.Error()
		}
		if more != tt.more || text != tt.err || out.String() != tt.want {
			t.Errorf("%q: got more %v, error %q, output %q; want %v, %q, %q", tt.text, more, text, out, tt.more, tt.err, tt.want)
		}
	}
}
