package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/spoa-lua/spoa-lua/luabind/lint"
)

// The exit codes of every command.
const (
	exitOK      = 0
	exitFailure = 1
	exitUsage   = 2
)

// usageError is an error in how a command was called.
type usageError struct{ error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// silentError ends a command with code 1 when it has said why already.
var errSilent = errors.New("")

// hinted is an error with what to do about it, which is printed on a line of its
// own.
type hinted struct {
	error
	hint string // or ""
}

// Unwrap returns the error.
func (h hinted) Unwrap() error { return h.error }

// codeError ends a command with that code.
type codeError int

func (e codeError) Error() string { return fmt.Sprintf("exit with code %d", int(e)) }

// run runs the command line args and returns the exit code.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	app := &cli.App{
		Name:                      "spoa-lua",
		Usage:                     "a SPOE agent for HAProxy, scriptable in Lua",
		UsageText:                 "spoa-lua COMMAND [OPTIONS] [ARGUMENTS]",
		Description:               appText,
		Reader:                    stdin,
		Writer:                    stdout,
		ErrWriter:                 stderr,
		HideVersion:               true,
		HideHelpCommand:           true,
		DisableSliceFlagSeparator: true,
		ExitErrHandler:            func(*cli.Context, error) {},
		OnUsageError:              onUsageError,
		Flags:                     []cli.Flag{cli.HelpFlag, &cli.BoolFlag{Name: "version", Aliases: []string{"v"}, Usage: "print the version", DisableDefaultText: true}},
		Commands:                  commands(),
		Action:                    withoutCommand,
	}
	for _, c := range app.Commands {
		c.OnUsageError = app.OnUsageError
		c.CustomHelpTemplate = commandHelp(c)
	}
	return exitCode(app.RunContext(ctx, args), hintOfHelp(app, args), stderr)
}

const appText = "HAProxy asks spoa-lua about connections and requests; policies written in Lua\n" +
	"answer by setting HAProxy's variables. A policy that is saved takes effect at once.\n\n" +
	"spoa-lua COMMAND --help tells what a command does and its flags. Every flag is a\n" +
	"variable too: --log-level is SPOA_LUA_LOG_LEVEL. Exit codes are 0, 1 when something\n" +
	"failed, and 2 for a mistake in the command line."

// commands returns all commands, in the order in which the help shows them.
func commands() []*cli.Command {
	return []*cli.Command{
		runCommand(), checkCommand(), callCommand(), luaCommand(), benchCommand(), initCommand(), haproxyConfigCommand(),
		versionCommand(), helpCommand(),
	}
}

// withoutCommand is what spoa-lua does when it is given no command that it knows.
func withoutCommand(c *cli.Context) error {
	switch {
	case c.NArg() > 0:
		return unknownCommand(c)
	case c.Bool("version"):
		return printVersion(c)
	}
	return cli.ShowAppHelp(c)
}

func unknownCommand(c *cli.Context) error {
	var names []string
	for _, command := range c.App.Commands {
		names = append(names, command.Name)
	}
	name := c.Args().First()
	if meant := lint.Closest(name, names); meant != "" {
		return usagef("there is no command %q, did you mean %s?", name, meant)
	}
	return usagef("there is no command %q", name)
}

func helpCommand() *cli.Command {
	return &cli.Command{
		Name: "help", Usage: "print the help of a command", ArgsUsage: "[COMMAND]",
		Action: func(c *cli.Context) error {
			if c.NArg() == 0 {
				return cli.ShowAppHelp(c.Lineage()[1])
			}
			for _, command := range c.App.Commands {
				if command.Name == c.Args().First() {
					_, err := fmt.Fprint(c.App.Writer, command.CustomHelpTemplate)
					return err
				}
			}
			return unknownCommand(c)
		},
	}
}

// hintOfHelp says where to read on after a mistake in the command line.
func hintOfHelp(app *cli.App, args []string) string {
	for _, c := range app.Commands {
		if len(args) > 1 && c.Name == args[1] && len(c.Flags) > 1 { // --help alone is none
			return "spoa-lua " + c.Name + " --help lists its flags"
		}
	}
	return "spoa-lua --help lists the commands"
}

// exitCode says what was wrong, with what to do about it, and returns the code to
// end with.
func exitCode(err error, help string, stderr io.Writer) int {
	var usage usageError
	var code codeError
	var with hinted
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &code):
		return int(code)
	case errors.As(err, &usage):
		fmt.Fprintf(stderr, "spoa-lua: %v\nhint: %s\n", err, help)
		return exitUsage
	case errors.Is(err, errSilent):
		return exitFailure
	default:
		fmt.Fprintf(stderr, "spoa-lua: %v\n", err)
		if errors.As(err, &with) && with.hint != "" {
			fmt.Fprintf(stderr, "hint: %s\n", with.hint)
		}
		return exitFailure
	}
}

// noArguments refuses what stands behind the flags of a command.
func noArguments(c *cli.Context) error {
	switch {
	case c.NArg() == 0:
		return nil
	case flagOf(c.Command, "scripts") != nil:
		return usagef("%s takes flags only, not %[2]q: did you mean --scripts %[2]s?", c.Command.Name, c.Args().First())
	}
	return usagef("%s takes flags only, not %q", c.Command.Name, c.Args().First())
}

// noLateFlags refuses flags behind the first argument, which would otherwise
// be taken for arguments.
func noLateFlags(c *cli.Context) error {
	for _, a := range c.Args().Slice() {
		if strings.HasPrefix(a, "--") {
			return usagef("write %s before the arguments of %s", a, c.Command.Name)
		}
	}
	return nil
}
