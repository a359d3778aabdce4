package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"

	"github.com/peterh/liner"
	"github.com/urfave/cli/v2"

	"github.com/spoa-lua/spoa-lua/luabind"
)

// The prompts of PUC's lua.
const (
	prompt     = "> "
	promptMore = ">> "
)

// lineReader reads what a user types. The error is io.EOF at the end.
type lineReader interface {
	readLine(prompt string) (string, error)
	remember(text string)
	close()
}

// repl reads, runs and prints until the input ends. An interrupt ends what is
// running.
func repl(c *cli.Context, in *luabind.Interpreter, stdin *bufio.Reader) error {
	lines := newLineReader(c, stdin)
	defer lines.close()
	for {
		err := evalNext(c, in, lines)
		var script *luabind.ScriptError
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.As(err, &script):
			printLuaError(c, script)
		case err != nil:
			return err
		}
	}
}

// evalNext reads lines until they are complete, and runs them.
func evalNext(c *cli.Context, in *luabind.Interpreter, lines lineReader) error {
	text, err := lines.readLine(prompt)
	for {
		if err != nil {
			return err
		}
		more, failed := eval(c, in, text)
		if !more {
			lines.remember(text)
			return failed
		}
		var line string
		line, err = lines.readLine(promptMore)
		if errors.Is(err, liner.ErrPromptAborted) {
			return nil
		}
		text += "\n" + line
	}
}

func eval(c *cli.Context, in *luabind.Interpreter, text string) (more bool, err error) {
	ctx, cancel := signal.NotifyContext(c.Context, os.Interrupt)
	defer cancel()
	defer context.AfterFunc(ctx, in.Stop)()
	return in.Eval(text)
}

func newLineReader(c *cli.Context, stdin *bufio.Reader) lineReader {
	if f, ok := c.App.Reader.(*os.File); ok && f == os.Stdin {
		if _, err := liner.TerminalMode(); err == nil {
			fmt.Fprintf(c.App.Writer, "spoa-lua %s, Lua 5.4\n", version().Version)
			return newTerminal()
		}
	}
	return &pipedLines{stdin: stdin, stdout: c.App.Writer}
}

// pipedLines reads lines from what is no terminal.
type pipedLines struct {
	stdin  *bufio.Reader
	stdout io.Writer
}

func (p *pipedLines) readLine(prompt string) (string, error) {
	fmt.Fprint(p.stdout, prompt)
	line, err := p.stdin.ReadString('\n')
	if err != nil && line == "" {
		fmt.Fprintln(p.stdout)
		return "", err
	}
	return strings.TrimSuffix(line, "\n"), nil
}

func (*pipedLines) remember(string) {}
func (*pipedLines) close()          {}

// terminal reads lines from a terminal, with editing and history.
type terminal struct {
	state   *liner.State
	history string // file, or ""
}

func newTerminal() *terminal {
	t := &terminal{state: liner.NewLiner()}
	t.state.SetCtrlCAborts(true)
	t.state.SetMultiLineMode(true)
	if home, err := os.UserHomeDir(); err == nil {
		t.history = filepath.Join(home, ".spoa_lua_history")
		if f, err := os.Open(t.history); err == nil {
			_, _ = t.state.ReadHistory(f) // a broken history is none
			f.Close()
		}
	}
	return t
}

// readLine begins anew when the user interrupts the first line.
func (t *terminal) readLine(p string) (string, error) {
	for {
		line, err := t.state.Prompt(p)
		if !errors.Is(err, liner.ErrPromptAborted) || p != prompt {
			return line, err
		}
	}
}

func (t *terminal) remember(text string) {
	if text != "" {
		t.state.AppendHistory(strings.ReplaceAll(text, "\n", " "))
	}
}

func (t *terminal) close() {
	if t.history != "" {
		if f, err := os.OpenFile(t.history, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600); err == nil {
			_, _ = t.state.WriteHistory(f) // the next one starts without
			f.Close()
		}
	}
	t.state.Close()
}
